create table carryover_stripe_customers (
        customer_id varchar(191) collate "C" not null primary key,
        user_id varchar(191) collate "C" not null,
        linked_at timestamptz not null
      )
-- next statement
create index carryover_stripe_customers_user on carryover_stripe_customers (user_id, linked_at)
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('payments', 2, 'create-stripe-customers', '2ce464a8c8b8f508fa20bc61bebf3d2db12f4fa9d5e6a1ada58bc1b3d5eda6ed', 2, clock_timestamp(), '0.1.0')
