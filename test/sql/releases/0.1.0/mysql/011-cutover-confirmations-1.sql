create table carryover_confirmation_secrets (
        id bigint not null primary key,
        secret varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
        made_at datetime(6) not null
      ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create table carryover_cutover_actions (
        number bigint not null auto_increment primary key,
        id varchar(32) character set utf8mb4 collate utf8mb4_bin not null unique,
        system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
        action varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
        idempotency_key varchar(191) character set utf8mb4 collate utf8mb4_bin not null unique,
        content_hash varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
        selection varchar(191) character set utf8mb4 collate utf8mb4_bin,
        cohort varchar(64) character set utf8mb4 collate utf8mb4_bin,
        actor varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
        lease_epoch bigint not null,
        accepted_at datetime(6) not null,
        state varchar(16) character set utf8mb4 collate utf8mb4_bin not null,
        outcome longtext character set utf8mb4 collate utf8mb4_bin,
        ended_at datetime(6),
        check (state in ('running', 'done', 'failed', 'stopped'))
      ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_cutover_actions_system on carryover_cutover_actions (system_name, number)
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('cutover-confirmations', 1, 'create-cutover-confirmations', 'a1bdcad8802b22add6afc32b63453738a9368e50afc6d4985dbe0bfb0866286b', 3, utc_timestamp(6), '0.1.0')
