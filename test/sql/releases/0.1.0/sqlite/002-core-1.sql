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
      walk_key text,
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
      check (status in ('pending', 'planned', 'suppressed'))
    )
-- next statement
create index carryover_outbox_waiting on carryover_outbox (status, id)
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 1, 'create-ledger', '448201b5530a2a301bf6def55456d8f966ce102bc187e1bd707fbdb34db04f3c', 21, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
