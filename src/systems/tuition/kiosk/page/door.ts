import type { AskOutcome } from './ask-door.ts';
import type { ShownOutcome } from './present-outcome.ts';

/** How long an answer stays. Shorter cannot be read; longer, the next pupil reads the answer of the one before. */
export const ANSWER_MS = 5_000;

/**
 * How long an answer stays when cards wait behind it. Without it the answers to a queue flash by; longer keeps pupils waiting who have
 * scanned already.
 */
export const ANSWER_BEFORE_NEXT_MS = 1_500;

/** Two readings of a card within this time are one: scanners read twice, and pupils hold the card a moment too long. */
export const SAME_CARD_MS = 1_000;

/** Cards that may wait. With more, whoever scanned last has left the door before the answer comes. */
export const WAITING_MAX = 10;

/** The longest code that the server reads; more characters come from a code that is on no card, such as an address. */
const CODE_LENGTH_MAX = 64;

/** What the door shows: one of ready, asking, an answer; and how many cards wait. */
export interface DoorView {
  readonly state: 'ready' | 'asking' | 'answer';
  /** The code of the card that is asked about, or was; empty when ready. */
  readonly code: string;
  readonly outcome: ShownOutcome | undefined;
  readonly waiting: number;
  /** True when a card was turned away because too many wait. */
  readonly isFull: boolean;
}

/** What a door works with. */
export interface DoorParts {
  readonly ask: (code: string, signal: AbortSignal) => Promise<AskOutcome>;
  readonly show: (view: DoorView) => void;
  readonly onKeyRefused: () => void;
}

/**
 * The door: cards come in, one is asked about at a time, in the order they came.
 *
 *   ready --scan--> asking --outcome--> answer --5 s--> ready
 *
 * A scan while an answer is shown clears it at once and is asked about: a green of the pupil before must not stand there while the next
 * one walks in. Only where cards wait already does an answer stay for `ANSWER_BEFORE_NEXT_MS`.
 */
export class Door {
  readonly #parts: DoorParts;
  readonly #waiting: string[] = [];
  readonly #stopped: AbortController = new AbortController();
  #view: DoorView = { state: 'ready', code: '', outcome: undefined, waiting: 0, isFull: false };
  #isBusy = false;
  #clearing: ReturnType<typeof setTimeout> | undefined;
  #last = { code: '', atMs: Number.NEGATIVE_INFINITY };

  constructor(parts: DoorParts) {
    this.#parts = parts;
    parts.show(this.#view);
  }

  /** Takes a card's code. The same card within a second, or while it is asked about or waits, is the same scan. */
  scan(scanned: string): void {
    const code = scanned.trim();
    if (code === '' || this.#stopped.signal.aborted) return;
    const now = performance.now();
    const isRepeated = this.#last.code === code && now - this.#last.atMs <= SAME_CARD_MS;
    this.#last = { code, atMs: now };
    const isUnderWay = this.#waiting.includes(code) || (this.#view.state === 'asking' && this.#view.code === code);
    if (isRepeated || isUnderWay) return;
    if (this.#waiting.length >= WAITING_MAX) {
      // It was not taken, so the next reading of it is not a repetition.
      this.#last = { code: '', atMs: Number.NEGATIVE_INFINITY };
      return this.#show({ isFull: true });
    }
    this.#waiting.push(code);
    this.#show({});
    if (!this.#isBusy) void this.#work();
  }

  /** Ends the door; what was asked is asked for nobody any more. */
  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#clearing);
    this.#waiting.length = 0;
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    clearTimeout(this.#clearing);
    for (let code = this.#waiting.shift(); code !== undefined; code = this.#waiting.shift()) {
      this.#show({ state: 'asking', code, outcome: undefined, isFull: false });
      const outcome = await this.#outcomeOf(code);
      if (this.#stopped.signal.aborted) return;
      if (outcome.kind === 'key-refused') {
        this.stop();
        return this.#parts.onKeyRefused();
      }
      this.#show({ state: 'answer', outcome });
      if (this.#waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, ANSWER_BEFORE_NEXT_MS));
      if (this.#stopped.signal.aborted) return;
    }
    this.#isBusy = false;
    this.#clearing = setTimeout(
      () => this.#show({ state: 'ready', code: '', outcome: undefined, isFull: false }),
      ANSWER_MS,
    );
  }

  async #outcomeOf(code: string): Promise<AskOutcome | ShownOutcome> {
    if (code.length > CODE_LENGTH_MAX) return { kind: 'not-a-card' };
    // Whatever happens to one card, the next has to be asked about: a door that waits for ever turns everybody away.
    return this.#parts.ask(code, this.#stopped.signal).catch(() => ({ kind: 'unreachable' }) as const);
  }

  #show(change: Partial<DoorView>): void {
    this.#view = { ...this.#view, ...change, waiting: this.#waiting.length };
    this.#parts.show(this.#view);
  }
}
