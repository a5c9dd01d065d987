import { sql } from 'kysely';
import type {
  BlindSpot,
  CaptureTrigger,
  GuardTrigger,
  TriggerSpec,
  TriggerTools,
} from '../../contract/trigger-tools.ts';
import type { Handle } from '../../engine.ts';
import { GUARD } from './classify.ts';
import { describeTables } from './describe-tables.ts';
import { missingPrivileges } from './missing-privileges.ts';
import { quoteName, quoteText } from './quote-name.ts';

/** Holds the number of the connection, so that nothing but this very session counts as mirroring. */
const MIRRORING = '@carryover_mirroring';

/**
 * A row is noted down before it is deleted: the server deletes the rows of a cascade inside the storage engine, which fires none of their
 * triggers, and afterwards nobody could look them up from the parent.
 */
const CAPTURE_EVENTS = { i: 'after insert', u: 'after update', d: 'before delete' } as const;
const GUARD_EVENTS = { i: 'before insert', u: 'before update', d: 'before delete' } as const;
type Event = keyof typeof CAPTURE_EVENTS;
const EVENTS: readonly Event[] = ['i', 'u', 'd'];

/** See the contract. A trigger here is of one event, runs with the rights of its maker, and cannot be disabled. */
export const mysqlTriggerTools: TriggerTools = {
  capture: (spec) => [
    ...dropTriggers(spec.name),
    ...EVENTS.map(
      (event) =>
        `create trigger ${quoteName(`${spec.name}_${event}`)} ${CAPTURE_EVENTS[event]} on ${quoteName(spec.table)} for each row
  if ${condition(spec, event)} then
    ${markSubjects(spec, event)};
  end if`,
    ),
  ],

  guard: (spec) => [
    ...dropTriggers(spec.name),
    ...EVENTS.map(
      (event) =>
        `create trigger ${quoteName(`${spec.name}_${event}`)} ${GUARD_EVENTS[event]} on ${quoteName(spec.table)} for each row
begin
  declare is_switched int default 0;
  if ${condition(spec, event)} then
    ${readAuthority(spec, event)};
    if is_switched = 1 then signal sqlstate '45000' set message_text = ${quoteText(`${GUARD}: ${spec.message}`.slice(0, 128))}; end if;
  end if;
end`,
    ),
  ],

  drop: (name) => dropTriggers(name),

  triggerNames: (name) => EVENTS.map((event) => `${name}_${event}`),

  async letPass(trx) {
    await sql`set ${sql.raw(MIRRORING)} = connection_id()`.execute(trx);
  },

  async endPass(trx) {
    await sql`set ${sql.raw(MIRRORING)} = null`.execute(trx);
  },

  async blindSpots(handle, tables) {
    const spots = tables.map((table): BlindSpot => ({
      code: 'truncate',
      table,
      what: `TRUNCATE of ${table} deletes rows without any trigger; it takes the privilege DROP`,
      answer: 'swept',
      remedy:
        'The sweep names every account that it changed. Take the privilege DROP from the application for the time of the cutover.',
    }));
    return [...spots, ...(await cascades(handle, tables)), ...(await missingRights(handle))];
  },
};

function dropTriggers(name: string): string[] {
  return EVENTS.map((event) => `drop trigger if exists ${quoteName(`${name}_${event}`)}`);
}

function condition({ columns }: TriggerSpec, event: Event): string {
  const isOthers = `${MIRRORING} is null or ${MIRRORING} <> connection_id()`;
  if (event !== 'u') return isOthers;
  const unchanged = columns.map((column) => `OLD.${quoteName(column)} <=> NEW.${quoteName(column)}`).join(' and ');
  return `(${isOthers}) and not (${unchanged})`;
}

const ROWS = { i: ['NEW'], u: ['OLD', 'NEW'], d: ['OLD'] } as const;

/** UNION, so that an update which stays with its owner leaves one mark. */
function subjectsOf(spec: TriggerSpec, event: Event): string {
  return ROWS[event].map((row) => `(${spec.subjects(row)})`).join(' union ');
}

function markSubjects(spec: CaptureTrigger, event: Event): string {
  return `insert into ${quoteName(spec.marksTable)} (system_name, source, walk_key, owner)
      ${ROWS[event].map((row) => notedOf(spec, row)).join(' union ')}`;
}

/** Subjects that are computed of the row alone, in this order. */
const OF_THE_ROW = /^\s*select\s(?!.*\b(?:from|union|having|limit)\b)(.+\bas walk_key,.+\bas owner)\s*$/is;

/**
 * Subjects of the row alone stand in the SELECT itself: as a derived table, which the server fills for each row that is written, they take 100
 * microseconds of 140 that a mark costs (MariaDB 10.11, 2026-11).
 */
function notedOf(spec: CaptureTrigger, row: 'OLD' | 'NEW'): string {
  const subjects = spec.subjects(row);
  const noted = `select ${quoteText(spec.system)} as system_name, ${spec.source?.(row) ?? 'null'} as source`;
  const columns = OF_THE_ROW.exec(subjects)?.[1];
  if (columns !== undefined) return `${noted}, ${columns} from dual having walk_key is not null and owner is not null`;
  return `${noted}, s.walk_key as walk_key, s.owner as owner from (${subjects}) s
      where s.walk_key is not null and s.owner is not null`;
}

/**
 * A locking read sees what is committed, whatever snapshot the application's transaction has, and keeps a switch waiting until that
 * transaction ends. The authority is no condition of the search, because READ COMMITTED gives back the locks of rows that do not match.
 */
function readAuthority(spec: GuardTrigger, event: Event): string {
  const kinds = spec.kinds.map((kind) => quoteText(kind)).join(', ');
  return `select coalesce(max(a.authority = 'ledger'), 0) into is_switched
      from (${subjectsOf(spec, event)}) s straight_join ${quoteName(spec.accountsTable)} a
        on a.system_name = ${quoteText(spec.system)} and a.kind in (${kinds}) and a.owner = s.owner
      lock in share mode`;
}

async function cascades(handle: Handle, tables: readonly string[]): Promise<readonly BlindSpot[]> {
  const described = await describeTables(handle);
  return described
    .filter(({ name }) => tables.includes(name))
    .flatMap(({ name, foreignKeys }) =>
      foreignKeys
        .filter(({ onDelete }) => onDelete === 'cascade' || onDelete === 'set null')
        .map(({ referencedTable, onDelete }): BlindSpot => ({
          code: 'cascade',
          table: name,
          what: `Deleting a row of ${referencedTable} changes rows of ${name} (on delete ${onDelete}) without their triggers`,
          answer: 'swept',
          remedy: tables.includes(referencedTable)
            ? `The row of ${referencedTable} is noted down before it goes, with everybody it concerns; the sweep looks after it.`
            : 'The sweep names every account that it changed.',
        })),
    );
}

async function missingRights(handle: Handle): Promise<readonly BlindSpot[]> {
  const missing = (await missingPrivileges(handle)).filter((name) => name === 'TRIGGER' || name.startsWith('SUPER'));
  return missing.map((privilege) => ({
    code: 'trigger-privilege',
    what: `Triggers cannot be made here without ${privilege}`,
    answer: 'stop',
    remedy: `Grant ${privilege} to Carryover's user, or set log_bin_trust_function_creators = 1 for the time of the cutover.`,
  }));
}
