import { Instant } from '../../../src/base/instant.ts';
import type { Database } from '../../../src/sql/database.ts';
import { insertLegacyRows, type LegacyValue } from '../../../src/systems/tuition/sample-school/insert-legacy-rows.ts';
import { createLegacyTables, type LegacyVariation } from '../../../src/systems/tuition/sample-school/legacy-tables.ts';

/** The present of all these tests: two full calendar months before it are 61 days, in the school's zone and in UTC. */
export const AS_OF: Instant = Instant.parse('2026-07-01T05:00:00Z');

const DAY_MS = 86_400_000;
/** The school's own fee, and what a payment owes unless a test says otherwise. */
export const FEE = 300;

/** A pupil and the first enrolment. Everything has a plain default, so that a test names only what it is about. */
export interface PupilOptions {
  readonly group?: number;
  /** Days before the present that the enrolment began; 90 unless told, which is long ago. */
  readonly days?: number;
  readonly financialStatus?: string | null;
  readonly customFee?: number | null;
  readonly active?: boolean;
  readonly enrolmentActive?: boolean;
}

/** A payment row. */
export interface PaidOptions {
  /** 300 unless told. */
  readonly due?: number | null;
  /** `paid`, `partial` or `unpaid` by the amounts unless told. */
  readonly status?: string | null;
  /** The date it was paid: noon of the month's third day unless told; null for none. */
  readonly at?: string | null;
  readonly counter?: number | null;
}

/** Attendances of one kind. */
export interface AttendedOptions {
  readonly status?: string | null;
  readonly letIn?: boolean | null;
  readonly cancelled?: boolean;
  /** The first session's day; each later one is a week on. The second of January 2026 unless told. */
  readonly from?: string;
  readonly at?: Instant | null;
}

/** A school under construction: rows of the old application, written at the end. */
export class School {
  readonly #rows = new Map<string, LegacyValue[][]>();
  readonly #groups = new Map<number, { sessions: Map<string, bigint> }>();
  #pupil = 0;
  #group = 0;
  #nextDay = '';

  /** Adds a pupil with an enrolment; what follows is about that pupil in that group. */
  pupil(options: PupilOptions = {}): this {
    this.#pupil += 1;
    const createdAt = AS_OF.plusMillis(-200 * DAY_MS);
    const id = BigInt(this.#pupil);
    this.#add('students', [
      id,
      `${this.#pupil}`,
      `Student ${this.#pupil}`,
      null,
      flag(options.active ?? true),
      createdAt,
      createdAt,
    ]);
    return this.alsoIn(options.group ?? 1, options);
  }

  /** Enrols the same pupil in another group; what follows is about that group. */
  alsoIn(group: number, options: Omit<PupilOptions, 'group' | 'active'> = {}): this {
    if (!this.#groups.has(group)) this.group(group);
    const enrolledAt = AS_OF.plusMillis(-(options.days ?? 90) * DAY_MS);
    const status = options.financialStatus === undefined ? 'normal' : options.financialStatus;
    const active = flag(options.enrolmentActive ?? true);
    this.#add('student_group_enrollments', [
      this.#next('student_group_enrollments'),
      BigInt(this.#pupil),
      BigInt(group),
      status,
      minor(options.customFee ?? null),
      enrolledAt,
      active,
    ]);
    return this.in(group);
  }

  /** What follows is about the pupil in a group without being enrolled there. */
  in(group: number): this {
    if (!this.#groups.has(group)) this.group(group);
    this.#group = group;
    this.#nextDay = '2026-01-02';
    return this;
  }

  /** Adds a group, where the default one will not do. */
  group(id: number, options: { readonly fee?: number | null; readonly active?: boolean } = {}): this {
    this.#groups.set(id, { sessions: new Map() });
    const fee = minor(options.fee === undefined ? FEE : options.fee);
    this.#add('groups', [
      BigInt(id),
      `Group ${id}`,
      1n,
      1n,
      'Friday',
      '16:00:00',
      90n,
      fee,
      3_000n,
      flag(options.active ?? true),
    ]);
    return this;
  }

  /** Adds a payment row for a month (`2026-01`), a day of it (`2026-01-15`), or none. */
  paid(month: string | null, amount: number | null, options: PaidOptions = {}): this {
    const due = options.due === undefined ? FEE : options.due;
    const day = month === null ? null : month.length === 7 ? `${month}-01` : month;
    const derived = (amount ?? 0) >= (due ?? 0) ? 'paid' : amount === 0 ? 'unpaid' : 'partial';
    const status = options.status === undefined ? derived : options.status;
    const usual = day === null || amount === 0 ? null : `${day.slice(0, 7)}-03T12:00:00Z`;
    const at = options.at === undefined ? usual : options.at;
    this.#add('payments', [
      this.#next('payments'),
      BigInt(this.#pupil),
      BigInt(this.#group),
      day,
      minor(due),
      minor(amount),
      at === null ? null : Instant.parse(at),
      options.counter === undefined || options.counter === null ? null : BigInt(options.counter),
      status,
      '',
    ]);
    return this;
  }

  /** Adds attendances at the group's next sessions, a week apart. */
  attended(count: number, options: AttendedOptions = {}): this {
    if (options.from !== undefined) this.#nextDay = options.from;
    for (let index = 0; index < count; index += 1) {
      const day = this.#nextDay;
      this.#nextDay = new Date(Date.parse(`${day}T00:00:00Z`) + 7 * DAY_MS).toISOString().slice(0, 10);
      const at = options.at === undefined ? Instant.parse(`${day}T14:00:00Z`) : options.at;
      const status = options.status === undefined ? 'present' : options.status;
      const letIn = options.letIn === null ? null : flag(options.letIn ?? true);
      this.scan(this.session(day, options.cancelled ?? false), { at, status, letIn });
    }
    return this;
  }

  /** The id of the group's session on a day, which is added where it is new. */
  session(day: string, cancelled = false): bigint {
    const sessions = this.#groups.get(this.#group)?.sessions;
    if (sessions === undefined) throw new Error('There is no group to have a session.');
    const known = sessions.get(day);
    if (known !== undefined) return known;
    const id = this.#next('sessions');
    sessions.set(day, id);
    this.#add('sessions', [id, BigInt(this.#group), day, flag(true), flag(cancelled), '']);
    return id;
  }

  /** Holds sessions on days, without anybody attending. */
  held(...days: readonly string[]): this {
    for (const day of days) this.session(day);
    return this;
  }

  /** Adds an attendance row as it stands. */
  scan(
    sessionId: bigint,
    scan: { readonly at: Instant | null; readonly status: string | null; readonly letIn: bigint | null },
  ): this {
    this.#add('attendances', [
      this.#next('attendances'),
      BigInt(this.#pupil),
      sessionId,
      scan.at,
      scan.status,
      'green',
      scan.letIn,
      '',
      0n,
    ]);
    return this;
  }

  /** Makes the tables and writes every row. */
  async write(database: Database, variation: LegacyVariation = {}): Promise<void> {
    await createLegacyTables(database, variation);
    await database.write(async (trx) => {
      for (const [table, rows] of this.#rows)
        await insertLegacyRows(database, trx, { table, rows, variation: scaled(variation) });
    });
  }

  #add(table: string, row: LegacyValue[]): void {
    const rows = this.#rows.get(table) ?? [];
    rows.push(row);
    this.#rows.set(table, rows);
  }

  #next(table: string): bigint {
    return BigInt((this.#rows.get(table)?.length ?? 0) + 1);
  }
}

/** Amounts of the builder have three decimals inside, so that a test can have one too many. */
const DECIMALS = 3;

function scaled(variation: LegacyVariation): LegacyVariation {
  return { ...variation, decimals: DECIMALS };
}

function minor(amount: number | null): bigint | null {
  return amount === null ? null : BigInt(Math.round(amount * 10 ** DECIMALS));
}

function flag(value: boolean): bigint {
  return value ? 1n : 0n;
}

/** Begins a school: `school().pupil({ days: 30 }).paid('2026-06', 60).attended(2)`. */
export function school(): School {
  return new School();
}
