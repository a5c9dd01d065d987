create table carryover_tuition_mirrored_payments (
        student_id integer not null,
        group_id integer not null,
        legacy_payment_id integer not null,
        payment_id integer,
        amount integer not null,
        made integer not null,
        primary key (student_id, group_id, legacy_payment_id)
      )
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('tuition', 2, 'create-mirrored-payments', '1e2d7f3160c7b4e5a11ffd6cae7676513665c566939e1dcb8747e516252bcfb2', 1, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
