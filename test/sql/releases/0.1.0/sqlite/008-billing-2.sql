create table carryover_billing_told (
        account_id integer not null primary key,
        seq_at_switch integer not null,
        remainder integer not null
      )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('billing', 2, 'create-told', 'bcdce9014d81e4853226bf4059c6f4d8e4eb653e821564e7845f9deefb08e34c', 1, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
