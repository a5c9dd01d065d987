import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/sql/database.ts';
import { jsonLines } from '../support/run-cli.ts';
import { openSchoolFolder, SCHOOL_AS_OF, type SchoolFolder } from '../support/school-folder.ts';

// One school is taken the whole way, as a person would: each test stands on what the ones before it did.
let school: SchoolFolder;

beforeAll(async () => {
  school = await openSchoolFolder({ config: false });
});

afterAll(() => school.remove());

async function tableNames(): Promise<readonly string[]> {
  const database = await openDatabase(school.url, { access: 'read-only' });
  try {
    return (await database.dialect.introspection.tables(database.handle)).map(({ name }) => name);
  } finally {
    await database.close();
  }
}

describe('before anything is written', () => {
  it('a command without a configuration names the command that writes one', async () => {
    const { exitCode, stderr } = await school.run('status');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CONFIG_MISSING');
    expect(stderr).toContain('carryover init');
  });

  it('init recognises the system and writes a configuration that loads, without the URL in it', async () => {
    const { exitCode, stdout } = await school.run('init', '--url-env', 'SCHOOL_URL');
    expect(stdout).toMatch(/tuition: \d+ of \d+ legacy tables found, 0 under other names/);
    expect(exitCode).toBe(0);
    const text = readFileSync(join(school.folder, 'carryover.config.ts'), 'utf8');
    expect(text).toContain("import { defineConfig } from 'carryover';");
    expect(text).not.toContain(school.url);
  });

  it('init never overwrites a configuration', async () => {
    const { exitCode, stderr } = await school.run('init', '--url-env', 'SCHOOL_URL');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CLI_FILE_EXISTS');
  });

  it('doctor finds nothing in the way', async () => {
    const { exitCode, stdout } = await school.run('doctor');
    expect(stdout).toMatch(/ok +dev +server +\w+ \d+\.\d+/);
    expect(stdout).toMatch(/\d+ checks, nothing in the way\./);
    expect(exitCode).toBe(0);
  });

  it('analyze counts, finds and compares, and leaves no table behind', async () => {
    const before = await tableNames();
    const { exitCode, stdout, stderr } = await school.run('analyze', '--as-of', SCHOOL_AS_OF);
    expect(stdout).toMatch(/\d+ accounts compared by two paths, 0 differ/);
    expect(exitCode).toBe(0);
    expect(await tableNames()).toEqual(before);
    expect(stderr).toContain('analyze   done');
  });

  it('plan gives the same hash twice, and its statements when asked', async () => {
    const [first] = jsonLines(await school.run('plan', '--json', '--as-of', SCHOOL_AS_OF));
    const second = await school.run('plan', '--ddl', '--as-of', SCHOOL_AS_OF);
    expect(first?.['hash']).toMatch(/^[0-9a-f]{64}$/);
    expect(second.stdout).toContain(`Plan hash ${String(first?.['hash'])}`);
    expect(second.stdout).toMatch(/create table/i);
  });

  it('migrate without a target is refused, also where there is only one', async () => {
    const { exitCode, stderr } = await school.run('migrate', '--yes');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('TARGET_MISSING');
    expect(stderr).toContain('--instance dev');
  });

  it('migrate is not begun by a script that did not confirm', async () => {
    const { exitCode, stderr } = await school.run('migrate', '--instance', 'dev');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CLI_NOT_CONFIRMED');
    expect(stderr).toContain('--yes');
  });

  it('migrate --dry-run analyzes and plans, and needs no confirmation', async () => {
    const before = await tableNames();
    const { exitCode, stdout } = await school.run('migrate', '--instance', 'dev', '--dry-run', '--as-of', SCHOOL_AS_OF);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Plan hash');
    expect(await tableNames()).toEqual(before);
  });

  it('migrate refuses another plan than the one that was agreed to', async () => {
    const asked = ['--yes', '--plan-hash', '0'.repeat(64), '--as-of', SCHOOL_AS_OF];
    const { exitCode, stderr } = await school.run('migrate', '--instance', 'dev', ...asked);
    expect(stderr).toContain('CUTOVER_PLAN_CHANGED');
    expect(exitCode).toBe(3);
  });

  it('status says that nothing was changed, and names the first command', async () => {
    const { exitCode, stdout } = await school.run('status');
    expect(stdout).toContain('Nothing was changed yet.');
    expect(stdout).toContain('Next  carryover analyze --instance dev --system tuition');
    expect(exitCode).toBe(0);
  });
});

describe('the cutover', () => {
  let proofFile = '';

  it('migrate carries everything, with progress in plain lines where nobody watches', async () => {
    const { exitCode, stdout, stderr } = await school.run(
      'migrate',
      '--instance',
      'dev',
      '--yes',
      '--as-of',
      SCHOOL_AS_OF,
    );
    expect(stderr).not.toMatch(/[\r\u001b]/);
    for (const stage of ['analyze', 'plan', 'backup', 'rehearse', 'expand', 'backfill', 'verify']) {
      expect(stderr).toMatch(new RegExp(`${stage} +done in`));
    }
    expect(stdout).toMatch(/Backup \S+ proven: \d+ tables/);
    expect(stdout).toMatch(/\d+ accounts compared, 0 differ\./);
    proofFile = /Proof written to (.+)/.exec(stdout)?.[1] ?? '';
    expect(proofFile).not.toBe('');
    expect(exitCode).toBe(0);
  });

  it('verify --proof holds for the file as it was written', async () => {
    const { exitCode, stdout } = await school.run('verify', '--instance', 'dev', '--proof', proofFile);
    expect(stdout).toContain('The proof holds');
    expect(exitCode).toBe(0);
  });

  it('verify --proof refuses a file in which a number was changed', async () => {
    const proof = JSON.parse(readFileSync(proofFile, 'utf8')) as { accountsCompared: string };
    const file = join(school.folder, 'changed.proof.json');
    writeFileSync(file, JSON.stringify({ ...proof, accountsCompared: `${proof.accountsCompared}0` }));
    const { exitCode, stderr } = await school.run('verify', '--instance', 'dev', '--proof', file);
    expect(stderr).toContain('CUTOVER_PROOF_INVALID');
    expect(exitCode).not.toBe(0);
  });

  it('verify compares again, with data as JSON', async () => {
    const result = await school.run('verify', '--instance', 'dev', '--json');
    const [verification] = jsonLines(result) as { accounts: { compared: string; different: string } }[];
    expect(Number(verification?.accounts.compared)).toBeGreaterThan(0);
    expect(verification?.accounts.different).toBe('0');
    expect(result.exitCode).toBe(0);
    for (const line of result.stderr.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it('status says that the ledger is proven', async () => {
    const { stdout } = await school.run('status', '--instance', 'dev');
    expect(stdout).toContain('The ledger is proven equal to legacy, and follows it.');
    expect(stdout).toMatch(/accounts +\d+ decided by legacy, 0 by the ledger/);
  });

  it('journal lists what was done in pages', async () => {
    const [{ lines = [] } = {}] = jsonLines(await school.run('journal', '--json', '--limit', '3')) as {
      lines?: { seq: string; stage: string }[];
    }[];
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)?.stage).toBe('verify');
    const { stdout } = await school.run('journal', '--before', lines[0]?.seq ?? '');
    expect(stdout).toContain('expand');
    expect(stdout).not.toMatch(new RegExp(`^ *${lines[0]?.seq} `, 'm'));
  });

  it('quarantine lists the rows that wait, as findings', async () => {
    const { exitCode, stdout } = await school.run('quarantine', 'list');
    expect(stdout).toContain('negative-amount');
    expect(exitCode).toBe(1);
  });

  it('findings shows the rows of one', async () => {
    const { exitCode, stdout } = await school.run('findings', 'negative-amount');
    expect(stdout).toContain('negative-amount');
    expect(stdout).toContain('subject');
    expect(exitCode).toBe(1);
  });

  it('pause is refused where no run is under way', async () => {
    const { exitCode, stderr } = await school.run('pause', '--instance', 'dev', '--reason', 'exams');
    expect(stderr).toContain('CUTOVER_GATE_CLOSED');
    expect(exitCode).toBe(3);
  });

  it('backups lists the proven backup, and restore puts it beside the live database', async () => {
    const { stdout } = await school.run('backups', '--instance', 'dev');
    const id = /(\d{8}T\d{6}Z-\w+) +proven/.exec(stdout)?.[1] ?? '';
    expect(id).not.toBe('');
    const restored = await school.run('restore', id, '--instance', 'dev', '--into', school.url);
    expect(restored.exitCode).toBe(3);
    expect(restored.stderr).toContain('error');
  });

  it('backfill posts nothing when both sides agree', async () => {
    const { exitCode, stdout } = await school.run('backfill', '--instance', 'dev', '--yes', '--json');
    expect(exitCode).toBe(0);
    expect(jsonLines({ exitCode, stdout, stderr: '' })).toHaveLength(1);
  });
});

describe('the way back', () => {
  it('rollback is not begun by a script that did not confirm', async () => {
    const { exitCode, stderr } = await school.run('rollback', '--instance', 'dev');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CLI_NOT_CONFIRMED');
  });

  it('rollback removes the accounts and views, and status says so', async () => {
    const { exitCode, stdout } = await school.run('rollback', '--instance', 'dev', '--yes', '--reason', 'as planned');
    expect(stdout).toMatch(/Rolled back "dev" in .*: [\d,]+ accounts removed, legacy as it was\./);
    expect(exitCode).toBe(0);
    expect(await tableNames()).not.toContain('credit_status');
    const status = await school.run('status');
    expect(status.stdout).toContain('The last run was rolled back; legacy is as it was.');
  });

  it('rollback has nothing more to do', async () => {
    const { exitCode, stdout } = await school.run('rollback', '--instance', 'dev', '--yes');
    expect(stdout).toContain('Nothing to roll back');
    expect(exitCode).toBe(0);
  });

  it('the journal stays', async () => {
    const { stdout } = await school.run('journal');
    expect(stdout).toContain('rollback');
  });

  it('logs and proofs stay, and hold no URL', () => {
    const folder = join(school.folder, 'carryover-logs');
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(0);
    const password = /:\/\/[^:@/]+:([^@]+)@/.exec(school.url)?.[1];
    for (const file of files) {
      if (password !== undefined) expect(readFileSync(join(folder, file), 'utf8')).not.toContain(`:${password}@`);
    }
  });
});
