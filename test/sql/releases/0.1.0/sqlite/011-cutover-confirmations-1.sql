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
values ('cutover-confirmations', 1, 'create-cutover-confirmations', '3a0acd23a3d9bcf3a4c4cf1e414bca4085e6e52f581cef59b6708f126af615a4', 3, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
