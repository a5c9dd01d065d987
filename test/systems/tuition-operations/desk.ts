import { sql } from 'kysely';
import type { Actor } from '../../../src/base/actor.ts';
import { Instant } from '../../../src/base/instant.ts';
import {
  coreMigrations,
  inspectLegacySchema,
  legacySource,
  WHOLE,
  type LegacyMapping,
  type LegacySchema,
} from '../../../src/cutover/index.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { openDatabase, type Database } from '../../../src/sql/database.ts';
import { migrateSchema } from '../../../src/sql/schema-migrator.ts';
import type { OperationContext } from '../../../src/systems/operation.ts';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import { tuitionOperations } from '../../../src/systems/tuition/operations/index.ts';
import type { TuitionPolicy } from '../../../src/systems/tuition/policy.ts';
import type { RenderedAnswer } from '../../../src/systems/tuition/door/scan-answer.ts';
import type { CreditStatus } from '../../../src/systems/tuition/queries/credit-status-of.ts';
import { insertLegacyRows, type LegacyValue } from '../../../src/systems/tuition/sample-school/insert-legacy-rows.ts';
import { createLegacyTables, type LegacyVariation } from '../../../src/systems/tuition/sample-school/legacy-tables.ts';
import { freshDatabase } from '../../support/fresh-database.ts';
import { runAsDescribed } from '../run-as-described.ts';
import { policyWith, type PolicyChanges } from '../tuition-migration/legacy-queries.ts';

/** A Saturday at 15:50 in Cairo: ten minutes before the sessions of the groups that `group` makes. */
export const SATURDAY: Instant = Instant.parse('2026-03-07T13:50:00Z');

/** The same time by the school's clocks, so many weeks after the first Saturday. */
export function saturday(weeks: number): Instant {
  return Instant.fromZoned(SATURDAY.inZone('Africa/Cairo').add({ weeks }));
}

/** Who works in these tests. */
export const clerk: Actor = { kind: 'person', id: 'clerk-7' };

/** How a desk differs from the usual one. */
export interface DeskOptions {
  readonly policy?: PolicyChanges;
  readonly variation?: LegacyVariation;
  /** The names that the tables have after `prepare`, where they differ. */
  readonly mapping?: LegacyMapping;
  /** Makes and fills the database before the desk opens; without it there are empty tables. */
  readonly prepare?: (database: Database) => Promise<void>;
}

/** How a call differs from the usual one. */
export interface CallOptions {
  readonly now?: Instant | 'clock';
  readonly actor?: Actor;
  readonly role?: string;
  readonly ipAddress?: string;
  /** Settings of this call alone. */
  readonly policy?: PolicyChanges;
  /** A desk's own connection, for two desks at once. */
  readonly desk?: OtherDesk;
}

/** A second desk: connections of its own to the same database. */
export interface OtherDesk {
  readonly database: Database;
  readonly ledger: Ledger;
}

/** A group; pupils of one group come on Saturdays at 16:00 unless told otherwise. */
export interface GroupOptions {
  readonly day?: string | null;
  readonly time?: string | null;
  readonly fee?: number | null;
  readonly center?: number | null;
  readonly teacher?: number;
  readonly active?: boolean;
}

/** A pupil of the school's own table. */
export interface StudentOptions {
  readonly phone?: string | null;
  readonly active?: boolean;
}

/** A pupil in a group, as ids that operations take. */
export interface Enrolled {
  readonly studentId: string;
  readonly groupId: string;
  readonly code: string;
}

/** A school after the cutover, with its desk and its door, on a database of its own. */
export class Desk {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly #url: string;
  readonly #drop: () => Promise<void>;
  readonly #options: DeskOptions;
  readonly #others: OtherDesk[] = [];
  #schema: LegacySchema | undefined;
  #keys = 0;
  #students = 0;
  #groups = 0;

  private constructor(database: Database, given: { url: string; drop: () => Promise<void>; options: DeskOptions }) {
    this.database = database;
    this.ledger = new Ledger(database);
    this.#url = given.url;
    this.#drop = given.drop;
    this.#options = given.options;
  }

  /** Opens a desk on an empty database. */
  static async open(options: DeskOptions = {}): Promise<Desk> {
    const { url, drop } = await freshDatabase();
    const database = await openDatabase(url);
    await (options.prepare ?? ((empty) => createLegacyTables(empty, options.variation)))(database);
    await migrateSchema(database, [...coreMigrations, ...tuitionSystem.schemaMigrations], '0.0.0-test');
    return new Desk(database, { url, drop, options });
  }

  /** The database's address, for connections of another program. */
  get url(): string {
    return this.#url;
  }

  /** Closes every connection and drops the database; fails when one was left open. */
  async close(): Promise<void> {
    for (const { ledger, database } of [...this.#others, this]) {
      await ledger.close();
      await database.close();
    }
    await this.#drop();
  }

  /** Connections of another process to the same school. */
  async another(): Promise<OtherDesk> {
    const database = await openDatabase(this.#url);
    const other = { database, ledger: new Ledger(database) };
    this.#others.push(other);
    return other;
  }

  /** Adds a group and answers its id. */
  async group(options: GroupOptions = {}): Promise<string> {
    this.#groups += 1;
    const { day = 'Saturday', time = '16:00:00', fee = 300, center = 30, teacher = 1, active = true } = options;
    const id = BigInt(this.#groups + 100);
    await this.#legacy('groups', [
      id,
      `Group ${id}`,
      BigInt(teacher),
      1n,
      day,
      time,
      90n,
      cents(fee),
      cents(center),
      active ? 1n : 0n,
    ]);
    return id.toString();
  }

  /** Adds a pupil and answers the id; the code is `C` and the id. */
  async student({ phone = null, active = true }: StudentOptions = {}): Promise<string> {
    this.#students += 1;
    const id = BigInt(this.#students + 1000);
    const row = [id, `C${id}`, `Pupil ${id}`, phone, active ? 1n : 0n, SATURDAY, SATURDAY];
    await this.#legacy('students', row);
    return id.toString();
  }

  /** Adds a pupil who begins in a group (a new one unless told) so many days before the first Saturday. */
  async enrolled(
    options: { groupId?: string; daysAgo?: number; terms?: object; student?: StudentOptions } = {},
  ): Promise<Enrolled> {
    const studentId = await this.student(options.student);
    const groupId = options.groupId ?? (await this.group());
    const now = SATURDAY.plusMillis(-(options.daysAgo ?? 5) * 86_400_000);
    await this.run('enrol-student', { studentId, groupId, ...options.terms }, { now });
    return { studentId, groupId, code: `C${studentId}` };
  }

  /** A pupil who has been there long enough to count as returning. */
  returning(options: { groupId?: string; terms?: object; student?: StudentOptions } = {}): Promise<Enrolled> {
    return this.enrolled({ ...options, daysAgo: 100 });
  }

  /** Writes rows of the school's own tables, as the application did. */
  async legacyRow(table: string, row: readonly LegacyValue[]): Promise<void> {
    await this.#legacy(table, row);
  }

  /**
   * Runs an operation as a surface does, held to its description; a fresh key is given where the test gives
   * none. The present is the first Saturday unless told.
   */
  async run<Result = CreditStatus>(name: string, input: object, options: CallOptions = {}): Promise<Result> {
    const operation = tuitionOperations.find((candidate) => candidate.name === name);
    if (operation === undefined) throw new Error(`There is no operation ${name}.`);
    const keyed = operation.writes && !('key' in input) ? { key: this.key(), ...input } : input;
    return (await runAsDescribed(operation, await this.context(options), keyed)) as Result;
  }

  /** A scan of a pupil's card. */
  scan(
    { code }: { readonly code: string },
    now: Instant = SATURDAY,
    options: CallOptions = {},
  ): Promise<RenderedAnswer> {
    return this.run<RenderedAnswer>('check-in', { code }, { now, ...options });
  }

  /** A payment for a pupil; the month is that of the first Saturday. */
  pay<
    Result = {
      readonly paymentId: string;
      readonly receipt: string;
      readonly sessions: string;
      readonly status: CreditStatus;
    },
  >(
    { studentId, groupId }: Enrolled,
    amount: string,
    more: Readonly<Record<string, unknown>> & { readonly now?: Instant } = {},
  ): Promise<Result> {
    const { now = SATURDAY, ...input } = more;
    return this.run<Result>('record-payment', { studentId, groupId, amount, ...input }, { now });
  }

  /** Where a pupil stands. */
  status({ studentId, groupId }: Enrolled, now: Instant = SATURDAY): Promise<CreditStatus> {
    return this.run('credit-status', { studentId, groupId }, { now });
  }

  /** A key that no other call of this desk has. */
  key(): string {
    this.#keys += 1;
    return `call-${this.#keys}`;
  }

  /** What operations are given. */
  async context({ now = SATURDAY, ...options }: CallOptions = {}): Promise<OperationContext<TuitionPolicy>> {
    const { database, ledger } = options.desk ?? this;
    const policy = policyWith({ ...this.#options.policy, ...options.policy });
    const legacySchema = await this.#inspected();
    const { present } = legacySchema;
    const parts = {
      dialect: database.dialect,
      policy,
      asOf: SATURDAY,
      mapping: this.#options.mapping ?? {},
      walk: tuitionSystem.walk,
      present,
    };
    return {
      database,
      ledger,
      policy,
      legacy: legacySource(parts, WHOLE),
      legacySchema,
      actor: options.actor ?? clerk,
      ...(options.role === undefined ? {} : { role: options.role }),
      ...(options.ipAddress === undefined ? {} : { ipAddress: options.ipAddress }),
      ...(now === 'clock' ? {} : { now }),
    };
  }

  /** Rows of a table. */
  async rows<Row = Record<string, unknown>>(
    table: string,
    where: ReturnType<typeof sql> = sql`1 = 1`,
  ): Promise<readonly Row[]> {
    const { rows } = await sql<Row>`select * from ${sql.table(table)} where ${where}`.execute(this.database.handle);
    return rows;
  }

  /** The types of the notices in the outbox, in the order they were written. */
  async notices(where: ReturnType<typeof sql> = sql`1 = 1`): Promise<readonly string[]> {
    const rows = await this.rows<{ id: bigint; type: string }>('carryover_outbox', where);
    return rows.toSorted((one, other) => Number(one.id - other.id)).map(({ type }) => type);
  }

  /** What is on an account. */
  async balance({ studentId, groupId }: Enrolled, kind: 'sessions' | 'money' | 'make-up'): Promise<bigint | undefined> {
    const { rows } = await sql<{ balance: bigint }>`
      select a.balance from ${sql.table('carryover_accounts')} a
      where a.system_name = 'tuition' and a.kind = ${kind} and a.owner = ${`${studentId}:${groupId}`}`.execute(
      this.database.handle,
    );
    return rows[0]?.balance;
  }

  /** The school's schema does not change during a test, and a server takes long to describe it. */
  async #inspected(): Promise<LegacySchema> {
    if (this.#schema !== undefined) return this.#schema;
    const schema = await inspectLegacySchema(this.database, tuitionSystem.legacy, this.#options.mapping ?? {});
    if (schema.problems.length > 0) throw new Error(schema.problems.join('; '));
    this.#schema = schema;
    return schema;
  }

  async #legacy(table: string, row: readonly LegacyValue[]): Promise<void> {
    const { variation } = this.#options;
    await this.database.write((trx) =>
      insertLegacyRows(this.database, trx, { table, rows: [row], ...(variation === undefined ? {} : { variation }) }),
    );
  }
}

/** Gives the ledger the authority over every account of the school, as the switch of a cutover does. */
export async function switchToLedger(database: Database): Promise<void> {
  await database.write(async (trx) => {
    await sql`update ${sql.table('carryover_accounts')} set authority = 'ledger' where system_name = 'tuition'`.execute(
      trx,
    );
  });
}

function cents(amount: number | null): bigint | null {
  return amount === null ? null : BigInt(Math.round(amount * 100));
}
