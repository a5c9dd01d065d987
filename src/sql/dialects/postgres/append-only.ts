/** The code under which an append-only table refuses; class CO is free for applications. */
export const APPEND_ONLY_SQLSTATE = 'CO001';

/** See `Statements.appendOnly`. */
export function appendOnly(table: string, deleteAllowedWhen?: string): readonly string[] {
  const name = `${table}_append_only`;
  const permitted =
    deleteAllowedWhen === undefined
      ? ''
      : `if TG_OP = 'DELETE' then if ${deleteAllowedWhen} then return OLD; end if; end if;`;
  return [
    // Names inside are found as they are now, whatever path a later session has set.
    `create or replace function ${name}() returns trigger language plpgsql set search_path from current as $body$
begin
  ${permitted}
  raise exception using errcode = '${APPEND_ONLY_SQLSTATE}', message = '${table} is append-only: ' || TG_OP || ' is refused';
end
$body$`,
    `create trigger ${name} before update or delete on ${table} for each row execute function ${name}()`,
    // Rows vanish by TRUNCATE without any row trigger being asked.
    `create trigger ${name}_truncate before truncate on ${table} for each statement execute function ${name}()`,
  ];
}

/** See `Statements.dropAppendOnly`. The triggers go with their function. */
export function dropAppendOnly(table: string): readonly string[] {
  return [`drop function if exists ${table}_append_only() cascade`];
}
