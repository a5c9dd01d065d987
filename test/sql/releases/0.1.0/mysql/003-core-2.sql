create table carryover_cutovers (
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null primary key,
      run_id varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      as_of datetime(6) not null,
      plan_hash varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      plan_parts longtext character set utf8mb4 collate utf8mb4_bin not null,
      tool_version varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      backup_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      stage varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      state varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      pass bigint not null,
      progress longtext character set utf8mb4 collate utf8mb4_bin,
      legacy_fingerprint longtext character set utf8mb4 collate utf8mb4_bin,
      paused bigint not null,
      pause_reason longtext character set utf8mb4 collate utf8mb4_bin,
      failure longtext character set utf8mb4 collate utf8mb4_bin,
      holder varchar(191) character set utf8mb4 collate utf8mb4_bin,
      holder_kind varchar(16) character set utf8mb4 collate utf8mb4_bin,
      epoch bigint not null,
      heartbeat_at datetime(6) not null,
      lease_ttl_ms bigint not null,
      journal_seq bigint not null,
      started_at datetime(6) not null,
      updated_at datetime(6) not null,
      check (state in ('running', 'done', 'failed', 'rolling-back', 'rolled-back')),
      check (holder_kind in ('run', 'job')),
      check (paused in (0, 1))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_journal (
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      seq bigint not null,
      run_id varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      epoch bigint not null,
      stage varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      step varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      phase varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      statement_hash varchar(64) character set utf8mb4 collate utf8mb4_bin,
      plan_hash varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      tool_version varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      row_count bigint,
      duration_us bigint,
      inverse varchar(191) character set utf8mb4 collate utf8mb4_bin,
      details longtext character set utf8mb4 collate utf8mb4_bin,
      recorded_at datetime(6) not null,
      primary key (system_name, seq),
      check (phase in ('intent', 'result'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create trigger `carryover_journal_no_update` before update on `carryover_journal` for each row signal sqlstate '45000' set message_text = 'carryover append-only: rows of carryover_journal are never changed or deleted'
-- next statement
create trigger `carryover_journal_no_delete` before delete on `carryover_journal` for each row signal sqlstate '45000' set message_text = 'carryover append-only: rows of carryover_journal are never changed or deleted'
-- next statement
create table carryover_findings (
      id bigint not null auto_increment primary key,
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      run_id varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      code varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      severity varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      subject varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      details longtext character set utf8mb4 collate utf8mb4_bin not null,
      found_at datetime(6) not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_findings_code on carryover_findings (system_name, code, id)
-- next statement
create table carryover_quarantine (
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      source varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      legacy_table varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      reason varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      subject varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      first_seen_at datetime(6) not null,
      last_seen_at datetime(6) not null,
      last_pass bigint not null,
      primary key (system_name, source)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 2, 'create-cutovers', '798887bf62d9957f3270e6576a6a17d5afe2ff27ee7ccb632a051b1eeb60d510', 7, utc_timestamp(6), '0.1.0')
