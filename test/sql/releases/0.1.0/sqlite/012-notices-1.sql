create table carryover_notice_deliveries (
      id integer primary key autoincrement,
      notice_id integer not null,
      system_name text not null,
      type text not null,
      recipient text not null,
      channel text not null,
      reference text not null unique,
      mandatory integer not null,
      priority integer not null,
      zone text not null,
      address_key text not null,
      status text not null,
      reason text,
      attempts integer default 0 not null,
      noticed_at text not null,
      next_attempt_at text not null,
      claim_token text,
      claim_expires_at text,
      admitted_at text,
      provider_id text,
      cost integer default 0 not null,
      charged_month text,
      sent_at text,
      delivered_at text,
      read_at text,
      updated_at text not null,
      unique (notice_id, channel),
      check (attempts >= 0),
      check (cost >= 0),
      check (status in ('pending', 'claimed', 'sending', 'sent', 'delivered', 'read', 'unknown', 'failed', 'dead', 'suppressed', 'skipped'))
    )
-- next statement
create index carryover_notice_deliveries_due on carryover_notice_deliveries (status, channel, priority, next_attempt_at, id)
-- next statement
create index carryover_notice_deliveries_claims on carryover_notice_deliveries (status, claim_expires_at)
-- next statement
create index carryover_notice_deliveries_recent on carryover_notice_deliveries (channel, admitted_at)
-- next statement
create index carryover_notice_deliveries_address on carryover_notice_deliveries (address_key, admitted_at)
-- next statement
create index carryover_notice_deliveries_charged on carryover_notice_deliveries (charged_month, cost)
-- next statement
create index carryover_notice_deliveries_provider on carryover_notice_deliveries (provider_id)
-- next statement
create index carryover_notice_deliveries_age on carryover_notice_deliveries (mandatory, updated_at, id)
-- next statement
create table carryover_notice_attempts (
      id integer primary key autoincrement,
      delivery_id integer not null,
      attempt integer not null,
      outcome text not null,
      why text,
      provider_id text,
      recorded_at text not null
    )
-- next statement
create index carryover_notice_attempts_delivery on carryover_notice_attempts (delivery_id, attempt)
-- next statement
create table carryover_notice_channels (
      name text not null primary key,
      paused_at text,
      pause_reason text,
      claims integer default 0 not null
    )
-- next statement
create table carryover_notice_preferences (
      system_name text not null,
      recipient text not null,
      type text not null,
      channel text not null,
      opted_out integer not null,
      actor text not null,
      set_at text not null,
      primary key (system_name, recipient, type, channel),
      check (opted_out in (0, 1))
    )
-- next statement
create table carryover_notice_languages (
      system_name text not null,
      recipient text not null,
      language text not null,
      actor text not null,
      set_at text not null,
      primary key (system_name, recipient)
    )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('notices', 1, 'create-notices', '82c43ffb65d3670ac4ad5fe5fca823ed4e97a4cc28a9144c60d9056806f479db', 13, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
