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
      holder_kind text,
      epoch integer not null,
      heartbeat_at text not null,
      lease_ttl_ms integer not null,
      journal_seq integer not null,
      started_at text not null,
      updated_at text not null,
      check (state in ('running', 'done', 'failed', 'rolling-back', 'rolled-back')),
      check (holder_kind in ('run', 'job')),
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
values ('core', 2, 'create-cutovers', '709175e4fe9710b11f79f2a2a82e3ca26b62ad1c75be27b3a471b9035d72f273', 7, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
