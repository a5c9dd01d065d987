import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AskOutcome } from './ask-door.ts';
import { ANSWER_BEFORE_NEXT_MS, ANSWER_MS, Door, SAME_CARD_MS, WAITING_MAX, type DoorView } from './door.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A door whose questions are answered after so many milliseconds, with what it showed and asked. */
class WatchedDoor {
  readonly asked: string[] = [];
  readonly views: DoorView[] = [];
  refusedKeys = 0;
  readonly door: Door;

  constructor(outcomeOf: (code: string) => AskOutcome = () => ({ kind: 'rejected', code: 'X' }), answerMs = 100) {
    this.door = new Door({
      ask: async (code) => {
        this.asked.push(code);
        await new Promise((resolve) => setTimeout(resolve, answerMs));
        return outcomeOf(code);
      },
      show: (view) => void this.views.push(view),
      onKeyRefused: () => void (this.refusedKeys += 1),
    });
  }

  /** What stands on the screen. */
  get now(): Pick<DoorView, 'state' | 'code' | 'waiting' | 'isFull'> | undefined {
    const view = this.views.at(-1);
    return view && { state: view.state, code: view.code, waiting: view.waiting, isFull: view.isFull };
  }
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('one card', () => {
  test('is asked about, answered, and cleared after five seconds to the millisecond', async () => {
    const watched = new WatchedDoor();
    expect(watched.now?.state).toBe('ready');
    watched.door.scan(' C1 ');
    expect(watched.now).toMatchObject({ state: 'asking', code: 'C1' });
    await pass(100);
    expect(watched.now).toMatchObject({ state: 'answer', code: 'C1' });
    await pass(ANSWER_MS - 1);
    expect(watched.now?.state).toBe('answer');
    await pass(1);
    expect(watched.now).toMatchObject({ state: 'ready', code: '' });
  });

  test('that is held before the scanner is one scan for as long as it is held', async () => {
    const watched = new WatchedDoor();
    for (let reading = 0; reading < 10; reading += 1) {
      watched.door.scan('C1');
      await pass(SAME_CARD_MS);
    }
    expect(watched.asked).toEqual(['C1']);
    await pass(1);
    watched.door.scan('C1');
    expect(watched.asked).toEqual(['C1', 'C1']);
  });

  test('is one scan while the server thinks about it, however long', async () => {
    const watched = new WatchedDoor(undefined, 7_000);
    watched.door.scan('C1');
    await pass(3_000);
    watched.door.scan('C1');
    await pass(10_000);
    expect(watched.asked).toEqual(['C1']);
  });

  test('without a code is none', () => {
    const watched = new WatchedDoor();
    watched.door.scan('   ');
    expect(watched.views).toHaveLength(1);
  });
});

describe('several cards', () => {
  test('are answered in their order, and each answer stays while others wait behind it', async () => {
    const watched = new WatchedDoor();
    for (const code of ['C1', 'C2', 'C3']) watched.door.scan(code);
    expect(watched.now).toMatchObject({ state: 'asking', code: 'C1', waiting: 2 });
    await pass(100 + ANSWER_BEFORE_NEXT_MS - 1);
    expect(watched.now).toMatchObject({ state: 'answer', code: 'C1', waiting: 2 });
    await pass(1);
    expect(watched.now).toMatchObject({ state: 'asking', code: 'C2', waiting: 1 });
    await pass(2 * (100 + ANSWER_BEFORE_NEXT_MS));
    expect(watched.now).toMatchObject({ state: 'answer', code: 'C3', waiting: 0 });
    expect(watched.asked).toEqual(['C1', 'C2', 'C3']);
  });

  test('the answer before is gone the moment the next card is scanned, and does not clear the next answer', async () => {
    const watched = new WatchedDoor();
    watched.door.scan('C1');
    await pass(100 + ANSWER_MS - 200);
    watched.door.scan('C2');
    expect(watched.now).toMatchObject({ state: 'asking', code: 'C2' });
    await pass(100);
    await pass(ANSWER_MS - 1);
    expect(watched.now).toMatchObject({ state: 'answer', code: 'C2' });
  });

  test('more than can wait are said to be too many, and the one turned away can be scanned again', async () => {
    const watched = new WatchedDoor();
    for (let card = 0; card <= WAITING_MAX; card += 1) watched.door.scan(`C${card}`);
    watched.door.scan('LATE');
    expect(watched.now).toMatchObject({ waiting: WAITING_MAX, isFull: true });
    await pass(100 + ANSWER_BEFORE_NEXT_MS);
    watched.door.scan('LATE');
    expect(watched.now).toMatchObject({ waiting: WAITING_MAX, isFull: false });
    await pass((WAITING_MAX + 2) * (100 + ANSWER_BEFORE_NEXT_MS));
    expect(watched.asked.at(-1)).toBe('LATE');
  });
});

describe('when something is wrong', () => {
  test('a question that fails ends in a white answer, and the next card is asked about', async () => {
    const watched = new WatchedDoor((code) => {
      if (code === 'C1') throw new Error('The browser ran out of something.');
      return { kind: 'rejected', code: 'X' };
    });
    watched.door.scan('C1');
    await pass(100);
    expect(watched.views.at(-1)?.outcome).toEqual({ kind: 'unreachable' });
    watched.door.scan('C2');
    await pass(100);
    expect(watched.views.at(-1)?.outcome).toEqual({ kind: 'rejected', code: 'X' });
  });

  test('a refused key ends the door: nothing that waits is asked, nothing is shown any more', async () => {
    const watched = new WatchedDoor(() => ({ kind: 'key-refused' }));
    watched.door.scan('C1');
    watched.door.scan('C2');
    await pass(100);
    const shown = watched.views.length;
    watched.door.scan('C3');
    await pass(60_000);
    expect(watched.refusedKeys).toBe(1);
    expect(watched.asked).toEqual(['C1']);
    expect(watched.views).toHaveLength(shown);
  });

  test('a door that was stopped shows no answer that comes afterwards', async () => {
    const watched = new WatchedDoor();
    watched.door.scan('C1');
    const shown = watched.views.length;
    watched.door.stop();
    await pass(60_000);
    expect(watched.views).toHaveLength(shown);
  });
});
