create table carryover_stripe_events (
        id integer primary key autoincrement,
        event_id text not null unique,
        type text not null,
        payload text not null,
        status text not null,
        attempts integer not null,
        due_at text,
        claim text,
        error_code text,
        failure text,
        occurred_at text not null,
        received_at text not null,
        finished_at text,
        check (status in ('received', 'processed', 'failed', 'dead', 'ignored')),
        check (attempts >= 0)
      )
-- next statement
create index carryover_stripe_events_due on carryover_stripe_events (due_at, id)
-- next statement
create index carryover_stripe_events_status on carryover_stripe_events (status, id)
-- next statement
create index carryover_stripe_events_finished on carryover_stripe_events (status, finished_at, id)
-- next statement
insert into "carryover_schema_migrations" (component, number, name, checksum, statements_done, applied_at, tool_version)
values ('payments', 1, 'create-stripe-events', 'ed805058cf8dba89760673165724c4e875bb63a4d3265a66e191b57a92631589', 4, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), '0.1.0')
