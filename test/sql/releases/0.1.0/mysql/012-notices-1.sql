create table carryover_notice_deliveries (
      id bigint not null auto_increment primary key,
      notice_id bigint not null,
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      type varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      recipient varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      channel varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      reference varchar(64) character set utf8mb4 collate utf8mb4_bin not null unique,
      mandatory bigint not null,
      priority bigint not null,
      zone varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      address_key varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      reason varchar(191) character set utf8mb4 collate utf8mb4_bin,
      attempts bigint default 0 not null,
      noticed_at datetime(6) not null,
      next_attempt_at datetime(6) not null,
      claim_token varchar(64) character set utf8mb4 collate utf8mb4_bin,
      claim_expires_at datetime(6),
      admitted_at datetime(6),
      provider_id varchar(191) character set utf8mb4 collate utf8mb4_bin,
      cost bigint default 0 not null,
      charged_month varchar(7) character set utf8mb4 collate utf8mb4_bin,
      sent_at datetime(6),
      delivered_at datetime(6),
      read_at datetime(6),
      updated_at datetime(6) not null,
      unique (notice_id, channel),
      check (attempts >= 0),
      check (cost >= 0),
      check (status in ('pending', 'claimed', 'sending', 'sent', 'delivered', 'read', 'unknown', 'failed', 'dead', 'suppressed', 'skipped'))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
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
      id bigint not null auto_increment primary key,
      delivery_id bigint not null,
      attempt bigint not null,
      outcome varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      why varchar(191) character set utf8mb4 collate utf8mb4_bin,
      provider_id varchar(191) character set utf8mb4 collate utf8mb4_bin,
      recorded_at datetime(6) not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_notice_attempts_delivery on carryover_notice_attempts (delivery_id, attempt)
-- next statement
create table carryover_notice_channels (
      name varchar(16) character set utf8mb4 collate utf8mb4_bin not null primary key,
      paused_at datetime(6),
      pause_reason varchar(191) character set utf8mb4 collate utf8mb4_bin,
      claims bigint default 0 not null
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_notice_preferences (
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      recipient varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      type varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
      channel varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
      opted_out bigint not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      set_at datetime(6) not null,
      primary key (system_name, recipient, type, channel),
      check (opted_out in (0, 1))
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_notice_languages (
      system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
      recipient varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      language varchar(8) character set utf8mb4 collate utf8mb4_bin not null,
      actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
      set_at datetime(6) not null,
      primary key (system_name, recipient)
    ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('notices', 1, 'create-notices', 'cc10436804bbe0d3f1b0706686b40811b0fd823161a5a39a35ed0ed8367c560e', 13, utc_timestamp(6), '0.1.0')
