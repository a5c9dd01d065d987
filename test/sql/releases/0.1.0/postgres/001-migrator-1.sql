create table if not exists carryover_schema_migrations (
    component varchar(32) collate "C" not null,
    number bigint not null,
    name varchar(64) collate "C" not null,
    checksum varchar(64) collate "C" not null,
    statements_done bigint not null,
    applied_at timestamptz,
    tool_version varchar(64) collate "C" not null,
    primary key (component, number)
  )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('migrator', 1, 'create-schema-migrations', '623530d36870a59fccda82be8fb09da23dcf5dbc77ddeac5accfb7429b04b1aa', 1, clock_timestamp(), '0.1.0')
