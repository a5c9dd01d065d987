create table carryover_api_keys (
        id varchar(32) character set utf8mb4 collate utf8mb4_bin not null primary key,
        secret_hash varchar(64) character set utf8mb4 collate utf8mb4_bin not null,
        label varchar(64) character set utf8mb4 collate utf8mb4_bin not null unique,
        role varchar(32) character set utf8mb4 collate utf8mb4_bin not null,
        subject varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
        scopes longtext character set utf8mb4 collate utf8mb4_bin,
        created_at datetime(6) not null,
        expires_at datetime(6),
        revoked_at datetime(6),
        check (role in ('server', 'user', 'staff', 'admin', 'super_admin'))
      ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('identity', 1, 'create-api-keys', '9494bf65d037ebc3140bf9235e2c542f554978add6f978914073bf170eb1625e', 1, utc_timestamp(6), '0.1.0')
