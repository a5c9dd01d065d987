import { describe, expect, it } from 'vitest';
import { Instant } from '../../base/instant.ts';
import type { AccountState, Command, Outcome } from '../types.ts';
import { decideCalls, type Call } from './decide-calls.ts';
import type { SnapshotAndNow } from './load-snapshot.ts';

const now = Instant.parse('2026-03-01T00:00:00Z');

function account(id: bigint, balance: bigint): AccountState {
  const numbers = { balance, held: 0n, floor: 0n, seq: 5n };
  return { id, unit: 'point', ...numbers, status: 'open', authority: 'ledger', lotted: false };
}

function loaded(...accounts: readonly AccountState[]): SnapshotAndNow {
  return { snapshot: { accounts, holds: [], lots: [], draws: [], entries: [], usedKeys: [] }, now };
}

function post(accountId: bigint, amount: bigint, key: string): Command {
  const side = { kind: 'move', contra: 'other' };
  return { type: 'post', actor: { kind: 'system', id: 'test' }, accountId, amount, key, ...side };
}

const atomic = (...commands: readonly Command[]): Call => ({ commands, atomic: true });
const free = (...commands: readonly Command[]): Call => ({ commands, atomic: false });

const told = (outcomes: readonly (readonly Outcome[])[]): string[][] =>
  outcomes.map((ofCall) => ofCall.map(({ status, after }) => `${status} ${after[0]?.balance}`));

describe('deciding calls', () => {
  it('decides on what the calls before left, whatever they belong to', () => {
    const { outcomes, changes } = decideCalls(loaded(account(1n, 0n)), [
      free(post(1n, 5n, 'a')),
      atomic(post(1n, -3n, 'b'), post(1n, -2n, 'c')),
      free(post(1n, -1n, 'd')),
    ]);
    expect(told(outcomes)).toEqual([['posted 5'], ['posted 2', 'posted 0'], ['refused 0']]);
    expect(changes.entries.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('leaves out an atomic call with a refusal, and decides the later ones as if it had never been', () => {
    const { outcomes, changes } = decideCalls(loaded(account(1n, 0n), account(2n, 0n)), [
      free(post(1n, 5n, 'a')),
      atomic(post(1n, -5n, 'b'), post(2n, -1n, 'c')),
      atomic(post(1n, -5n, 'd')),
      atomic(post(1n, -1n, 'e'), post(2n, 1n, 'f')),
    ]);
    expect(told(outcomes)).toEqual([
      ['posted 5'],
      ['abandoned 5', 'refused 0'],
      ['posted 0'],
      ['refused 0', 'abandoned 0'],
    ]);
    expect(changes.entries.map(({ key }) => key)).toEqual(['a', 'd']);
    expect(changes.accounts.map(({ id, balance }) => [id, balance])).toEqual([[1n, 0n]]);
  });

  it('calls a replay of an earlier call a replay, and one of the same abandoned call abandoned', () => {
    const { outcomes } = decideCalls(loaded(account(1n, 0n)), [
      free(post(1n, 5n, 'a')),
      atomic(post(1n, 5n, 'a'), post(1n, 1n, 'b'), post(1n, 1n, 'b'), post(1n, -100n, 'c')),
    ]);
    expect(told(outcomes)[1]).toEqual(['replayed 5', 'abandoned 5', 'abandoned 5', 'refused 5']);
  });

  it('tells the numbers that stand where an abandoned call would have changed them', () => {
    const { outcomes } = decideCalls(loaded(account(1n, 9n)), [
      free(post(1n, 1n, 'a')),
      atomic(post(1n, -4n, 'b'), post(1n, -40n, 'c')),
    ]);
    expect(outcomes[1]?.map(({ after }) => after[0])).toEqual([
      { accountId: 1n, balance: 10n, held: 0n, available: 10n, seq: 6n },
      { accountId: 1n, balance: 10n, held: 0n, available: 10n, seq: 6n },
    ]);
  });

  it('decides nothing when there is nothing', () => {
    expect(decideCalls(loaded(), [])).toMatchObject({ outcomes: [], changes: { entries: [], accounts: [] } });
  });
});
