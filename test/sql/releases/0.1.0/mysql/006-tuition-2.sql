create table carryover_tuition_mirrored_payments (
        student_id bigint not null,
        group_id bigint not null,
        legacy_payment_id bigint not null,
        payment_id bigint,
        amount bigint not null,
        made bigint not null,
        primary key (student_id, group_id, legacy_payment_id)
      ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('tuition', 2, 'create-mirrored-payments', 'e9e423962ac4e913333df95d48500f890cd3360d31ee1773bff4e2c14f3d1dec', 1, utc_timestamp(6), '0.1.0')
