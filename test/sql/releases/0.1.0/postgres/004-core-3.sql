create table carryover_marks (
      id bigint not null default hashtextextended(gen_random_uuid()::text, 0) primary key,
      system_name varchar(32) collate "C" not null,
      walk_key varchar(191) collate "C" not null,
      owner varchar(191) collate "C" not null,
      source varchar(191) collate "C"
    )
-- next statement
create table carryover_switched (
      account_id bigint not null primary key,
      system_name varchar(32) collate "C" not null,
      cohort varchar(64) collate "C" not null,
      seq_at_switch bigint not null,
      mirrored_seq bigint not null,
      switched_at timestamptz not null,
      check (mirrored_seq >= seq_at_switch)
    )
-- next statement
create index carryover_switched_cohort on carryover_switched (system_name, cohort)
-- next statement
create table carryover_mirrors (
      account_id bigint not null,
      entry_seq bigint not null,
      source varchar(191) collate "C" not null,
      mirrored_at timestamptz not null,
      primary key (account_id, entry_seq)
    )
-- next statement
create table carryover_mirroring (
      token varchar(64) collate "C" not null primary key
    )
-- next statement
create table carryover_canary (
      system_name varchar(32) collate "C" not null primary key,
      written_at timestamptz not null
    )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 3, 'create-live-cutover', 'e2668949f7d7893c11c6edc7e756d6bfb3d23e20ed83b33d64247c92867737ad', 6, clock_timestamp(), '0.1.0')
