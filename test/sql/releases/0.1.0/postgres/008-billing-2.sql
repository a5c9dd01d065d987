create table carryover_billing_told (
        account_id bigint not null primary key,
        seq_at_switch bigint not null,
        remainder bigint not null
      )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('billing', 2, 'create-told', '75c8999bb854d63cb68c95bcb720b74bf44256ea3ef8694ecbb309d437e651f8', 1, clock_timestamp(), '0.1.0')
