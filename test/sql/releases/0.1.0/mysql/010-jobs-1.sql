create table carryover_job_leases (
        system_name varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
        job varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
        epoch bigint not null,
        holder varchar(191) character set utf8mb4 collate utf8mb4_bin,
        expires_at datetime(6),
        tick_at datetime(6),
        started_at datetime(6),
        finished_at datetime(6),
        succeeded_at datetime(6),
        outcome varchar(16) character set utf8mb4 collate utf8mb4_bin,
        error_code varchar(64) character set utf8mb4 collate utf8mb4_bin,
        result longtext character set utf8mb4 collate utf8mb4_bin,
        runs bigint not null,
        failures bigint not null,
        primary key (system_name, job),
        check (outcome in ('running', 'done', 'failed', 'stopped'))
      ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('jobs', 1, 'create-job-leases', '6267187a46b38bb698740475b993a37631b67d000984cfe1e79d0c9c42eb172f', 1, utc_timestamp(6), '0.1.0')
