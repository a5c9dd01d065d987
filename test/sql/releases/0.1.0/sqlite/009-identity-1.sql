create table carryover_api_keys (
        id text not null primary key,
        secret_hash text not null,
        label text not null unique,
        role text not null,
        subject text not null,
        scopes text,
        created_at text not null,
        expires_at text,
        revoked_at text,
        check (role in ('server', 'user', 'staff', 'admin', 'super_admin'))
      )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('identity', 1, 'create-api-keys', '1bec6054fad53bf0ce5587051a34ec7a370772122bbf87011b80764b82b65d95', 1, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
