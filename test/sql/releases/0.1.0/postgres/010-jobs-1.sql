create table carryover_job_leases (
        system_name varchar(32) collate "C" not null,
        job varchar(64) collate "C" not null,
        epoch bigint not null,
        holder varchar(191) collate "C",
        expires_at timestamptz,
        tick_at timestamptz,
        started_at timestamptz,
        finished_at timestamptz,
        succeeded_at timestamptz,
        outcome varchar(16) collate "C",
        error_code varchar(64) collate "C",
        result text collate "C",
        runs bigint not null,
        failures bigint not null,
        primary key (system_name, job),
        check (outcome in ('running', 'done', 'failed', 'stopped'))
      )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('jobs', 1, 'create-job-leases', 'f71a632f3e453a64a49ca1a3033d03ca59badbd0fc772fb116283786bcc7a734', 1, clock_timestamp(), '0.1.0')
