create table carryover_billing_users (
      user_id text not null primary key,
      account_id integer not null unique,
      tier text not null,
      price_id text,
      yearly integer not null,
      subscription_id text,
      subscription_status text,
      subscription_created_at text,
      subscription_ends_at text,
      anchor_at text not null,
      next_grant_at text not null,
      usage_remainder integer default 0 not null,
      check (yearly in (0, 1)),
      check (usage_remainder >= 0)
    )
-- next statement
create index carryover_billing_users_due on carryover_billing_users (next_grant_at, user_id)
-- next statement
create index carryover_billing_users_tier on carryover_billing_users (tier, user_id)
-- next statement
create table carryover_billing_purchases (
      id integer primary key autoincrement,
      purchase_key text not null unique,
      user_id text not null,
      origin text not null,
      amount integer not null,
      status text not null,
      payment_reference text,
      checkout_reference text,
      refunded integer default 0 not null,
      failure text,
      entry_key text,
      started_at text not null,
      settled_at text,
      expires_at text,
      check (origin in ('carried', 'bought', 'top-up')),
      check (status in ('pending', 'settled', 'failed', 'refunded', 'withdrawn')),
      check (amount > 0),
      check (refunded >= 0 and refunded <= amount)
    )
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
      id integer primary key autoincrement,
      refund_key text not null unique,
      user_id text not null,
      purchase_id integer,
      kind text not null,
      amount integer not null,
      credits_taken integer not null,
      credits_forgiven integer not null,
      status text not null,
      provider_reference text,
      reason text not null,
      actor text not null,
      refunded_at text not null,
      resolved_at text,
      check (kind in ('credits', 'money')),
      check (status in ('recorded', 'pending', 'succeeded', 'failed')),
      check (amount > 0),
      check (credits_taken >= 0 and credits_forgiven >= 0)
    )
-- next statement
create index carryover_billing_refunds_user on carryover_billing_refunds (user_id, id)
-- next statement
create index carryover_billing_refunds_purchase on carryover_billing_refunds (purchase_id)
-- next statement
create table carryover_billing_grants (
      user_id text not null,
      starts_at text not null,
      ends_at text not null,
      tier text not null,
      price_id text,
      credits integer not null,
      used integer not null,
      exceeded integer not null,
      granted integer not null,
      origin text not null,
      granted_at text not null,
      expires_at text,
      primary key (user_id, starts_at),
      check (starts_at < ends_at),
      check (granted >= 0 and granted <= credits),
      check (origin in ('carried', 'granted'))
    )
-- next statement
create index carryover_billing_grants_granted on carryover_billing_grants (granted_at)
-- next statement
create table carryover_billing_attempts (
      id integer primary key autoincrement,
      user_id text not null,
      operation text not null,
      source_id text not null,
      amount integer not null,
      available integer not null,
      code text not null,
      actor text not null,
      attempted_at text not null
    )
-- next statement
create index carryover_billing_attempts_attempted on carryover_billing_attempts (attempted_at)
-- next statement
create index carryover_billing_attempts_user on carryover_billing_attempts (user_id, id)
-- next statement
create table carryover_billing_adjustments (
      id integer primary key autoincrement,
      adjustment_key text not null unique,
      batch text,
      user_id text not null,
      kind text not null,
      amount integer not null,
      status text not null,
      reason text not null,
      requested_by text not null,
      requested_role text not null,
      requested_at text not null,
      decided_by text,
      decided_at text,
      expires_at text,
      check (kind in ('adjustment', 'grant', 'refund')),
      check (status in ('applied', 'pending', 'rejected')),
      check (amount <> 0)
    )
-- next statement
create index carryover_billing_adjustments_window on carryover_billing_adjustments (requested_by, requested_at)
-- next statement
create index carryover_billing_adjustments_status on carryover_billing_adjustments (status, id)
-- next statement
create index carryover_billing_adjustments_user on carryover_billing_adjustments (user_id, id)
-- next statement
create table carryover_billing_topup_rules (
      user_id text not null primary key,
      enabled integer not null,
      threshold integer not null,
      amount integer not null,
      month_max integer not null,
      day_count_max integer not null,
      set_by text not null,
      set_at text not null,
      check (enabled in (0, 1)),
      check (threshold >= 0),
      check (amount > 0),
      check (month_max >= amount),
      check (day_count_max > 0)
    )
-- next statement
create table carryover_billing_staff (
      actor text not null primary key,
      acted_at text not null
    )
-- next statement
create table carryover_billing_requests (
      idempotency_key text not null primary key,
      operation text not null,
      content_hash integer not null,
      result text,
      made_at text not null
    )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('billing', 1, 'create-billing', 'd263fd651511ec0d9025f686c719b2ab3fe08982ed120bb8b746c4fb7698af5f', 23, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
