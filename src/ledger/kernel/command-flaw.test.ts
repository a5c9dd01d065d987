import { describe, expect, it } from 'vitest';
import { INT64_MAX, INT64_MIN } from '../../base/int64.ts';
import { NOW, sample } from '../../../test/model/kernel-samples.ts';
import type { Command } from '../types.ts';
import { commandFlaw } from './command-flaw.ts';

/** A command with one member set to something its type may not allow. */
function broken(type: Command['type'], member: string, value: unknown): Command {
  return { ...sample[type](), [member]: value };
}

const LONG = 'x'.repeat(192);

describe('a command is invalid in itself', () => {
  it.each<[Command['type'], string, unknown, string]>([
    ['post', 'key', '', 'an empty text'],
    ['post', 'key', LONG, '192 characters'],
    ['post', 'key', ' key', 'a space at an end'],
    ['post', 'key', 'a\nb', 'a control character'],
    ['post', 'key', '\ud800', 'half of a surrogate pair'],
    ['post', 'key', 7, 'a number'],
    ['post', 'key', 'expiry:1', 'a text that begins with "expiry:"'],
    ['post', 'actor', undefined, 'another kind'],
    ['post', 'actor', { kind: 'robot', id: '1' }, 'another kind'],
    ['post', 'actor', { kind: 'person', id: '' }, 'an empty text'],
    ['post', 'actor', { kind: 'person', id: 'x'.repeat(185) }, '192 characters'],
    ['post', 'reason', 7, 'a number'],
    ['post', 'reason', 'a\0b', 'a string'],
    ['post', 'reason', '\udc00', 'a string'],
    ['post', 'accountId', 0n, '0'],
    ['post', 'accountId', 1, 'a number'],
    ['post', 'accountId', INT64_MAX + 1n, '9223372036854775808'],
    ['post', 'amount', 0n, '0'],
    ['post', 'amount', 1, 'a number'],
    ['post', 'amount', INT64_MAX + 1n, '9223372036854775808'],
    ['post', 'amount', INT64_MIN - 1n, '-9223372036854775809'],
    ['post', 'kind', '', 'a text of another form'],
    ['post', 'kind', 'Usage', 'a text of another form'],
    ['post', 'kind', '1st', 'a text of another form'],
    ['post', 'kind', 'a b', 'a text of another form'],
    ['post', 'kind', 'x'.repeat(33), 'a text of another form'],
    ['post', 'kind', undefined, 'nothing'],
    ['post', 'contra', 'x'.repeat(65), 'a text of another form'],
    ['post', 'contra', undefined, 'nothing'],
    ['post', 'occurredAt', '2026-01-01T00:00:00Z', 'a string'],
    ['post', 'occurredAt', null, 'null'],
    ['post', 'details', null, 'null'],
    ['post', 'details', ['a'], 'an object'],
    ['post', 'details', { a: 1.5 }, 'a member that is a number'],
    ['post', 'details', { a: 2 ** 53 }, 'a member that is a number'],
    ['post', 'details', { a: 1n }, 'a member that is 1'],
    ['post', 'details', { a: {} }, 'a member that is an object'],
    ['post', 'details', { a: undefined }, 'a member that is nothing'],
    ['post', 'details', { a: 'x\0' }, 'a member that is a string'],
    ['post', 'details', { '\0': 'x' }, 'a member that is a string'],
    ['transfer', 'fromAccountId', -1n, '-1'],
    ['transfer', 'toAccountId', '2', 'a string'],
    ['transfer', 'toAccountId', 1n, 'the account it comes from'],
    ['transfer', 'amount', -1n, '-1'],
    ['transfer', 'kind', 'X', 'a text of another form'],
    ['hold', 'accountId', null, 'null'],
    ['hold', 'amount', 0n, '0'],
    ['hold', 'expiresAt', NOW.epochMicros, NOW.epochMicros.toString()],
    ['capture', 'accountId', 0n, '0'],
    ['capture', 'holdKey', '', 'an empty text'],
    ['capture', 'amount', 0n, '0'],
    ['capture', 'amount', null, 'null'],
    ['capture', 'kind', 'X', 'a text of another form'],
    ['capture', 'contra', 'X', 'a text of another form'],
    ['release', 'accountId', 0n, '0'],
    ['release', 'holdKey', LONG, '192 characters'],
    ['set-floor', 'accountId', 0n, '0'],
    ['set-floor', 'floor', undefined, 'nothing'],
    ['set-floor', 'floor', 0, 'a number'],
    ['set-floor', 'floor', INT64_MIN - 1n, '-9223372036854775809'],
    ['freeze', 'accountId', 0n, '0'],
    ['unfreeze', 'accountId', 0n, '0'],
    ['close', 'accountId', 0n, '0'],
    ['reverse', 'accountId', 0n, '0'],
    ['reverse', 'seq', 0n, '0'],
    ['grant-lot', 'accountId', 0n, '0'],
    ['grant-lot', 'amount', -1n, '-1'],
    ['grant-lot', 'kind', 'X', 'a text of another form'],
    ['grant-lot', 'contra', 'X', 'a text of another form'],
    ['grant-lot', 'funding', 'gift', 'a string'],
    ['grant-lot', 'priority', -1n, '-1'],
    ['grant-lot', 'priority', 1_000_001n, '1000001'],
    ['grant-lot', 'priority', 5, 'a number'],
    ['grant-lot', 'expiresAt', 'soon', 'a string'],
    ['void-lot', 'accountId', 0n, '0'],
    ['void-lot', 'lotSeq', 0n, '0'],
    ['void-lot', 'kind', 'X', 'a text of another form'],
    ['void-lot', 'contra', 'X', 'a text of another form'],
  ])('%s with its %s set to %s: %s', (...[type, member, value, found]) => {
    expect(commandFlaw(broken(type, member, value))).toEqual({
      code: 'LEDGER_COMMAND_INVALID',
      detail: { what: member, found, expected: expect.any(String) },
    });
  });

  it('with a type that is none', () => {
    expect(commandFlaw(broken('post', 'type', 'mint'))?.detail).toMatchObject({ what: 'type' });
  });

  it.each<[string, Command]>([
    ['the longest key', sample.post({ key: 'x'.repeat(191) })],
    ['the longest kind and contra', sample.post({ kind: `x${'-'.repeat(31)}`, contra: `x${'_'.repeat(63)}` })],
    ['the smallest and the largest amount', sample.post({ amount: INT64_MIN, accountId: INT64_MAX })],
    ['an empty reason and empty details', sample.post({ reason: '', details: {} })],
    ['members set to undefined, as callers without types leave them', broken('post', 'occurredAt', undefined)],
    ['a floor of none', sample['set-floor']({ floor: null })],
    ['the priorities at the ends', sample['grant-lot']({ priority: 1_000_000n })],
    ['emoji and quotes in a key', sample.post({ key: `o'brien "🎟️" \\` })],
  ])('but not with %s', (_what, command) => {
    expect(commandFlaw(command)).toBeUndefined();
  });

  it.each(Object.keys(sample) as Command['type'][])('nor is %s in good form', (type) => {
    expect(commandFlaw(sample[type]())).toBeUndefined();
  });
});
