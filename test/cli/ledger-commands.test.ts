import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareLedger } from '../../src/app/prepare-ledger.ts';
import { Instant } from '../../src/base/instant.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.ts';
import { jsonLines, runCli, type CliResult } from '../support/run-cli.ts';

let fresh: FreshDatabase;
let folder: string;

const run = (...args: readonly string[]): Promise<CliResult> => runCli(folder, args, { SCHOOL_URL: fresh.url });

beforeAll(async () => {
  fresh = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'carryover-cli-'));
  const config = { instances: { dev: { urlEnv: 'SCHOOL_URL' } }, systems: { tuition: {} } };
  writeFileSync(join(folder, 'carryover.config.json'), JSON.stringify(config));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await fresh.drop();
});

it('a database without a ledger is told from one without accounts', async () => {
  const { exitCode, stderr } = await run('accounts');
  expect(stderr).toContain('LEDGER_NOT_MADE');
  expect(exitCode).toBe(3);
});

describe('a ledger with a few accounts', () => {
  beforeAll(async () => {
    const database = await openDatabase(fresh.url);
    const ledger = createLedger(database);
    try {
      await prepareLedger(database);
      const account = (kind: string, owner: string, authority: 'ledger' | 'legacy') => ({
        ref: { system: 'tuition', kind, owner },
        unit: kind === 'money' ? 'egp' : 'session',
        floor: kind === 'money' ? 0n : -2n,
        lotted: false,
        authority,
      });
      const [sessions, money] = await ledger.openAccounts([
        account('sessions', '12:3', 'ledger'),
        account('money', '12:3', 'ledger'),
        account('sessions', '12:4', 'legacy'),
        account('sessions', '120:3', 'ledger'),
      ]);
      const actor = { kind: 'system', id: 'test' } as const;
      const post = { type: 'post', kind: 'payment', contra: 'payments', actor } as const;
      const accountId = sessions?.id ?? 0n;
      await ledger.executeOrThrow([
        { ...post, accountId, key: 'p1', amount: 4n, occurredAt: Instant.parse('2026-01-10T08:00:00Z') },
        { ...post, accountId, key: 'a1', amount: -1n, occurredAt: Instant.parse('2026-02-10T08:00:00Z') },
        { ...post, accountId, key: 'a2', amount: -5n, occurredAt: Instant.parse('2026-03-10T08:00:00Z') },
        { ...post, accountId: money?.id ?? 0n, key: 'p1', amount: 12_345n },
      ]);
    } finally {
      await ledger.close();
      await database.close();
    }
  });

  it('accounts lists page by page, and searches by owner, kind and balance', async () => {
    const first = await run('accounts', '--limit', '2');
    expect(first.stdout).toMatch(/money +12:3 +123\.45 +egp +0\.00/);
    const after = /More with --after (\d+)\./.exec(first.stdout)?.[1] ?? '';
    const second = await run('accounts', '--limit', '2', '--after', after);
    expect(second.stdout).not.toContain('More with');
    const owners = async (...args: readonly string[]): Promise<readonly string[]> => {
      const [page] = jsonLines(await run('accounts', '--json', ...args)) as {
        accounts: { ref: { owner: string } }[];
      }[];
      return (page?.accounts ?? []).map(({ ref }) => ref.owner).toSorted();
    };
    expect(await owners('12:')).toEqual(['12:3', '12:3', '12:4']);
    expect(await owners('12', '--kind', 'sessions')).toEqual(['120:3', '12:3', '12:4']);
    expect(await owners('--below', '0')).toEqual(['12:3']);
  });

  it('accounts refuses a page of no size, and a status that there is not', async () => {
    expect((await run('accounts', '--limit', '0')).exitCode).toBe(2);
    expect((await run('accounts', '--status', 'gone')).exitCode).toBe(2);
  });

  it('balance shows what is left and the floor', async () => {
    const { exitCode, stdout } = await run('balance', 'sessions', '12:3');
    expect(stdout).toMatch(/^balance +-2 +session$/m);
    expect(stdout).toMatch(/^floor +-2$/m);
    expect(exitCode).toBe(0);
  });

  it('statement lists the entries with the balance after each', async () => {
    const { exitCode, stdout } = await run('statement', 'sessions', '12:3');
    expect(stdout).toMatch(/1 +2026-01-10 08:00 +payment +4 +4 +payments/);
    expect(stdout).toMatch(/3 +2026-03-10 08:00 +payment +-5 +-2 +payments/);
    expect(stdout).toContain('tuition sessions 12:3: -2 session, decided by ledger.');
    expect(exitCode).toBe(0);
  });

  it('statement --as-of counts what had occurred by that very instant', async () => {
    const { stdout } = await run('statement', 'sessions', '12:3', '--as-of', '2026-02-10T08:00:00Z');
    expect(stdout).toContain('as of 2026-02-10T08:00:00.000000Z: 3 session');
    expect(stdout).not.toContain('2026-03-10');
  });

  it('statement gives the newest page, and names the one before', async () => {
    const newest = await run('statement', 'sessions', '12:3', '--limit', '1');
    expect(newest.stdout).toContain('Earlier ones with --before 3.');
    const before = await run('statement', 'sessions', '12:3', '--limit', '2', '--before', '3');
    expect(before.stdout).toMatch(/^ +2 +2026-02-10/m);
    expect(before.stdout).not.toContain('Earlier ones');
  });

  it('an account that does not exist is answered with the kinds there are', async () => {
    const { exitCode, stderr } = await run('statement', 'session', '12:3');
    expect(stderr).toContain('money, sessions');
    expect(exitCode).toBe(2);
  });

  it('an instant that is none is refused before the database is asked', async () => {
    const { exitCode, stderr } = await run('statement', 'sessions', '12:3', '--as-of', 'yesterday');
    expect(stderr).toContain('INPUT_INVALID');
    expect(exitCode).toBe(2);
  });

  it('post wants a key and a reason, and a confirmation', async () => {
    const to = ['post', 'sessions', '12:3', '--instance', 'dev', '--amount', '3'];
    expect((await run(...to, '--key', 'k1', '--yes')).stderr).toContain('--reason');
    const asked = await run(...to, '--key', 'k1', '--reason', 'counted twice');
    expect(asked.stderr).toContain('CLI_NOT_CONFIRMED');
    expect(asked.exitCode).toBe(2);
  });

  it('post posts once under its key', async () => {
    const asked = ['post', 'money', '12:3', '--instance', 'dev', '--amount', '-23.45', '--key', 'k2', '--yes'];
    const first = await run(...asked, '--reason', 'booked twice');
    expect(first.stdout).toContain('Posted: entry 2, balance 100.00 egp.');
    const again = await run(...asked, '--reason', 'booked twice');
    expect(again.stdout).toContain('Posted before under this key: entry 2, balance 100.00 egp.');
    const other = await run(...asked, '--reason', 'another reason');
    expect(other.exitCode + first.exitCode + again.exitCode).toBe(other.exitCode);
    const { stdout } = await run('statement', 'money', '12:3');
    expect(stdout).toContain('booked twice');
    expect(stdout).toContain('100.00 egp');
  });

  it('post is held to the floor, to the decimals of the unit, and to the authority of the account', async () => {
    const post = (owner: string, amount: string): Promise<CliResult> =>
      run('post', 'sessions', owner, '--instance', 'dev', '--amount', amount, '--key', 'k3', '--reason', 'x', '--yes');
    const floor = await post('12:3', '-1');
    expect(floor.stderr).toContain('LEDGER_FLOOR_BREACHED');
    expect(floor.exitCode).toBe(3);
    const decimals = await post('12:3', '1.5');
    expect(decimals.stderr).toContain('INPUT_INVALID');
    expect(decimals.exitCode).toBe(2);
    const legacy = await post('12:4', '1');
    expect(legacy.stderr).toContain('LEDGER_AUTHORITY_LEGACY');
    expect(legacy.exitCode).toBe(3);
  });

  it('trial-balance sums both sides of every unit to zero', async () => {
    const { exitCode, stdout } = await run('trial-balance');
    expect(stdout).toMatch(/egp +accounts money +1 +2 +100\.00/);
    expect(stdout).toMatch(/egp +against payments +1 +-123\.45/);
    expect(stdout).toMatch(/egp +both sides +0\.00/);
    expect(stdout).toMatch(/session +both sides +0$/m);
    expect(exitCode).toBe(0);
  });

  it('verify --ledger finds nothing wrong', async () => {
    const { exitCode, stdout } = await run('verify', '--ledger');
    expect(stdout).toContain("4 accounts and 5 entries held to the ledger's rules: 0 breaches.");
    expect(exitCode).toBe(0);
  });
});
