create table if not exists carryover_schema_migrations (
    component text not null,
    number integer not null,
    name text not null,
    checksum text not null,
    statements_done integer not null,
    applied_at text,
    tool_version text not null,
    primary key (component, number)
  )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('migrator', 1, 'create-schema-migrations', '9da2c0b8cb92959a850a40e2816d11d360c13292d6c448429b279b8e8cd84434', 1, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
