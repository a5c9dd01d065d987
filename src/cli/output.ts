import pc from 'picocolors';

/** Colours of the terminal; each function returns its text unchanged where colours are off. */
export type Colors = ReturnType<typeof pc.createColors>;

/** Where a command's text goes. */
export interface OutputStreams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * What a command says. With `json`, data goes to standard output as one JSON value a line, and everything meant for people to
 * standard error; without, what people read goes to standard output.
 */
export class Output {
  readonly json: boolean;
  readonly colors: Colors;
  readonly #streams: OutputStreams;

  constructor(streams: OutputStreams, options: { readonly json: boolean; readonly color?: boolean }) {
    this.#streams = streams;
    this.json = options.json;
    this.colors = pc.createColors(
      options.color ?? (streams.stdout.isTTY === true && pc.isColorSupported && !options.json),
    );
  }

  /** True when a person watches, so that lines may be redrawn. */
  get isTerminal(): boolean {
    return !this.json && this.#streams.stderr.isTTY === true && this.#streams.stdout.isTTY === true;
  }

  /** A line of the command's answer for people. Left out with `json`, where `data` carries the same. */
  line(text = ''): void {
    if (!this.json) this.#streams.stdout.write(`${text}\n`);
  }

  /** The command's answer as data: bigints as decimal strings, instants as ISO texts. Left out without `json`. */
  data(value: unknown): void {
    if (this.json) this.#streams.stdout.write(`${jsonText(value)}\n`);
  }

  /** A remark that is no part of the answer: progress, hints, errors. */
  note(text: string): void {
    this.#streams.stderr.write(`${text}\n`);
  }

  /** A remark that replaces the one before on a terminal. */
  redraw(text: string): void {
    this.#streams.stderr.write(`\r\u001b[2K${text}`);
  }

  /** Ends the line that `redraw` wrote. */
  clearLine(): void {
    this.#streams.stderr.write('\r\u001b[2K');
  }
}

/** JSON with bigints as decimal strings. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
}
