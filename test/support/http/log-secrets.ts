/** Members of requests and answers whose values are nobody's business but the caller's. */
const PRIVATE_MEMBERS = /amount|balance|available|held|phone|e_?mail|pupil|student_?name|reason|note|fee|key$/i;

/** Shorter texts stand in a log by chance. */
const LENGTH_MIN = 4;

/**
 * What a test told a service in confidence, to be looked for in its log: keys, tokens, names, phone numbers, amounts. It collects while
 * the test asks, so that no test has to think of it.
 */
export class LogSecrets {
  readonly #texts = new Set<string>();

  /** Adds texts that must not be logged. */
  add(...texts: readonly string[]): void {
    for (const text of texts) if (text.length >= LENGTH_MIN) this.#texts.add(text);
  }

  /** Adds the private members of a request or an answer, on every level. */
  addFrom(value: unknown, name = ''): void {
    if (Array.isArray(value)) for (const item of value as readonly unknown[]) this.addFrom(item, name);
    else if (typeof value === 'object' && value !== null)
      for (const [member, inner] of Object.entries(value)) this.addFrom(inner, member);
    else if (PRIVATE_MEMBERS.test(name)) this.#addPrivate(value);
  }

  /** Throws an Error where a line of the log has one of them; the text itself is not told, its first and last letters are. */
  requireNoneIn(lines: readonly string[]): void {
    const log = lines.join('');
    const found = [...this.#texts].filter((text) => stands(text, log));
    if (found.length === 0) return;
    const shown = found.map((text) => `${text.slice(0, 2)}…${text.slice(-2)} (${text.length} characters)`);
    const line = lines.find((one) => stands(found[0] ?? '', one)) ?? '';
    throw new Error(`The log has ${found.length} texts of requests in it, against none: ${shown.join(', ')}. ${line}`);
  }

  #addPrivate(value: unknown): void {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string') return;
    // Few digits alone are a time or a count in a line; with decimals they are an amount.
    if (/^-?\d{1,6}$/.test(text) || /^\d{13}$/.test(text)) return;
    this.add(text.replace(/^-/, ''));
  }
}

function stands(text: string, log: string): boolean {
  if (!/^[\d.]+$/.test(text)) return log.includes(text);
  return new RegExp(`(?<![\\d.])${text.replaceAll('.', '[.]')}(?![\\d.])`).test(log);
}
