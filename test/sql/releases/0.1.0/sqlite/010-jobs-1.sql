create table carryover_job_leases (
        system_name text not null,
        job text not null,
        epoch integer not null,
        holder text,
        expires_at text,
        tick_at text,
        started_at text,
        finished_at text,
        succeeded_at text,
        outcome text,
        error_code text,
        result text,
        runs integer not null,
        failures integer not null,
        primary key (system_name, job),
        check (outcome in ('running', 'done', 'failed', 'stopped'))
      )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('jobs', 1, 'create-job-leases', '639fd298cf88b95b272c08d97ea1b7f6fb7fe97e6bacf37c6a189cdaef157585', 1, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
