create table carryover_tuition_enrolments (
      student_id integer not null,
      group_id integer not null,
      sessions_account_id integer not null unique,
      money_account_id integer not null unique,
      standing text not null,
      financial_status text not null,
      custom_fee integer,
      started_at text not null,
      active integer not null,
      block_code text,
      blocked_at text,
      primary key (student_id, group_id),
      check (standing in ('new', 'returning')),
      check (financial_status in ('normal', 'symbolic', 'exempt')),
      check (active in (0, 1))
    )
-- next statement
create index carryover_tuition_enrolments_group on carryover_tuition_enrolments (group_id, student_id)
-- next statement
create index carryover_tuition_enrolments_standing on carryover_tuition_enrolments (standing, sessions_account_id)
-- next statement
create index carryover_tuition_enrolments_block on carryover_tuition_enrolments (block_code)
-- next statement
create table carryover_tuition_months (
      student_id integer not null,
      group_id integer not null,
      plan text not null,
      month text not null,
      due integer not null,
      plan_sessions integer not null,
      received integer not null,
      counted integer not null,
      primary key (student_id, group_id, plan),
      check (due >= 0),
      check (plan_sessions >= 0),
      check (counted <= due)
    )
-- next statement
create index carryover_tuition_months_month on carryover_tuition_months (month, group_id)
-- next statement
create table carryover_tuition_payments (
      id integer primary key autoincrement,
      student_id integer not null,
      group_id integer not null,
      plan text not null,
      idempotency_key text not null unique,
      origin text not null,
      amount integer not null,
      sessions integer not null,
      money integer not null,
      receipt text not null,
      status text not null,
      refunded integer not null,
      actor text not null,
      note text,
      paid_at text not null,
      recorded_at text not null,
      check (origin in ('received', 'kept')),
      check (amount > 0),
      check (refunded >= 0 and refunded <= amount),
      check (status in ('recorded', 'voided', 'refunded'))
    )
-- next statement
create index carryover_tuition_payments_enrolment on carryover_tuition_payments (student_id, group_id, id)
-- next statement
create index carryover_tuition_payments_paid on carryover_tuition_payments (paid_at)
-- next statement
create table carryover_tuition_refunds (
      id integer primary key autoincrement,
      payment_id integer,
      student_id integer not null,
      group_id integer not null,
      plan text not null,
      kind text not null,
      amount integer not null,
      sessions integer not null,
      money integer not null,
      reason text not null,
      actor text not null,
      refunded_at text not null,
      recorded_at text not null,
      check (kind in ('void', 'refund')),
      check (amount > 0)
    )
-- next statement
create index carryover_tuition_refunds_enrolment on carryover_tuition_refunds (student_id, group_id, id)
-- next statement
create index carryover_tuition_refunds_refunded on carryover_tuition_refunds (refunded_at)
-- next statement
create table carryover_tuition_scans (
      student_id integer not null,
      group_id integer not null,
      session_date text not null,
      account_id integer not null,
      entry_seq integer not null,
      result text not null,
      minutes_late integer not null,
      scanned_at text not null,
      actor text not null,
      returned_seq integer,
      primary key (student_id, group_id, session_date)
    )
-- next statement
create index carryover_tuition_scans_session on carryover_tuition_scans (group_id, session_date)
-- next statement
create table carryover_tuition_attempts (
      id integer primary key autoincrement,
      student_id integer,
      group_id integer,
      session_date text not null,
      color text not null,
      code text not null,
      details text not null,
      shadow integer not null,
      attempted_at text not null,
      actor text not null
    )
-- next statement
create index carryover_tuition_attempts_student on carryover_tuition_attempts (student_id, attempted_at)
-- next statement
create table carryover_tuition_cancellations (
      group_id integer not null,
      session_date text not null,
      reason text not null,
      returned integer not null,
      actor text not null,
      cancelled_at text not null,
      primary key (group_id, session_date)
    )
-- next statement
create table carryover_tuition_overrides (
      id integer primary key autoincrement,
      student_id integer not null,
      group_id integer not null,
      effect text not null,
      reason text not null,
      actor text not null,
      from_at text not null,
      until_at text,
      ended_at text,
      ended_by text,
      check (effect in ('block', 'allow', 'freeze'))
    )
-- next statement
create index carryover_tuition_overrides_enrolment on carryover_tuition_overrides (student_id, group_id, effect)
-- next statement
create table carryover_tuition_requests (
      idempotency_key text not null primary key,
      operation text not null,
      content_hash integer not null,
      result text,
      made_at text not null
    )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('tuition', 1, 'create-tuition', 'bbca9ccda98ce1172d398e3ed46e10cbdd4e8b27fe15b0cf2be4d6ef02a552fc', 20, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
