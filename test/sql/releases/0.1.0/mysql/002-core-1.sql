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
      walk_key varchar(191) character set utf8mb4 collate utf8mb4_bin,
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
      check (status in ('pending', 'planned', 'suppressed'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_outbox_waiting on carryover_outbox (status, id)
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('core', 1, 'create-ledger', '206f0ca160a794824d7e0a0b5429e10c458ed409a3b937d2a8943c0e43a56b14', 21, utc_timestamp(6), '0.1.0')
