create table carryover_api_keys (
        id varchar(32) collate "C" not null primary key,
        secret_hash varchar(64) collate "C" not null,
        label varchar(64) collate "C" not null unique,
        role varchar(32) collate "C" not null,
        subject varchar(191) collate "C" not null,
        scopes text collate "C",
        created_at timestamptz not null,
        expires_at timestamptz,
        revoked_at timestamptz,
        check (role in ('server', 'user', 'staff', 'admin', 'super_admin'))
      )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('identity', 1, 'create-api-keys', '778e9e87628fd4cf6b5679eacedeacc0731da2ca9ad553e2f6f65bf54a6e741f', 1, clock_timestamp(), '0.1.0')
