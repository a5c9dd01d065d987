create table carryover_confirmation_secrets (
        id integer not null primary key,
        secret text not null,
        made_at text not null
      )
-- next statement
create table carryover_cutover_actions (
        number integer primary key autoincrement,
        id text not null unique,
        system_name text not null,
        action text not null,
        idempotency_key text not null unique,
        content_hash text not null,
        selection text,
        cohort text,
        actor text not null,
        lease_epoch integer not null,
        accepted_at text not null,
        state text not null,
        outcome text,
        ended_at text,
        check (state in ('running', 'done', 'failed', 'stopped'))
      )
-- next statement
create index carryover_cutover_actions_system on carryover_cutover_actions (system_name, number)
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('cutover-confirmations', 1, 'create-cutover-confirmations', '1750eedf62c318245450f5662ad598924e3e11b9b371c16d0759448dba401b6c', 3, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
