import { expect, test } from 'vitest';
import { classify } from './classify.ts';
import { ConnectionFailure, leavesOutcomeOpen } from './connection-failure.ts';

function serverError(code: string, more: Readonly<Record<string, string>> = {}): Error {
  return Object.assign(new Error(`failed with ${code}`), { code, severity: 'ERROR', ...more });
}

test.each([
  ['23505', { constraint: 't_pkey' }, { kind: 'unique', constraint: 't_pkey' }],
  ['23502', { column: 'owner' }, { kind: 'not-null', constraint: 'owner' }],
  ['40P01', {}, { kind: 'deadlock' }],
  ['40001', {}, { kind: 'serialization' }],
  ['55P03', {}, { kind: 'lock-timeout' }],
  ['57014', {}, { kind: 'statement-timeout' }],
  ['25006', {}, { kind: 'read-only' }],
  ['08006', {}, { kind: 'connection-lost' }],
  ['08004', {}, { kind: 'connection-refused' }],
  ['CO001', {}, { kind: 'append-only', constraint: 'failed with CO001' }],
  ['0A000', { routine: 'RevalidateCachedQuery' }, { kind: 'serialization' }],
])('%s with %o means %o', (code, more, failure) => {
  expect(classify(serverError(code, more))).toEqual(failure);
});

test('looks through causes, also circular ones', () => {
  const inner = serverError('40P01');
  expect(classify(new Error('outer', { cause: new Error('middle', { cause: inner }) }))).toEqual({ kind: 'deadlock' });
  const circular = new Error('circular');
  circular.cause = circular;
  expect(classify(circular)).toBeUndefined();
});

test.each([
  [serverError('0A000')],
  [serverError('XX000')],
  [new Error('plain')],
  [Object.assign(new Error('of a file'), { code: 'EACCES' })],
  [Object.assign(new Error('of another driver'), { code: 'ER_LOCK_DEADLOCK' })],
  ['text'],
  [undefined],
])('%s means nothing to this driver', (error) => {
  expect(classify(error)).toBeUndefined();
});

test('a broken connection is told, and why it was refused where the server said so', () => {
  expect(classify(new ConnectionFailure('connection-lost', new Error('socket')))).toEqual({ kind: 'connection-lost' });
  const refused = new ConnectionFailure('connection-refused', serverError('28P01'));
  expect(classify(refused)).toEqual({ kind: 'authentication' });
});

test('a COMMIT may have happened when the connection broke or the server went down, and in no other case', () => {
  const open = [
    new ConnectionFailure('connection-lost', undefined),
    serverError('57P01'),
    serverError('08006'),
    serverError('40003'),
  ];
  const known = [serverError('40001'), serverError('23505'), serverError('57014'), new Error('plain')];
  expect(open.map(leavesOutcomeOpen)).toEqual([true, true, true, true]);
  expect(known.map(leavesOutcomeOpen)).toEqual([false, false, false, false]);
});
