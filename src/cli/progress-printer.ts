import type { ProgressEvent } from '../cutover/index.ts';
import type { Output } from './output.ts';
import { renderCount, renderSeconds } from './render/render-numbers.ts';

/** Seconds between two lines of one stage where nobody watches a terminal. Shorter fills log files, longer looks dead. */
const PLAIN_SECONDS = 5;

/** Tells the progress of a run: one redrawn line on a terminal, plain lines elsewhere, JSON lines on standard error with `--json`. */
export class ProgressPrinter {
  readonly #output: Output;
  #isLineOpen = false;
  #saidMs = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Takes one event. */
  readonly tell = (event: ProgressEvent): void => {
    if (this.#output.json) {
      this.#output.note(
        JSON.stringify(event, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
      );
      return;
    }
    if (event.type === 'stage') this.#tellStage(event);
    else if (this.#output.isTerminal) this.#redraw(this.#lineOf(event));
    else this.#tellPlainly(event);
  };

  /** Ends a line that is still open. Call before anything else is printed. */
  end(): void {
    if (this.#isLineOpen) this.#output.clearLine();
    this.#isLineOpen = false;
  }

  #tellStage({ stage, state, seconds = 0 }: Extract<ProgressEvent, { type: 'stage' }>): void {
    const { green, red, dim } = this.#output.colors;
    if (state === 'started') {
      if (this.#output.isTerminal) this.#redraw(`  ${stage} ...`);
      return;
    }
    this.end();
    const mark = state === 'completed' ? green('done') : red('failed');
    this.#output.note(`  ${stage.padEnd(9)} ${mark} ${dim(`in ${renderSeconds(seconds)}`)}`);
  }

  #lineOf(event: Exclude<ProgressEvent, { type: 'stage' }>): string {
    if (event.type === 'step') return `  ${event.stage}: ${event.step}`;
    if (event.type === 'waiting') return `  ${event.stage}: waiting - ${event.reason}`;
    const total = event.rowsTotal === undefined ? '' : ` of ${renderCount(event.rowsTotal)}`;
    const left = event.secondsLeft === undefined ? '' : `, ${renderSeconds(event.secondsLeft)} left`;
    return `  ${event.stage}: ${renderCount(event.rows)}${total} rows, ${renderCount(Math.round(event.rowsPerSecond))}/s${left}`;
  }

  /** What the run waits for is always said, since silence would hide why it is slow. */
  #tellPlainly(event: Exclude<ProgressEvent, { type: 'stage' }>): void {
    const nowMs = performance.now();
    if (event.type !== 'waiting' && nowMs - this.#saidMs < PLAIN_SECONDS * 1000) return;
    this.#saidMs = nowMs;
    this.#output.note(this.#lineOf(event));
  }

  #redraw(text: string): void {
    this.#isLineOpen = true;
    this.#output.redraw(text);
  }
}
