/** An answer's JSON, as it is written to the wire: whole numbers of any size are decimal texts. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
}
