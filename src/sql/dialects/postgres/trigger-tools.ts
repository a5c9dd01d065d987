import { sql } from 'kysely';
import type { Handle } from '../../engine.ts';
import type {
  BlindSpot,
  CaptureTrigger,
  GuardTrigger,
  TriggerSpec,
  TriggerTools,
} from '../../contract/trigger-tools.ts';

/** The code under which a guard refuses; class CO is free for applications. */
export const GUARD_SQLSTATE = 'CO002';

/** A setting of the transaction: any session may name one, and it ends with the transaction that set it. */
const MIRRORING = 'carryover.mirroring';
const IS_MIRRORING = `coalesce(current_setting('${MIRRORING}', true), '') = 'on'`;

/**
 * See the contract. The functions run with the rights of their maker, so that the application's user needs none on Carryover's tables, and
 * the triggers are enabled ALWAYS, so that they also fire for sessions with `session_replication_role = replica`.
 */
export const triggerTools: TriggerTools = {
  capture: (spec) => [
    triggerFunction(spec.name, captureBody(spec)),
    ...rowTrigger(spec, 'after'),
    triggerFunction(
      `${spec.name}_t`,
      `begin
  raise exception using errcode = '${GUARD_SQLSTATE}', message = 'TRUNCATE of ${text(spec.table)} is refused while its rows are carried over',
    hint = 'Delete the rows instead, or roll the cutover back first.';
end`,
    ),
    `create trigger ${name(`${spec.name}_t`)} before truncate on ${relation(spec.table)} for each statement execute function ${name(`${spec.name}_t`)}()`,
    `alter table ${relation(spec.table)} enable always trigger ${name(`${spec.name}_t`)}`,
  ],

  guard: (spec) => [triggerFunction(spec.name, guardBody(spec)), ...rowTrigger(spec, 'before')],

  drop: (base) => [
    `drop function if exists ${name(base)}() cascade`,
    `drop function if exists ${name(`${base}_t`)}() cascade`,
  ],

  triggerNames: (base, made) => (made === 'capture' ? [base, `${base}_t`] : [base]),

  async letPass(trx) {
    await sql`select set_config(${sql.lit(MIRRORING)}, 'on', true)`.execute(trx);
  },

  async endPass(trx) {
    await sql`select set_config(${sql.lit(MIRRORING)}, 'off', true)`.execute(trx);
  },

  async blindSpots(handle, tables) {
    const foreign = await tablesOfOthers(handle, tables);
    return tables.flatMap((table): BlindSpot[] => [
      ...(foreign.has(table) ? [notOwned(table)] : []),
      {
        code: 'truncate',
        table,
        what: `TRUNCATE of ${table} deletes rows without asking any row trigger`,
        answer: 'refused',
        remedy: 'A trigger of its own refuses it while the cutover runs.',
      },
      {
        code: 'triggers-disabled',
        table,
        what: `The owner of ${table} can disable its triggers for a time`,
        answer: 'swept',
        remedy: 'The triggers are made ENABLE ALWAYS, looked at before each step, and a missing one voids the sweep.',
      },
    ]);
  },
};

function notOwned(table: string): BlindSpot {
  return {
    code: 'trigger-privilege',
    table,
    what: `Triggers on ${table} cannot be made ENABLE ALWAYS by a user who does not own it`,
    answer: 'stop',
    remedy: `Run the cutover as the owner of ${table}, or as a member of the role that owns it.`,
  };
}

async function tablesOfOthers(handle: Handle, tables: readonly string[]): Promise<ReadonlySet<string>> {
  const foreign = new Set<string>();
  for (const table of tables) {
    const { rows } = await sql<{ owns: boolean | null }>`select pg_has_role(c.relowner, 'usage') as owns from pg_class c
      where c.oid = to_regclass(${relation(table)})`.execute(handle);
    if (rows[0]?.owns !== true) foreign.add(table);
  }
  return foreign;
}

function rowTrigger(spec: TriggerSpec, moment: 'before' | 'after'): string[] {
  return [
    // The function before had its triggers, and they went with it.
    `create trigger ${name(spec.name)} ${moment} insert or update or delete on ${relation(spec.table)} for each row execute function ${name(spec.name)}()`,
    `alter table ${relation(spec.table)} enable always trigger ${name(spec.name)}`,
  ];
}

function triggerFunction(base: string, body: string): string {
  return `do $make$ begin
  drop function if exists ${name(base)}() cascade;
  create function ${name(base)}() returns trigger language plpgsql security definer set search_path from current as $body$
${body}
$body$;
end $make$`;
}

function captureBody(spec: CaptureTrigger): string {
  const noted = (row: 'OLD' | 'NEW'): string =>
    `select '${spec.system}', s.walk_key, s.owner, ${spec.source?.(row) ?? 'null'} from (${spec.subjects(row)}) s where s.walk_key is not null and s.owner is not null`;
  // UNION, so that an update which stays with its owner leaves one mark.
  const mark = (...rows: readonly ('OLD' | 'NEW')[]): string =>
    `insert into ${name(spec.marksTable)} (system_name, walk_key, owner, source) ${rows.map(noted).join(' union ')};`;
  return `begin
  if ${IS_MIRRORING} then return null; end if;
  if TG_OP = 'INSERT' then
    ${mark('NEW')}
  elsif TG_OP = 'DELETE' then
    ${mark('OLD')}
  elsif ${changed(spec)} then
    ${mark('OLD', 'NEW')}
  end if;
  return null;
end`;
}

/**
 * KEY SHARE is what a switch's FOR UPDATE waits for and makes wait, and nothing else does: posts and the backfill take weaker locks. A
 * transaction with an older snapshot that meets a switched row fails with a serialization error instead of seeing the past.
 */
function guardBody(spec: GuardTrigger): string {
  const kinds = spec.kinds.map((kind) => `'${kind}'`).join(', ');
  const look = (subjects: string): string => `for found in select a.authority from ${name(spec.accountsTable)} a
        where a.system_name = '${spec.system}' and a.kind in (${kinds}) and a.owner = any(array(select s.owner from (${subjects}) s))
        for key share of a loop
      is_switched := is_switched or found.authority = 'ledger';
    end loop;`;
  return `declare
  found record;
  is_switched boolean := false;
begin
  if not (${IS_MIRRORING}) then
    if TG_OP = 'INSERT' then
      ${look(spec.subjects('NEW'))}
    elsif TG_OP = 'DELETE' then
      ${look(spec.subjects('OLD'))}
    elsif ${changed(spec)} then
      ${look(bothSubjects(spec))}
    end if;
    if is_switched then
      raise exception using errcode = '${GUARD_SQLSTATE}', message = '${text(spec.message)}';
    end if;
  end if;
  if TG_OP = 'DELETE' then return OLD; end if;
  return NEW;
end`;
}

function bothSubjects(spec: TriggerSpec): string {
  return `select o.walk_key, o.owner from (${spec.subjects('OLD')}) o union select n.walk_key, n.owner from (${spec.subjects('NEW')}) n`;
}

/** As texts, because some types (json) have no equality. */
function changed({ columns }: TriggerSpec): string {
  return columns.map((column) => `OLD.${name(column)}::text is distinct from NEW.${name(column)}::text`).join(' or ');
}

function name(plain: string): string {
  return `"${plain.replaceAll('"', '""')}"`;
}

/** A table may stand in another schema, as `schema.table`. */
function relation(table: string): string {
  return table.split('.').map(name).join('.');
}

function text(plain: string): string {
  return plain.replaceAll("'", "''");
}
