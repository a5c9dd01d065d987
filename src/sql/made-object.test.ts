import { expect, test } from 'vitest';
import { isRepeatable, madeObject } from './made-object.ts';

test.each([
  ['create table a_b (id integer)', { kind: 'table', name: 'a_b', table: 'a_b' }],
  ['CREATE TABLE IF NOT EXISTS `a` (id integer)', { kind: 'table', name: 'a', table: 'a' }],
  ['create view "v" as select 1', { kind: 'view', name: 'v', table: 'v' }],
  ['create index i on t (a)', { kind: 'index', name: 'i', table: 't' }],
  ['create unique index "i" on "t" (a)', { kind: 'index', name: 'i', table: 't' }],
  ['create trigger r before update on t for each row begin end', { kind: 'trigger', name: 'r', table: 't' }],
  ['create trigger `r`\n before delete\n on `t` for each row set @on = 1', { kind: 'trigger', name: 'r', table: 't' }],
  ['alter table t add column c integer', { kind: 'column', name: 'c', table: 't' }],
])('%s', (statement, object) => {
  expect(madeObject(statement)).toEqual(object);
  expect(isRepeatable(statement)).toBe(false);
});

test.each(['create or replace view v as select 1', 'drop trigger if exists r', '  DROP VIEW IF EXISTS v'])(
  '%s may be run again',
  (statement) => {
    expect(madeObject(statement)).toBeUndefined();
    expect(isRepeatable(statement)).toBe(true);
  },
);

test.each(['insert into t values (1)', 'drop table t', 'alter table t drop column c'])('%s may not', (statement) => {
  expect(madeObject(statement)).toBeUndefined();
  expect(isRepeatable(statement)).toBe(false);
});
