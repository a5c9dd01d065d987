import { sql } from 'kysely';
import type {
  BlindSpot,
  CaptureTrigger,
  GuardTrigger,
  TriggerSpec,
  TriggerTools,
} from '../../contract/trigger-tools.ts';
import { GUARD } from './classify.ts';
import { quoteName } from './driver.ts';

const EVENTS = { i: 'insert', u: 'update', d: 'delete' } as const;
type Event = keyof typeof EVENTS;

/**
 * See the contract. A session has no place for a sign of its own that a trigger of another program could read, so `letPass` is a row
 * of a table: there is one writer, and the row is gone before anybody else can see it.
 */
export const sqliteTriggerTools: TriggerTools = {
  capture: (spec) => eachEvent(spec, 'after', (event) => markSubjects(spec, event)),

  guard: (spec) => eachEvent(spec, 'before', (event) => refuseSwitched(spec, event)),

  drop: (name) => dropTriggers(name),

  triggerNames: (name) => Object.keys(EVENTS).map((event) => `${name}_${event}`),

  async letPass(trx, mirroringTable) {
    await sql`insert into ${sql.table(mirroringTable)} (token) values ('one writer')`.execute(trx);
  },

  async endPass(trx, mirroringTable) {
    await sql`delete from ${sql.table(mirroringTable)}`.execute(trx);
  },

  async blindSpots(_handle, tables) {
    return tables.map((table): BlindSpot => ({
      code: 'replace',
      table,
      what: `REPLACE and INSERT OR REPLACE on ${table} delete rows without any trigger, unless the session has set recursive_triggers`,
      answer: 'swept',
      remedy:
        'The row that takes the place is noted down; an owner that only the deleted row named is found by the sweep.',
    }));
  },
};

function eachEvent(
  spec: CaptureTrigger | GuardTrigger,
  moment: 'before' | 'after',
  body: (event: Event) => string,
): string[] {
  const made = (Object.keys(EVENTS) as Event[]).map((event) => {
    const conditions = [
      `not exists (select 1 from ${quoteName(spec.mirroringTable)})`,
      ...(event === 'u' ? [`not (${unchanged(spec)})`] : []),
    ];
    return `create trigger ${quoteName(`${spec.name}_${event}`)} ${moment} ${EVENTS[event]} on ${quoteName(spec.table)} for each row
      when ${conditions.join(' and ')} begin ${body(event)}; end`;
  });
  return [...dropTriggers(spec.name), ...made];
}

function dropTriggers(name: string): string[] {
  return Object.keys(EVENTS).map((event) => `drop trigger if exists ${quoteName(`${name}_${event}`)}`);
}

function unchanged({ columns }: TriggerSpec): string {
  return columns.map((column) => `OLD.${quoteName(column)} is NEW.${quoteName(column)}`).join(' and ');
}

const ROWS = { i: ['NEW'], u: ['OLD', 'NEW'], d: ['OLD'] } as const;

/** UNION, so that an update which stays with its owner leaves one mark. */
function subjectsOf(spec: TriggerSpec, event: Event): string {
  return ROWS[event].map((row) => `select * from (${spec.subjects(row)})`).join(' union ');
}

function markSubjects(spec: CaptureTrigger, event: Event): string {
  const noted = ROWS[event].map((row) => {
    const source = spec.source?.(row) ?? 'null';
    return `select '${spec.system}', s.walk_key, s.owner, ${source} from (${spec.subjects(row)}) as s
    where s.walk_key is not null and s.owner is not null`;
  });
  return `insert into ${quoteName(spec.marksTable)} (system_name, walk_key, owner, source)
    ${noted.join(' union ')}`;
}

function refuseSwitched(spec: GuardTrigger, event: Event): string {
  const kinds = spec.kinds.map((kind) => `'${kind}'`).join(', ');
  return `select raise(abort, '${`${GUARD}: ${spec.message}`.replaceAll("'", "''")}') where exists (
    select 1 from (${subjectsOf(spec, event)}) as s join ${quoteName(spec.accountsTable)} as a
      on a.system_name = '${spec.system}' and a.kind in (${kinds}) and a.owner = s.owner
    where a.authority = 'ledger')`;
}
