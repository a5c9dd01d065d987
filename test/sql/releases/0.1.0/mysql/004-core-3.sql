create table carryover_marks (
      id bigint not null auto_increment primary key,
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      walk_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      owner varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      source varchar(191) character set utf8mb4 collate utf8mb4_bin
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_switched (
      account_id bigint not null primary key,
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      cohort varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      seq_at_switch bigint not null,
      mirrored_seq bigint not null,
      switched_at datetime(6) not null,
      check (mirrored_seq >= seq_at_switch)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_switched_cohort on carryover_switched (system_name, cohort)
-- next statement
create table carryover_mirrors (
      account_id bigint not null,
      entry_seq bigint not null,
      source varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      mirrored_at datetime(6) not null,
      primary key (account_id, entry_seq)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_mirroring (
      token varchar(64) character set utf8mb4 collate utf8mb4_bin not null primary key
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_canary (
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null primary key,
      written_at datetime(6) not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 3, 'create-live-cutover', 'd3a2edc777ac14874077c5fe9f6d400a3f9f2b558baeb2947ead8c4523592f77', 6, utc_timestamp(6), '0.1.0')
