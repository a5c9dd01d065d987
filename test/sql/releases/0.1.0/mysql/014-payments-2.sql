create table carryover_stripe_customers (
        customer_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null primary key,
        user_id varchar(191) character set utf8mb4 collate utf8mb4_bin not null,
        linked_at datetime(6) not null
      ) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin
-- next statement
create index carryover_stripe_customers_user on carryover_stripe_customers (user_id, linked_at)
-- next statement
insert into `carryover_schema_migrations` (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('payments', 2, 'create-stripe-customers', '05f352b8587640e2a70caeb77ee2fa9184e8d165ab46a0c992cf1b26edc6e7df', 2, utc_timestamp(6), '0.1.0')
