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
