create table carryover_marks (
      id integer primary key autoincrement,
      system_name text not null,
      walk_key text not null,
      owner text not null,
      source text
    )
-- next statement
create table carryover_switched (
      account_id integer not null primary key,
      system_name text not null,
      cohort text not null,
      seq_at_switch integer not null,
      mirrored_seq integer not null,
      switched_at text not null,
      check (mirrored_seq >= seq_at_switch)
    )
-- next statement
create index carryover_switched_cohort on carryover_switched (system_name, cohort)
-- next statement
create table carryover_mirrors (
      account_id integer not null,
      entry_seq integer not null,
      source text not null,
      mirrored_at text not null,
      primary key (account_id, entry_seq)
    )
-- next statement
create table carryover_mirroring (
      token text not null primary key
    )
-- next statement
create table carryover_canary (
      system_name text not null primary key,
      written_at text not null
    )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 3, 'create-live-cutover', '9447dd353b326ca82da160db2d04496a8b6248aad1172ef8de23e14d1616523e', 6, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
