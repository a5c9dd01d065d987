create table if not exists carryover_schema_migrations (
    component text not null,
    number integer not null,
    name text not null,
    checksum text not null,
    statements_done integer not null,
    applied_at text,
    tool_version text not null,
    primary key (component, number)
  )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('migrator', 1, 'create-schema-migrations', '9da2c0b8cb92959a850a40e2816d11d360c13292d6c448429b279b8e8cd84434', 1, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
-- next statement
create table carryover_accounts (
      id integer primary key autoincrement,
      system_name text not null,
      kind text not null,
      owner text not null,
      unit text not null,
      balance integer not null,
      held integer not null,
      floor integer,
      seq integer not null,
      status text not null,
      authority text not null,
      lotted integer not null,
      opened_at text not null,
      check (held >= 0),
      check (seq >= 0),
      check (status in ('open', 'frozen', 'closed')),
      check (authority in ('legacy', 'ledger')),
      check (lotted in (0, 1)),
      check (status <> 'closed' or (balance = 0 and held = 0)),
      unique (system_name, kind, owner)
    )
-- next statement
create table carryover_erasures (
      system_name text not null primary key
    )
-- next statement
create table carryover_entries (
      account_id integer not null,
      seq integer not null,
      amount integer not null,
      balance_after integer not null,
      kind text not null,
      contra text,
      counter_account_id integer,
      transfer_id text,
      idempotency_key text not null,
      content_hash integer,
      source text,
      reverses_seq integer,
      reason text,
      actor text not null,
      details text,
      occurred_at text not null,
      recorded_at text not null,
      primary key (account_id, seq),
      unique (account_id, idempotency_key),
      check (seq > 0),
      check (amount <> 0),
      check ((contra is null) <> (counter_account_id is null))
    )
-- next statement
create unique index "carryover_entries_reverses" on "carryover_entries" ("account_id", "reverses_seq") where "reverses_seq" is not null
-- next statement
create trigger "carryover_entries_no_update" before update on "carryover_entries" begin select raise(abort, 'append-only: rows of carryover_entries are never changed or deleted'); end
-- next statement
create trigger "carryover_entries_no_delete" before delete on "carryover_entries" when not coalesce((exists (select 1 from carryover_accounts a, carryover_erasures e where a.id = OLD.account_id and e.system_name = a.system_name and a.authority = 'legacy')), 0) begin select raise(abort, 'append-only: rows of carryover_entries are never changed or deleted'); end
-- next statement
create table carryover_holds (
      account_id integer not null,
      idempotency_key text not null,
      amount integer not null,
      amount_captured integer not null,
      status text not null,
      content_hash integer not null,
      resolution_key text,
      resolution_hash integer,
      reason text,
      actor text not null,
      expires_at text,
      created_at text not null,
      resolved_at text,
      primary key (account_id, idempotency_key),
      unique (account_id, resolution_key),
      check (amount > 0),
      check (amount_captured >= 0 and amount_captured <= amount),
      check (status in ('open', 'captured', 'released', 'expired'))
    )
-- next statement
create index carryover_holds_open on carryover_holds (account_id, status)
-- next statement
create table carryover_lots (
      account_id integer not null,
      seq integer not null,
      amount integer not null,
      remaining integer not null,
      funding text not null,
      priority integer not null,
      expires_at text,
      primary key (account_id, seq),
      check (amount > 0),
      check (remaining >= 0 and remaining <= amount),
      check (funding in ('paid', 'granted'))
    )
-- next statement
create index carryover_lots_remaining on carryover_lots (account_id, remaining)
-- next statement
create table carryover_lot_draws (
      account_id integer not null,
      entry_seq integer not null,
      lot_seq integer not null,
      amount integer not null,
      primary key (account_id, entry_seq, lot_seq),
      check (amount <> 0)
    )
-- next statement
create trigger "carryover_lot_draws_no_update" before update on "carryover_lot_draws" begin select raise(abort, 'append-only: rows of carryover_lot_draws are never changed or deleted'); end
-- next statement
create trigger "carryover_lot_draws_no_delete" before delete on "carryover_lot_draws" when not coalesce((exists (select 1 from carryover_accounts a, carryover_erasures e where a.id = OLD.account_id and e.system_name = a.system_name and a.authority = 'legacy')), 0) begin select raise(abort, 'append-only: rows of carryover_lot_draws are never changed or deleted'); end
-- next statement
create table carryover_audit (
      id integer primary key autoincrement,
      system_name text not null,
      action text not null,
      account_id integer,
      subject text,
      idempotency_key text,
      content_hash integer,
      actor text not null,
      role text,
      ip_address text,
      reason text,
      before_state text,
      after_state text,
      recorded_at text not null,
      unique (account_id, idempotency_key)
    )
-- next statement
create index carryover_audit_subject on carryover_audit (system_name, subject, recorded_at)
-- next statement
create index carryover_audit_action on carryover_audit (system_name, action, recorded_at)
-- next statement
create index carryover_audit_actor on carryover_audit (actor, recorded_at)
-- next statement
create trigger "carryover_audit_no_update" before update on "carryover_audit" begin select raise(abort, 'append-only: rows of carryover_audit are never changed or deleted'); end
-- next statement
create trigger "carryover_audit_no_delete" before delete on "carryover_audit" begin select raise(abort, 'append-only: rows of carryover_audit are never changed or deleted'); end
-- next statement
create table carryover_outbox (
      id integer primary key autoincrement,
      system_name text not null,
      type text not null,
      dedupe_key text not null unique,
      recipient text not null,
      mandatory integer not null,
      payload text not null,
      status text not null,
      created_at text not null,
      not_before_at text,
      check (status in ('pending', 'suppressed', 'sent', 'failed'))
    )
-- next statement
create index carryover_outbox_waiting on carryover_outbox (status, id)
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 1, 'create-ledger', 'cbc6f57e3281711ce1fc6074e918d3094178aa0f4c557b4355e0d886e09cb65b', 21, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
-- next statement
create table carryover_cutovers (
      system_name text not null primary key,
      run_id text not null,
      as_of text not null,
      plan_hash text not null,
      plan_parts text not null,
      tool_version text not null,
      backup_id text not null,
      stage text not null,
      state text not null,
      pass integer not null,
      progress text,
      legacy_fingerprint text,
      paused integer not null,
      pause_reason text,
      failure text,
      holder text,
      epoch integer not null,
      heartbeat_at text not null,
      lease_ttl_ms integer not null,
      journal_seq integer not null,
      started_at text not null,
      updated_at text not null,
      check (state in ('running', 'done', 'failed', 'rolling-back', 'rolled-back')),
      check (paused in (0, 1))
    )
-- next statement
create table carryover_journal (
      system_name text not null,
      seq integer not null,
      run_id text not null,
      epoch integer not null,
      stage text not null,
      step text not null,
      phase text not null,
      statement_hash text,
      plan_hash text not null,
      tool_version text not null,
      row_count integer,
      duration_us integer,
      inverse text,
      details text,
      recorded_at text not null,
      primary key (system_name, seq),
      check (phase in ('intent', 'result'))
    )
-- next statement
create trigger "carryover_journal_no_update" before update on "carryover_journal" begin select raise(abort, 'append-only: rows of carryover_journal are never changed or deleted'); end
-- next statement
create trigger "carryover_journal_no_delete" before delete on "carryover_journal" begin select raise(abort, 'append-only: rows of carryover_journal are never changed or deleted'); end
-- next statement
create table carryover_findings (
      id integer primary key autoincrement,
      system_name text not null,
      run_id text not null,
      code text not null,
      severity text not null,
      subject text not null,
      details text not null,
      found_at text not null
    )
-- next statement
create index carryover_findings_code on carryover_findings (system_name, code, id)
-- next statement
create table carryover_quarantine (
      system_name text not null,
      source text not null,
      legacy_table text not null,
      reason text not null,
      subject text not null,
      first_seen_at text not null,
      last_seen_at text not null,
      last_pass integer not null,
      primary key (system_name, source)
    )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 2, 'create-cutovers', '5e7761bc338f8322fedcd963d0037466ac6e25e9a3890ecc9427038e85288d5c', 7, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
-- next statement
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
