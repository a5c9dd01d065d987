create table carryover_billing_told (
        account_id bigint not null primary key,
        seq_at_switch bigint not null,
        remainder bigint not null
      ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('billing', 2, 'create-told', '90e82e4d0bc685a54831ed4642ac770defb3be7f454b5518d5387ae4863da540', 1, utc_timestamp(6), '0.1.0')
