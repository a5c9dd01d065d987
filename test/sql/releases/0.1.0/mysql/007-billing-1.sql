create table carryover_billing_users (
      user_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null primary key,
      account_id bigint not null unique,
      tier varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      price_id varchar(191) character set utf8mb4 collate utf8mb4_bin,
      yearly bigint not null,
      subscription_id varchar(191) character set utf8mb4 collate utf8mb4_bin,
      subscription_status varchar(64) character set utf8mb4 collate utf8mb4_bin,
      subscription_created_at datetime(6),
      subscription_ends_at datetime(6),
      anchor_at datetime(6) not null,
      next_grant_at datetime(6) not null,
      usage_remainder bigint default 0 not null,
      check (yearly in (0, 1)),
      check (usage_remainder >= 0)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_billing_users_due on carryover_billing_users (next_grant_at, user_id)
-- next statement
create index carryover_billing_users_tier on carryover_billing_users (tier, user_id)
-- next statement
create table carryover_billing_purchases (
      id bigint not null auto_increment primary key,
      purchase_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null unique,
      user_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      origin varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      amount bigint not null,
      status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      payment_reference varchar(191) character set utf8mb4 collate utf8mb4_bin,
      checkout_reference varchar(191) character set utf8mb4 collate utf8mb4_bin,
      refunded bigint default 0 not null,
      failure longtext character set utf8mb4 collate utf8mb4_bin,
      entry_key varchar(191) character set utf8mb4 collate utf8mb4_bin,
      started_at datetime(6) not null,
      settled_at datetime(6),
      expires_at datetime(6),
      check (origin in ('carried', 'bought', 'top-up')),
      check (status in ('pending', 'settled', 'failed', 'refunded', 'withdrawn')),
      check (amount > 0),
      check (refunded >= 0 and refunded <= amount)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_billing_purchases_user on carryover_billing_purchases (user_id, id)
-- next statement
create index carryover_billing_purchases_payment on carryover_billing_purchases (payment_reference)
-- next statement
create index carryover_billing_purchases_checkout on carryover_billing_purchases (checkout_reference)
-- next statement
create index carryover_billing_purchases_status on carryover_billing_purchases (status, started_at)
-- next statement
create table carryover_billing_refunds (
      id bigint not null auto_increment primary key,
      refund_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null unique,
      user_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      purchase_id bigint,
      kind varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      amount bigint not null,
      credits_taken bigint not null,
      credits_forgiven bigint not null,
      status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      provider_reference varchar(191) character set utf8mb4 collate utf8mb4_bin,
      reason longtext character set utf8mb4 collate utf8mb4_bin not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      refunded_at datetime(6) not null,
      resolved_at datetime(6),
      check (kind in ('credits', 'money')),
      check (status in ('recorded', 'pending', 'succeeded', 'failed')),
      check (amount > 0),
      check (credits_taken >= 0 and credits_forgiven >= 0)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_billing_refunds_user on carryover_billing_refunds (user_id, id)
-- next statement
create index carryover_billing_refunds_purchase on carryover_billing_refunds (purchase_id)
-- next statement
create table carryover_billing_grants (
      user_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      starts_at datetime(6) not null,
      ends_at datetime(6) not null,
      tier varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      price_id varchar(191) character set utf8mb4 collate utf8mb4_bin,
      credits bigint not null,
      used bigint not null,
      exceeded bigint not null,
      granted bigint not null,
      origin varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      granted_at datetime(6) not null,
      expires_at datetime(6),
      primary key (user_id, starts_at),
      check (starts_at < ends_at),
      check (granted >= 0 and granted <= credits),
      check (origin in ('carried', 'granted'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_billing_grants_granted on carryover_billing_grants (granted_at)
-- next statement
create table carryover_billing_attempts (
      id bigint not null auto_increment primary key,
      user_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      operation varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      source_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      amount bigint not null,
      available bigint not null,
      code varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      attempted_at datetime(6) not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_billing_attempts_attempted on carryover_billing_attempts (attempted_at)
-- next statement
create index carryover_billing_attempts_user on carryover_billing_attempts (user_id, id)
-- next statement
create table carryover_billing_adjustments (
      id bigint not null auto_increment primary key,
      adjustment_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null unique,
      batch varchar(191) character set utf8mb4 collate utf8mb4_bin,
      user_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      kind varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      amount bigint not null,
      status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      reason longtext character set utf8mb4 collate utf8mb4_bin not null,
      requested_by varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      requested_role varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      requested_at datetime(6) not null,
      decided_by varchar(191) character set utf8mb4 collate utf8mb4_bin,
      decided_at datetime(6),
      expires_at datetime(6),
      check (kind in ('adjustment', 'grant', 'refund')),
      check (status in ('applied', 'pending', 'rejected')),
      check (amount <> 0)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_billing_adjustments_window on carryover_billing_adjustments (requested_by, requested_at)
-- next statement
create index carryover_billing_adjustments_status on carryover_billing_adjustments (status, id)
-- next statement
create index carryover_billing_adjustments_user on carryover_billing_adjustments (user_id, id)
-- next statement
create table carryover_billing_topup_rules (
      user_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null primary key,
      enabled bigint not null,
      threshold bigint not null,
      amount bigint not null,
      month_max bigint not null,
      day_count_max bigint not null,
      set_by varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      set_at datetime(6) not null,
      check (enabled in (0, 1)),
      check (threshold >= 0),
      check (amount > 0),
      check (month_max >= amount),
      check (day_count_max > 0)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_billing_staff (
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null primary key,
      acted_at datetime(6) not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_billing_requests (
      idempotency_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null primary key,
      operation varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      content_hash bigint not null,
      result longtext character set utf8mb4 collate utf8mb4_bin,
      made_at datetime(6) not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('billing', 1, 'create-billing', '3307f3cb8490d99817a33facc1b97ab66fa83bb2c53cd1cb1762c2e90c328499', 23, utc_timestamp(6), '0.1.0')
