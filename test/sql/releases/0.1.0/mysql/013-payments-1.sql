create table carryover_stripe_events (
        id bigint not null auto_increment primary key,
        event_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null unique,
        type varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
        payload longtext character set utf8mb4 collate utf8mb4_bin not null,
        status varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
        attempts bigint not null,
        due_at datetime(6),
        claim varchar(64) character set utf8mb4 collate utf8mb4_bin,
        error_code varchar(64) character set utf8mb4 collate utf8mb4_bin,
        failure longtext character set utf8mb4 collate utf8mb4_bin,
        occurred_at datetime(6) not null,
        received_at datetime(6) not null,
        finished_at datetime(6),
        check (status in ('received', 'processed', 'failed', 'dead', 'ignored')),
        check (attempts >= 0)
      ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_stripe_events_due on carryover_stripe_events (due_at, id)
-- next statement
create index carryover_stripe_events_status on carryover_stripe_events (status, id)
-- next statement
create index carryover_stripe_events_finished on carryover_stripe_events (status, finished_at, id)
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('payments', 1, 'create-stripe-events', 'e8734e9d8ce6b5827575e50979a2a3802c45374214e7964d670a1b1c2095af21', 4, utc_timestamp(6), '0.1.0')
