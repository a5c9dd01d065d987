create table carryover_tuition_mirrored_payments (
        student_id bigint not null,
        group_id bigint not null,
        legacy_payment_id bigint not null,
        payment_id bigint,
        amount bigint not null,
        made bigint not null,
        primary key (student_id, group_id, legacy_payment_id)
      )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('tuition', 2, 'create-mirrored-payments', 'f45407571586f59b52af2075c2f000d60fdf67a768d2ee4b4c65a55b04a07ed6', 1, clock_timestamp(), '0.1.0')
