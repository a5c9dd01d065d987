import { createInterface, type Interface } from 'node:readline';
import { CarryoverError } from '../base/errors.ts';
import { cliNotAnswered } from './cli-errors.ts';
import type { CommandRun } from './command.ts';

/** Where a person can be asked: what the person types arrives at `input`, questions are written to `output`. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** A question and how to take its answer. */
export interface Question {
  /** With its own mark at the end: `Where do backups go?`. */
  readonly text: string;
  /** What an empty answer means; without it an answer is wanted. */
  readonly fallback?: string;
  /** What is wrong with an answer, as a sentence; undefined for a good one. */
  readonly flawOf?: (answer: string) => string | undefined | Promise<string | undefined>;
}

/** Asks, again and again until the answer has no flaw, and returns it without spaces at its ends. Throws `CLI_NOT_ANSWERED`. */
export type Ask = (question: Question) => Promise<string>;

/**
 * Talks with the person at the terminal. Lines typed before their question was put are kept for it. The end of the input, Ctrl-C and an
 * aborted run leave a question unanswered.
 */
export async function converse<T>(
  run: Pick<CommandRun, 'name' | 'signal'>,
  terminal: Terminal,
  talk: (ask: Ask) => Promise<T>,
): Promise<T> {
  const lines = new TypedLines(createInterface({ ...terminal, terminal: true }), terminal.output);
  const stop = (): void => lines.close();
  run.signal.addEventListener('abort', stop);
  try {
    return await talk(async ({ text, fallback, flawOf }) => {
      const prompt = fallback === undefined ? `${text} ` : `${text} [${fallback}] `;
      for (;;) {
        const line = await lines.next(prompt);
        if (line === undefined) throw new CarryoverError(cliNotAnswered, { command: run.name, question: text });
        const answer = line.trim() === '' ? (fallback ?? '') : line.trim();
        const flaw = answer === '' ? 'An answer is needed.' : await flawOf?.(answer);
        if (flaw === undefined) return answer;
        terminal.output.write(`${flaw}\n`);
      }
    });
  } finally {
    run.signal.removeEventListener('abort', stop);
    lines.close();
  }
}

/** The lines of a readline interface, one at a time; undefined once it is closed. */
class TypedLines {
  readonly #reader: Interface;
  readonly #output: NodeJS.WritableStream;
  readonly #typed: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #isClosed = false;

  constructor(reader: Interface, output: NodeJS.WritableStream) {
    this.#reader = reader;
    this.#output = output;
    reader.on('line', (line) => {
      if (this.#waiting === undefined) this.#typed.push(line);
      else this.#answer(line);
    });
    reader.once('SIGINT', () => reader.close());
    reader.once('close', () => {
      this.#isClosed = true;
      this.#answer(undefined);
    });
  }

  next(prompt: string): Promise<string | undefined> {
    if (!this.#isClosed) {
      this.#reader.setPrompt(prompt);
      this.#reader.prompt();
    }
    const typed = this.#typed.shift();
    // The input may have ended behind what was typed ahead; whoever reads along still wants to see what that answered.
    if (typed !== undefined && this.#isClosed) this.#output.write(`${prompt}${typed}\n`);
    if (typed !== undefined || this.#isClosed) return Promise.resolve(typed);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  close(): void {
    if (!this.#isClosed) this.#reader.close();
  }

  #answer(line: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(line);
  }
}
