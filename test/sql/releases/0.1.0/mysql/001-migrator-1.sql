create table if not exists carryover_schema_migrations (
    component varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
    number bigint not null,
    name varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
    checksum varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
    statements_done bigint not null,
    applied_at datetime(6),
    tool_version varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
    primary key (component, number)
  ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('migrator', 1, 'create-schema-migrations', '660de52f6a15f869f62b551a2cfa1076717e638ab3d8970c2758f66be3eb9781', 1, utc_timestamp(6), '0.1.0')
