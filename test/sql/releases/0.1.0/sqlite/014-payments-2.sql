create table carryover_stripe_customers (
        customer_id text not null primary key,
        user_id text not null,
        linked_at text not null
      )
-- next statement
create index carryover_stripe_customers_user on carryover_stripe_customers (user_id, linked_at)
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('payments', 2, 'create-stripe-customers', '8a27eb8fc2a98c52ed9195ead49c2d6651795c39ff345c9f43938fa653a302e6', 2, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
