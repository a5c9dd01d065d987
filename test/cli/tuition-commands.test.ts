import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.ts';
import { jsonLines, runCli, type CliResult } from '../support/run-cli.ts';
import { AS_OF, school } from '../systems/tuition-migration/school.ts';
import { switchToLedger } from '../systems/tuition-operations/desk.ts';

/** Friday, ten minutes before the group of this school meets at 16:00 in Cairo. */
const FRIDAY = '2026-07-03T12:50:00Z';

// One desk is worked through from the cutover on: each test stands on what the ones before it did.
let fresh: FreshDatabase;
let folder: string;

async function onDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase(fresh.url);
  await work(database).finally(() => database.close());
}

const run = (...args: readonly string[]): Promise<CliResult> => runCli(folder, args, { SCHOOL_URL: fresh.url });

/** An operation that writes, at the desk of `dev` on that Friday. */
const write = (operation: string, ...args: readonly string[]): Promise<CliResult> =>
  run('tuition', operation, '--instance', 'dev', '--now', FRIDAY, ...args);

/** The one value that a command with `--json` answers. */
async function answerOf(result: Promise<CliResult>): Promise<{ exitCode: number; answer: Record<string, unknown> }> {
  const { exitCode, stdout, stderr } = await result;
  const lines = jsonLines({ exitCode, stdout, stderr });
  expect(lines, stderr).toHaveLength(1);
  return { exitCode, answer: lines[0] ?? {} };
}

const statusOf = (student: string): ReturnType<typeof answerOf> =>
  answerOf(run('tuition', 'credit-status', '--student-id', student, '--group-id', '1', '--now', FRIDAY, '--json'));

beforeAll(async () => {
  fresh = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'carryover-cli-'));
  const config = { instances: { dev: { urlEnv: 'SCHOOL_URL' } }, systems: { tuition: {} } };
  writeFileSync(join(folder, 'carryover.config.json'), JSON.stringify(config));
  const small = school()
    .pupil() // 1: four sessions paid, two attended.
    .paid('2026-06', 300)
    .attended(2, { from: '2026-06-19' })
    .pupil() // 2: three attended and nothing paid, which is over the limit.
    .attended(3, { from: '2026-06-12' });
  await onDatabase((database) => small.write(database));
  const { exitCode, stderr } = await run('migrate', '--instance', 'dev', '--yes', '--as-of', AS_OF.toString());
  expect(exitCode, stderr).toBe(0);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await fresh.drop();
});

describe('while legacy decides', () => {
  it('operations that write are refused with exit code 3, as text and as JSON', async () => {
    const pay = ['--key', 'early', '--student-id', '1', '--group-id', '1', '--amount', '300.00'];
    const told = await write('record-payment', ...pay);
    expect(told.stderr).toContain('LEDGER_AUTHORITY_LEGACY');
    expect(told.exitCode).toBe(3);
    const { exitCode, answer } = await answerOf(write('check-in', '--key', 'early', '--code', '1', '--json'));
    expect(answer).toMatchObject({ error: { code: 'LEDGER_AUTHORITY_LEGACY', hint: expect.any(String) } });
    expect(exitCode).toBe(3);
  });

  it('credit-status tells where a pupil stands', async () => {
    const { exitCode, answer } = await statusOf('2');
    expect(answer).toMatchObject({ debt: '3', isBlocked: true, blockReason: 'credit_exceeded_1' });
    expect(exitCode).toBe(0);
  });
});

describe('once the ledger decides', () => {
  let paymentId = '';

  beforeAll(() => onDatabase(switchToLedger));

  it('check-in lets a pupil in once under its key, and again answers the same', async () => {
    expect((await statusOf('1')).answer).toMatchObject({ sessionsPaidFor: '4', remainingCredit: '4' });
    const first = await answerOf(write('check-in', '--key', 'in-1', '--code', '1', '--json'));
    expect(first).toMatchObject({ exitCode: 0, answer: { code: 'present', color: 'green' } });
    expect(await answerOf(write('check-in', '--key', 'in-1', '--code', '1', '--json'))).toEqual(first);
    expect((await statusOf('1')).answer).toMatchObject({ sessionsPaidFor: '4', remainingCredit: '3' });
  });

  it('a key that was used for something else is refused with exit code 3', async () => {
    const { exitCode, stderr } = await write('check-in', '--key', 'in-1', '--code', '2');
    expect(stderr).toContain('TUITION_KEY_REUSED');
    expect(exitCode).toBe(3);
  });

  it('T-30: a pupil who is not let in is an answer, with exit code 0', async () => {
    const { exitCode, stdout } = await write('check-in', '--key', 'in-2', '--code', '2');
    expect(stdout).toContain('credit_exceeded');
    expect(exitCode).toBe(0);
  });

  it('record-payment takes money, by options or as one JSON input, and the pupil is let in', async () => {
    const input = { key: 'pay-1', studentId: '2', groupId: '1', amount: '300.00', month: '2026-07', note: 'cash' };
    const paid = await answerOf(write('record-payment', '--input', JSON.stringify(input), '--json'));
    expect(paid.exitCode).toBe(0);
    paymentId = String(paid.answer['paymentId']);
    expect(paymentId).toMatch(/^\d+$/);
    const options = ['--student-id', '2', '--group-id', '1', '--amount', '300.00', '--month', '2026-07'];
    expect(await answerOf(write('record-payment', '--key', 'pay-1', ...options, '--json'))).toEqual(paid);
    expect((await statusOf('2')).answer).toMatchObject({ sessionsPaidFor: '4', isBlocked: false });
    const again = await answerOf(write('check-in', '--key', 'in-3', '--code', '2', '--json'));
    expect(again).toMatchObject({ exitCode: 0, answer: { code: 'present' } });
  });

  it('void-payment undoes it, once', async () => {
    const why = ['--payment-id', paymentId, '--reason', 'counted twice', '--actor', 'desk-3'];
    const { exitCode } = await answerOf(write('void-payment', '--key', 'void-1', ...why, '--json'));
    expect(exitCode).toBe(0);
    expect((await statusOf('2')).answer).toMatchObject({ sessionsPaidFor: '0', debt: '4', isBlocked: true });
    const again = await write('void-payment', '--key', 'void-2', ...why);
    expect(again.stderr).toContain('TUITION_PAYMENT_NOT_REVERSIBLE');
    expect(again.exitCode).toBe(3);
    const { stdout } = await run('statement', 'sessions', '2:1', '--json');
    expect(stdout).toContain('desk-3');
    expect(stdout).toContain('counted twice');
  });

  it.each([
    [
      'no target',
      'TARGET_MISSING',
      ['record-payment', '--key', 'k', '--student-id', '1', '--group-id', '1', '--amount', '1.00'],
    ],
    [
      'an amount of too many decimals',
      'INPUT_INVALID',
      [
        'record-payment',
        '--instance',
        'dev',
        '--key',
        'k',
        '--student-id',
        '1',
        '--group-id',
        '1',
        '--amount',
        '1.005',
      ],
    ],
    [
      'no key',
      'CLI_USAGE',
      ['record-payment', '--instance', 'dev', '--student-id', '1', '--group-id', '1', '--amount', '1.00'],
    ],
    ['an input that is no JSON', 'CLI_USAGE', ['check-in', '--instance', 'dev', '--input', '{code: 1}']],
    [
      'a code and a pupil',
      'INPUT_INVALID',
      ['check-in', '--instance', 'dev', '--key', 'k', '--code', '1', '--student-id', '1'],
    ],
  ])('%s is a mistake of the call, with exit code 2', async (_what, code, args) => {
    const { exitCode, stderr } = await run('tuition', ...args);
    expect(stderr).toContain(code);
    expect(exitCode).toBe(2);
  });

  it('a pupil who is not in the group is refused with exit code 3', async () => {
    const { exitCode, stderr } = await run('tuition', 'credit-status', '--student-id', '1', '--group-id', '9');
    expect(stderr).toContain('TUITION_ENROLMENT_UNKNOWN');
    expect(exitCode).toBe(3);
  });

  it('what the desk wrote holds to every rule of the ledger, and cannot be rolled back any more', async () => {
    expect((await run('verify', '--ledger')).exitCode).toBe(0);
    const { exitCode, stderr } = await run('rollback', '--instance', 'dev', '--yes');
    expect(stderr).toContain('CUTOVER_GATE_CLOSED');
    expect(exitCode).toBe(3);
  });
});
