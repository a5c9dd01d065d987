/** An answer's JSON, as it is written to the wire: whole numbers of any size are decimal texts. */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Few answers have such numbers in them, and looking at each member of all the others takes several times as long.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_name, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
  }
}
