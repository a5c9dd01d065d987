import { sql, type RawBuilder } from 'kysely';
import { Instant } from '../../../src/base/instant.ts';
import { openDatabase, type Database } from '../../../src/sql/database.ts';
import type { Trx } from '../../../src/sql/engine.ts';
import { insertLegacyRows, type LegacyValue } from '../../../src/systems/tuition/sample-school/insert-legacy-rows.ts';

/** A pupil in a group, by numbers. */
export type PupilInGroup = readonly [student: number, group: number];

/** The school's own application, at work while its balances are carried over. It knows nothing of Carryover. */
export class OldApplication {
  readonly database: Database;

  private constructor(database: Database) {
    this.database = database;
  }

  /** Opens the school's database with a pool of its own. */
  static async open(url: string): Promise<OldApplication> {
    return new OldApplication(await openDatabase(url, { poolMax: 2 }));
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** Records money for a month as the application does: one row for its first day, to which later money is added. Cents. */
  async pay([student, group]: PupilInGroup, month: string, cents: number): Promise<void> {
    const { dateOf } = this.database.dialect.expressions;
    await this.database.write(async (trx) => {
      const { rows } = await sql<{ id: bigint }>`select payment_id as id from payments
        where student_id = ${student} and group_id = ${group} and ${dateOf(sql`month`)} = ${`${month}-01`}`.execute(
        trx,
      );
      const [row] = rows;
      if (row !== undefined) {
        await sql`update payments set amount_paid = amount_paid + ${sql.lit(cents)} / 100.0 where payment_id = ${row.id}`.execute(
          trx,
        );
        return;
      }
      const id = await nextId(trx, 'payments', 'payment_id');
      const at = Instant.parse(`${month}-05T10:00:00Z`);
      await this.#insert(trx, 'payments', [
        id,
        BigInt(student),
        BigInt(group),
        `${month}-01`,
        30_000n,
        BigInt(cents),
        at,
        null,
        cents >= 30_000 ? 'paid' : 'partial',
        '',
      ]);
    });
  }

  /** Lets a pupil in: makes the session of the day where there is none. */
  async attend(student: number, group: number, day: string): Promise<void> {
    await this.database.write(async (trx) => {
      const session = (await this.sessionOf(group, day, trx)) ?? (await this.#addSession(trx, group, day));
      const id = await nextId(trx, 'attendances', 'attendance_id');
      const at = Instant.parse(`${day}T13:00:00Z`);
      await this.#insert(trx, 'attendances', [id, BigInt(student), session, at, 'present', 'green', 1n, '', 0n]);
    });
  }

  /** Puts a session on the list without anybody coming. */
  async hold(group: number, day: string): Promise<void> {
    await this.database.write((trx) => this.#addSession(trx, group, day));
  }

  /** Adds a pupil's enrolment in a group. */
  async enrol(student: number, group: number): Promise<void> {
    await this.database.write(async (trx) => {
      const id = await nextId(trx, 'student_group_enrollments', 'id');
      const at = Instant.parse('2026-01-05T10:00:00Z');
      await this.#insert(trx, 'student_group_enrollments', [
        id,
        BigInt(student),
        BigInt(group),
        'normal',
        null,
        at,
        1n,
      ]);
    });
  }

  /** Any statement of the application's. */
  async run(statement: RawBuilder<unknown>): Promise<void> {
    await this.database.write((trx) => statement.execute(trx));
  }

  /** The number of a group's session on a day. */
  async sessionOf(group: number, day: string, trx?: Trx): Promise<bigint | undefined> {
    const { dateOf } = this.database.dialect.expressions;
    const { rows } = await sql<{ id: bigint }>`select session_id as id from sessions
      where group_id = ${group} and ${dateOf(sql`session_date`)} = ${day}`.execute(trx ?? this.database.handle);
    return rows[0]?.id;
  }

  async #addSession(trx: Trx, group: number, day: string): Promise<bigint> {
    const id = await nextId(trx, 'sessions', 'session_id');
    await this.#insert(trx, 'sessions', [id, BigInt(group), day, 1n, 0n, '']);
    return id;
  }

  #insert(trx: Trx, table: string, row: readonly LegacyValue[]): Promise<void> {
    return insertLegacyRows(this.database, trx, { table, rows: [row] });
  }
}

async function nextId(trx: Trx, table: string, column: string): Promise<bigint> {
  const { rows } = await sql<{
    n: bigint | null;
  }>`select max(${sql.ref(column)}) as n from ${sql.table(table)}`.execute(trx);
  return (rows[0]?.n ?? 0n) + 1n;
}
