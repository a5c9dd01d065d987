create table if not exists carryover_schema_migrations (
    component varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
    number bigint not null,
    name varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
    checksum varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
    statements_done bigint not null,
    applied_at datetime(6),
    tool_version varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
    primary key (component, number)
  ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('migrator', 1, 'create-schema-migrations', '660de52f6a15f869f62b551a2cfa1076717e638ab3d8970c2758f66be3eb9781', 1, utc_timestamp(6), '0.1.0')
-- next statement
create table carryover_accounts (
      id bigint not null auto_increment primary key,
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      kind varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      owner varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      unit varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      balance bigint not null,
      held bigint not null,
      floor bigint,
      seq bigint not null,
      status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      authority varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      lotted bigint not null,
      opened_at datetime(6) not null,
      check (held >= 0),
      check (seq >= 0),
      check (status in ('open', 'frozen', 'closed')),
      check (authority in ('legacy', 'ledger')),
      check (lotted in (0, 1)),
      check (status <> 'closed' or (balance = 0 and held = 0)),
      unique (system_name, kind, owner)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_erasures (
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null primary key
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_entries (
      account_id bigint not null,
      seq bigint not null,
      amount bigint not null,
      balance_after bigint not null,
      kind varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      contra varchar(64) character set utf8mb4 collate utf8mb4_bin,
      counter_account_id bigint,
      transfer_id varchar(64) character set utf8mb4 collate utf8mb4_bin,
      idempotency_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      content_hash bigint,
      source varchar(191) character set utf8mb4 collate utf8mb4_bin,
      reverses_seq bigint,
      reason longtext character set utf8mb4 collate utf8mb4_bin,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      details json,
      occurred_at datetime(6) not null,
      recorded_at datetime(6) not null,
      primary key (account_id, seq),
      unique (account_id, idempotency_key),
      check (seq > 0),
      check (amount <> 0),
      check ((contra is null) <> (counter_account_id is null))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create unique index `carryover_entries_reverses` on `carryover_entries` (`account_id`, `reverses_seq`)
-- next statement
create trigger `carryover_entries_no_update` before update on `carryover_entries` for each row signal sqlstate '45000' set message_text = 'carryover append-only: rows of carryover_entries are never changed or deleted'
-- next statement
create trigger `carryover_entries_no_delete` before delete on `carryover_entries` for each row if (exists (select 1 from carryover_accounts a, carryover_erasures e where a.id = OLD.account_id and e.system_name = a.system_name and a.authority = 'legacy')) is not true then signal sqlstate '45000' set message_text = 'carryover append-only: rows of carryover_entries are never changed or deleted'; end if
-- next statement
create table carryover_holds (
      account_id bigint not null,
      idempotency_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      amount bigint not null,
      amount_captured bigint not null,
      status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      content_hash bigint not null,
      resolution_key varchar(191) character set utf8mb4 collate utf8mb4_bin,
      resolution_hash bigint,
      reason longtext character set utf8mb4 collate utf8mb4_bin,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      expires_at datetime(6),
      created_at datetime(6) not null,
      resolved_at datetime(6),
      primary key (account_id, idempotency_key),
      unique (account_id, resolution_key),
      check (amount > 0),
      check (amount_captured >= 0 and amount_captured <= amount),
      check (status in ('open', 'captured', 'released', 'expired'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_holds_open on carryover_holds (account_id, status)
-- next statement
create table carryover_lots (
      account_id bigint not null,
      seq bigint not null,
      amount bigint not null,
      remaining bigint not null,
      funding varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      priority bigint not null,
      expires_at datetime(6),
      primary key (account_id, seq),
      check (amount > 0),
      check (remaining >= 0 and remaining <= amount),
      check (funding in ('paid', 'granted'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_lots_remaining on carryover_lots (account_id, remaining)
-- next statement
create table carryover_lot_draws (
      account_id bigint not null,
      entry_seq bigint not null,
      lot_seq bigint not null,
      amount bigint not null,
      primary key (account_id, entry_seq, lot_seq),
      check (amount <> 0)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create trigger `carryover_lot_draws_no_update` before update on `carryover_lot_draws` for each row signal sqlstate '45000' set message_text = 'carryover append-only: rows of carryover_lot_draws are never changed or deleted'
-- next statement
create trigger `carryover_lot_draws_no_delete` before delete on `carryover_lot_draws` for each row if (exists (select 1 from carryover_accounts a, carryover_erasures e where a.id = OLD.account_id and e.system_name = a.system_name and a.authority = 'legacy')) is not true then signal sqlstate '45000' set message_text = 'carryover append-only: rows of carryover_lot_draws are never changed or deleted'; end if
-- next statement
create table carryover_audit (
      id bigint not null auto_increment primary key,
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      action varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      account_id bigint,
      subject varchar(191) character set utf8mb4 collate utf8mb4_bin,
      idempotency_key varchar(191) character set utf8mb4 collate utf8mb4_bin,
      content_hash bigint,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      role varchar(32) character set utf8mb4 collate utf8mb4_bin,
      ip_address varchar(64) character set utf8mb4 collate utf8mb4_bin,
      reason longtext character set utf8mb4 collate utf8mb4_bin,
      before_state json,
      after_state json,
      recorded_at datetime(6) not null,
      unique (account_id, idempotency_key)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_audit_subject on carryover_audit (system_name, subject, recorded_at)
-- next statement
create index carryover_audit_action on carryover_audit (system_name, action, recorded_at)
-- next statement
create index carryover_audit_actor on carryover_audit (actor, recorded_at)
-- next statement
create trigger `carryover_audit_no_update` before update on `carryover_audit` for each row signal sqlstate '45000' set message_text = 'carryover append-only: rows of carryover_audit are never changed or deleted'
-- next statement
create trigger `carryover_audit_no_delete` before delete on `carryover_audit` for each row signal sqlstate '45000' set message_text = 'carryover append-only: rows of carryover_audit are never changed or deleted'
-- next statement
create table carryover_outbox (
      id bigint not null auto_increment primary key,
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      type varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      dedupe_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null unique,
      recipient varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      mandatory bigint not null,
      payload json not null,
      status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      created_at datetime(6) not null,
      not_before_at datetime(6),
      check (status in ('pending', 'suppressed', 'sent', 'failed'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_outbox_waiting on carryover_outbox (status, id)
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 1, 'create-ledger', 'a3b58311babdfcd6abbbe22934d0571354b087a76b3fc698c1a14c0b9221b309', 21, utc_timestamp(6), '0.1.0')
-- next statement
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
      epoch bigint not null,
      heartbeat_at datetime(6) not null,
      lease_ttl_ms bigint not null,
      journal_seq bigint not null,
      started_at datetime(6) not null,
      updated_at datetime(6) not null,
      check (state in ('running', 'done', 'failed', 'rolling-back', 'rolled-back')),
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
values ('core', 2, 'create-cutovers', 'f4c7a91d4f27daa7094c790dc2b55585fe1a9ccfc4029cf4e3246bba2b686452', 7, utc_timestamp(6), '0.1.0')
-- next statement
create table carryover_tuition_enrolments (
      student_id bigint not null,
      group_id bigint not null,
      sessions_account_id bigint not null unique,
      money_account_id bigint not null unique,
      standing varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      financial_status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      custom_fee bigint,
      started_at datetime(6) not null,
      active bigint not null,
      block_code varchar(32) character set utf8mb4 collate utf8mb4_bin,
      blocked_at datetime(6),
      primary key (student_id, group_id),
      check (standing in ('new', 'returning')),
      check (financial_status in ('normal', 'symbolic', 'exempt')),
      check (active in (0, 1))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_tuition_enrolments_group on carryover_tuition_enrolments (group_id, student_id)
-- next statement
create index carryover_tuition_enrolments_standing on carryover_tuition_enrolments (standing, sessions_account_id)
-- next statement
create index carryover_tuition_enrolments_block on carryover_tuition_enrolments (block_code)
-- next statement
create table carryover_tuition_months (
      student_id bigint not null,
      group_id bigint not null,
      plan varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      month varchar(7) character set utf8mb4 collate utf8mb4_bin not null,
      due bigint not null,
      plan_sessions bigint not null,
      received bigint not null,
      counted bigint not null,
      primary key (student_id, group_id, plan),
      check (due >= 0),
      check (plan_sessions >= 0),
      check (counted <= due)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_tuition_months_month on carryover_tuition_months (month, group_id)
-- next statement
create table carryover_tuition_payments (
      id bigint not null auto_increment primary key,
      student_id bigint not null,
      group_id bigint not null,
      plan varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      idempotency_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null unique,
      origin varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      amount bigint not null,
      sessions bigint not null,
      money bigint not null,
      receipt varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      refunded bigint not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      note longtext character set utf8mb4 collate utf8mb4_bin,
      paid_at datetime(6) not null,
      recorded_at datetime(6) not null,
      check (origin in ('received', 'kept')),
      check (amount > 0),
      check (refunded >= 0 and refunded <= amount),
      check (status in ('recorded', 'voided', 'refunded'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_tuition_payments_enrolment on carryover_tuition_payments (student_id, group_id, id)
-- next statement
create index carryover_tuition_payments_paid on carryover_tuition_payments (paid_at)
-- next statement
create table carryover_tuition_refunds (
      id bigint not null auto_increment primary key,
      payment_id bigint,
      student_id bigint not null,
      group_id bigint not null,
      plan varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      kind varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      amount bigint not null,
      sessions bigint not null,
      money bigint not null,
      reason longtext character set utf8mb4 collate utf8mb4_bin not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      refunded_at datetime(6) not null,
      recorded_at datetime(6) not null,
      check (kind in ('void', 'refund')),
      check (amount > 0)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_tuition_refunds_enrolment on carryover_tuition_refunds (student_id, group_id, id)
-- next statement
create index carryover_tuition_refunds_refunded on carryover_tuition_refunds (refunded_at)
-- next statement
create table carryover_tuition_scans (
      student_id bigint not null,
      group_id bigint not null,
      session_date varchar(10) character set utf8mb4 collate utf8mb4_bin not null,
      account_id bigint not null,
      entry_seq bigint not null,
      result varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      minutes_late bigint not null,
      scanned_at datetime(6) not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      returned_seq bigint,
      primary key (student_id, group_id, session_date)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_tuition_scans_session on carryover_tuition_scans (group_id, session_date)
-- next statement
create table carryover_tuition_attempts (
      id bigint not null auto_increment primary key,
      student_id bigint,
      group_id bigint,
      session_date varchar(10) character set utf8mb4 collate utf8mb4_bin not null,
      color varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      code varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      details json not null,
      shadow bigint not null,
      attempted_at datetime(6) not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_tuition_attempts_student on carryover_tuition_attempts (student_id, attempted_at)
-- next statement
create table carryover_tuition_cancellations (
      group_id bigint not null,
      session_date varchar(10) character set utf8mb4 collate utf8mb4_bin not null,
      reason longtext character set utf8mb4 collate utf8mb4_bin not null,
      returned bigint not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      cancelled_at datetime(6) not null,
      primary key (group_id, session_date)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_tuition_overrides (
      id bigint not null auto_increment primary key,
      student_id bigint not null,
      group_id bigint not null,
      effect varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      reason longtext character set utf8mb4 collate utf8mb4_bin not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      from_at datetime(6) not null,
      until_at datetime(6),
      ended_at datetime(6),
      ended_by varchar(191) character set utf8mb4 collate utf8mb4_bin,
      check (effect in ('block', 'allow', 'freeze'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_tuition_overrides_enrolment on carryover_tuition_overrides (student_id, group_id, effect)
-- next statement
create table carryover_tuition_requests (
      idempotency_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null primary key,
      operation varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      content_hash bigint not null,
      result longtext character set utf8mb4 collate utf8mb4_bin,
      made_at datetime(6) not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('tuition', 1, 'create-tuition', 'f2107098f1eb70bbae37bb6a2d6390e37ac61a758cece3ee609f27db0e659fd5', 20, utc_timestamp(6), '0.1.0')
