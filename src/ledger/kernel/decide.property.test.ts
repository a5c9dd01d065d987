import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerBreaches } from '../../../test/model/ledger-breaches.ts';
import { LedgerModel } from '../../../test/model/ledger-model.ts';
import { MemoryLedger } from '../../../test/model/memory-ledger.ts';
import { balance, coinsIn, held, type ModelAccount } from '../../../test/model/model-world.ts';
import { LARGE_ACCOUNTS, LARGE_NOW, largeCommandsArbitrary } from '../../../test/model/large-commands.ts';
import { accountsArbitrary, batchesOf, stepsArbitrary, type Step } from '../../../test/model/random-commands.ts';
import type { AccountState, Outcome } from '../types.ts';
import { refusalDefinitions } from './refusal-definitions.ts';
import { touchedNow, type AccountNow } from './touched-now.ts';
import type { NewEntry } from './kernel-types.ts';

/**
 * Sequences per property. 150 take about two seconds on one core; CARRYOVER_PROPERTY_RUNS=20000 makes a soak. A failure
 * prints its seed and path, and CARRYOVER_PROPERTY_SEED runs that seed again.
 */
const runs = Number(process.env['CARRYOVER_PROPERTY_RUNS'] ?? 150);
const seed = process.env['CARRYOVER_PROPERTY_SEED'];
/** A soak takes as long as it takes; only a hang ends it. */
const timeout = 60_000 + runs * 200;
const parameters = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };

interface Run {
  readonly ledger: MemoryLedger;
  readonly outcomes: readonly Outcome[];
}

function run(accounts: readonly AccountState[], batches: readonly (readonly Step[])[]): Run {
  const ledger = new MemoryLedger(accounts);
  const outcomes = batches.flatMap((batch) =>
    ledger.execute(
      batch.map((step) => step.command),
      (batch[0] as Step).now,
    ),
  );
  return { ledger, outcomes };
}

/** Every account at the end, with what is due by then. */
function accountsNow({ ledger }: Run, steps: readonly Step[]): Map<bigint, AccountNow> {
  const { now } = steps.at(-1) as Step;
  return new Map(
    [...ledger.accounts.values()].map((account) => [
      account.id,
      touchedNow(
        account,
        ledger.holdsOf(account.id).filter((hold) => hold.status === 'open'),
        ledger.lotsOf(account.id),
        now,
      ),
    ]),
  );
}

const verdictOf = (outcome: Outcome): string => (outcome.status === 'refused' ? outcome.code : outcome.status);

describe('decide', { timeout }, () => {
  it('agrees with the model on every outcome, balance, hold, lot and entry', () => {
    fc.assert(
      fc.property(accountsArbitrary(), stepsArbitrary(), (accounts, steps) => {
        const result = run(accounts, batchesOf(steps));
        const model = new LedgerModel(accounts);
        const expected = steps.map((step) => model.execute(step.command, step.now));
        expect(result.outcomes.map((outcome) => [verdictOf(outcome), outcome.after])).toEqual(
          expected.map((outcome) => [outcome.verdict, outcome.after]),
        );
        const world = model.worldAt((steps.at(-1) as Step).now);
        for (const [id, now] of accountsNow(result, steps)) {
          const entries = [...result.ledger.entriesOf(id), ...now.expiries];
          expect(shapeOfKernel(now, entries)).toEqual(shapeOfModel(world.get(id) as ModelAccount));
        }
        expect(ledgerBreaches(result.ledger)).toEqual([]);
      }),
      parameters,
    );
  });

  it('gives the same outcomes and the same rows however a sequence is cut into batches', () => {
    fc.assert(
      fc.property(accountsArbitrary(), stepsArbitrary(), (accounts, steps) => {
        const cut = run(accounts, batchesOf(steps));
        const whole = run(
          accounts,
          batchesOf(steps.map((step, index) => ({ ...step, startsBatch: isLater(steps, index) }))),
        );
        const single = run(
          accounts,
          steps.map((step) => [step]),
        );
        for (const other of [whole, single]) {
          expect(other.outcomes).toEqual(cut.outcomes);
          expect(rowsOf(other)).toEqual(rowsOf(cut));
        }
      }),
      parameters,
    );
  });

  it('keeps every sum and every key unique when the clock goes back', () => {
    fc.assert(
      fc.property(accountsArbitrary(), stepsArbitrary({ timeMayGoBack: true }), (accounts, steps) => {
        const result = run(accounts, batchesOf(steps));
        expect(ledgerBreaches(result.ledger)).toEqual([]);
      }),
      parameters,
    );
  });

  it('keeps every number within 64 bits, whatever the amounts', () => {
    fc.assert(
      fc.property(largeCommandsArbitrary(), (commands) => {
        const ledger = new MemoryLedger(LARGE_ACCOUNTS);
        // The memory's constraints are those of 64-bit columns, so a number that leaves them throws.
        for (const command of commands) ledger.execute([command], LARGE_NOW);
        expect(ledgerBreaches(ledger)).toEqual([]);
      }),
      parameters,
    );
  });

  it('is tested with commands that reach every verdict but overflow', () => {
    const reached = new Map<string, number>();
    const samples = fc.sample(fc.tuple(accountsArbitrary(), stepsArbitrary()), { numRuns: 300, seed: 1 });
    for (const [accounts, steps] of samples) {
      for (const outcome of run(accounts, batchesOf(steps)).outcomes) {
        reached.set(verdictOf(outcome), (reached.get(verdictOf(outcome)) ?? 0) + 1);
      }
    }
    const expected = [
      'posted',
      'replayed',
      ...Object.keys(refusalDefinitions).filter((code) => code !== 'LEDGER_OVERFLOW'),
    ];
    expect([...reached.keys()].toSorted()).toEqual(expected.toSorted());
  });
});

function isLater(steps: readonly Step[], index: number): boolean {
  const before = steps[index - 1];
  return before !== undefined && before.now.compare((steps[index] as Step).now) !== 0;
}

function rowsOf({ ledger }: Run): unknown {
  const { accounts, entries, holds, lots, draws, audit } = ledger;
  return [accounts, entries, holds, lots, draws, audit].map((table) => new Map<unknown, unknown>(table));
}

interface Shape {
  readonly balance: bigint;
  readonly held: bigint;
  readonly holds: readonly string[];
  readonly lots: readonly string[];
  readonly entries: readonly string[];
}

function shapeOfKernel(now: AccountNow, entries: readonly NewEntry[]): Shape {
  return {
    balance: now.balance,
    held: now.held,
    holds: now.holds.map((hold) => `${hold.key} ${hold.amount}`).toSorted(),
    lots: now.lots
      .map(
        (lot) =>
          `${lot.seq} ${lot.remaining}/${lot.amount} ${lot.funding} ${lot.priority} ${lot.expiresAt?.epochMicros}`,
      )
      .toSorted(),
    entries: entries.map(
      (entry) =>
        `${entry.amount} ${entry.balanceAfter} ${entry.kind} ${entry.occurredAt.epochMicros} ${entry.reversesSeq ?? ''}`,
    ),
  };
}

function shapeOfModel(account: ModelAccount): Shape {
  return {
    balance: BigInt(balance(account)),
    held: BigInt(held(account)),
    holds: [...account.holds]
      .filter(([, hold]) => hold.status === 'open')
      .map(([key, hold]) => `${key} ${hold.amount}`)
      .toSorted(),
    lots: [...account.lots]
      .filter(([seq]) => coinsIn(account, seq) > 0)
      .map(
        ([seq, lot]) => `${seq} ${coinsIn(account, seq)}/${lot.amount} ${lot.funding} ${lot.priority} ${lot.expiresAt}`,
      )
      .toSorted(),
    entries: account.entries.map(
      (entry) => `${entry.amount} ${entry.balanceAfter} ${entry.kind} ${entry.at} ${entry.undoes ?? ''}`,
    ),
  };
}
