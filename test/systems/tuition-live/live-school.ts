import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Instant } from '../../../src/base/instant.ts';
import { onlySettled } from '../../../src/cutover/capture/unsettled.ts';
import {
  followLegacy,
  inspectLegacySchema,
  legacySource,
  listLosses,
  returnAccounts,
  runCutover,
  switchAccounts,
  watchCutover,
  WHOLE,
  type CutoverContext,
  type Followed,
  type LegacyMapping,
  type ReturnResult,
  type Selection,
  type SourceParts,
  type SwitchResult,
  type WatchRound,
} from '../../../src/cutover/index.ts';
import type { Database } from '../../../src/sql/database.ts';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import type { TuitionPolicy } from '../../../src/systems/tuition/policy.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { policyWith, type PolicyChanges } from '../tuition-migration/legacy-queries.ts';
import { AS_OF, type School } from '../tuition-migration/school.ts';
import { Desk, type Enrolled } from '../tuition-operations/desk.ts';
import type { LegacyVariation } from '../../../src/systems/tuition/sample-school/legacy-tables.ts';
import { OldApplication } from './old-application.ts';

/** Friday, 3 July 2026, ten minutes before the groups of these schools meet at 16:00 in Cairo, and so many weeks later. */
export function friday(weeks = 0): Instant {
  return Instant.parse('2026-07-03T12:50:00Z').plusMillis(weeks * 7 * 86_400_000);
}

/** The day of that Friday. */
export function dayOf(weeks = 0): string {
  return friday(weeks).toString().slice(0, 10);
}

/** How a school differs from the usual one. */
export interface LiveSchoolOptions {
  readonly policy?: PolicyChanges;
  readonly variation?: LegacyVariation;
  /** Tables and columns that have other names than the application's first version. */
  readonly renamed?: LegacyMapping;
}

/** A school whose application goes on while its balances are carried over: the application, the cutover, and the desk after it. */
export class LiveSchool {
  readonly desk: Desk;
  readonly app: OldApplication;
  readonly #folder: string;
  readonly #policy: TuitionPolicy;
  readonly #mapping: LegacyMapping;

  private constructor(given: { desk: Desk; app: OldApplication; policy: TuitionPolicy; mapping: LegacyMapping }) {
    this.desk = given.desk;
    this.app = given.app;
    this.#policy = given.policy;
    this.#mapping = given.mapping;
    this.#folder = mkdtempSync(join(tmpdir(), 'carryover-live-school-'));
  }

  /** Opens a school on a database of its own; nothing is carried yet. */
  static async open(
    school: School | ((database: Database) => Promise<void>),
    options: LiveSchoolOptions = {},
  ): Promise<LiveSchool> {
    const { policy, variation = {}, renamed: mapping = {} } = options;
    const write = typeof school === 'function' ? school : (database: Database) => school.write(database, variation);
    const prepare = async (database: Database): Promise<void> => {
      await write(database);
      await rename(database, mapping);
    };
    const desk = await Desk.open({ prepare, mapping, ...(policy === undefined ? {} : { policy }) });
    const app = await OldApplication.open(desk.url);
    return new LiveSchool({ desk, app, policy: policyWith(policy), mapping });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.desk.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get database(): Database {
    return this.desk.database;
  }

  /** Carries the school, up to the proof. */
  async migrate(changes: Partial<CutoverContext> = {}): Promise<void> {
    await runCutover(this.context(changes), { from: 'expand' });
  }

  follow(): Promise<Followed> {
    return followLegacy(this.context());
  }

  /** Gives the ledger the authority over these enrolments, `1:1` each, or over all. */
  switch(owners: readonly string[] | 'all', cohort = 'first'): Promise<SwitchResult> {
    return switchAccounts(this.context(), { selection: selectionOf(owners), cohort });
  }

  /** One round of telling legacy, following it and comparing everything. */
  watch(): Promise<WatchRound> {
    return watchCutover(this.context(), { once: true });
  }

  takeBack(owners: readonly string[] | 'all', acceptedLosses: readonly string[] = []): Promise<ReturnResult> {
    return returnAccounts(this.context(), { selection: selectionOf(owners), acceptedLosses });
  }

  losses(): Promise<readonly string[]> {
    return listLosses(this.context());
  }

  /** Both sides of every invariant, of those of whom something can be said, as `label legacy ledger`. */
  async invariants(): Promise<readonly string[]> {
    const source = legacySource(onlySettled(await this.#parts(), 'tuition'), WHOLE);
    const lines: string[] = [];
    for (const { name, compare } of tuitionSystem.invariants) {
      const { rows } = await compare(source).execute(this.database.handle);
      lines.push(
        ...rows.map(({ label, legacy_value, ledger_value }) => `${name} ${label}: ${legacy_value} ${ledger_value}`),
      );
    }
    return lines;
  }

  context(changes: Partial<CutoverContext> = {}): CutoverContext {
    return {
      instance: 'test',
      database: this.database,
      system: tuitionSystem,
      policy: this.#policy,
      mapping: this.#mapping,
      backup: assumedBackup(),
      folder: this.#folder,
      toolVersion: '0.0.0-test',
      asOf: AS_OF,
      ...changes,
      // Few, so that a comparison goes in several looks here too.
      limits: { lookKeysMax: 4, ...changes.limits },
    };
  }

  /** An account with how many entries it has; undefined where there is none. */
  async account(owner: string, kind: 'sessions' | 'money' = 'sessions'): Promise<LiveAccount | undefined> {
    const { rows } = await sql<LiveAccount>`select a.balance, a.seq, a.status, a.authority, a.floor
      from ${sql.table('carryover_accounts')} a where a.system_name = 'tuition' and a.kind = ${kind} and a.owner = ${owner}`.execute(
      this.database.handle,
    );
    return rows[0];
  }

  /** What is on both accounts. */
  async balances(
    owner: string,
  ): Promise<{ readonly sessions: bigint | undefined; readonly money: bigint | undefined }> {
    const [sessions, money] = [await this.account(owner), await this.account(owner, 'money')];
    return { sessions: sessions?.balance, money: money?.balance };
  }

  /** What legacy says should be on both accounts. */
  async expected(owner: string): Promise<Awaited<ReturnType<LiveSchool['balances']>>> {
    const source = legacySource(await this.#parts(), { keys: [BigInt(owner.split(':')[0] ?? '')] });
    const { rows } = await tuitionSystem.expected(source).execute(this.database.handle);
    const of = (kind: string): bigint | undefined =>
      rows.find((row) => row.account_kind === kind && row.owner === owner)?.balance;
    return { sessions: of('sessions'), money: of('money') };
  }

  /** Rows of a legacy table. */
  async rows<Row>(query: ReturnType<typeof sql<Row>>): Promise<readonly Row[]> {
    return (await query.execute(this.database.handle)).rows;
  }

  async #parts(): Promise<SourceParts<TuitionPolicy>> {
    const { present } = await inspectLegacySchema(this.database, tuitionSystem.legacy, this.#mapping);
    return {
      dialect: this.database.dialect,
      policy: this.#policy,
      asOf: AS_OF,
      mapping: this.#mapping,
      walk: tuitionSystem.walk,
      present,
    };
  }
}

/** An account, as far as these tests look at it. */
export interface LiveAccount {
  readonly balance: bigint;
  readonly seq: bigint;
  readonly status: string;
  readonly authority: string;
  readonly floor: bigint | null;
}

/** A pupil of a school's builder: the code is the id. */
export function pupil(studentId: number, groupId = 1): Enrolled {
  return { studentId: `${studentId}`, groupId: `${groupId}`, code: `${studentId}` };
}

function selectionOf(owners: readonly string[] | 'all'): Selection {
  return owners === 'all' ? { who: 'all' } : { who: 'owners', owners };
}

async function rename(database: Database, mapping: LegacyMapping): Promise<void> {
  for (const [name, { table = name, columns = {} }] of Object.entries(mapping)) {
    for (const [column, other] of Object.entries(columns))
      await sql`alter table ${sql.table(name)} rename column ${sql.ref(column)} to ${sql.ref(other)}`.execute(
        database.handle,
      );
    if (table !== name)
      await sql`alter table ${sql.table(name)} rename to ${sql.table(table)}`.execute(database.handle);
  }
}
