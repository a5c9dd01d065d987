import { expect, test } from 'vitest';
import { StatementCache } from './statement-cache.ts';

const one = { sql: 'select a from t where b = $1', types: [20] };

test('a statement gets a name when it comes a second time, and keeps it', () => {
  const cache = new StatementCache();
  expect(cache.find(one).name).toBe('');
  const kept = cache.find(one);
  expect(kept.name).not.toBe('');
  expect(cache.find(one)).toBe(kept);
});

test('the types of the parameters are part of a statement', () => {
  const cache = new StatementCache();
  const other = { ...one, types: [0] };
  for (const statement of [one, other]) cache.find(statement);
  expect(cache.find(one).name).not.toBe(cache.find(other).name);
});

test('a statement that selects every column is never kept, one that counts rows is', () => {
  const cache = new StatementCache();
  const all = { sql: 'select * from t', types: [] };
  const count = { sql: 'select count(*) from t', types: [] };
  for (let round = 0; round < 3; round += 1) {
    expect(cache.find(all).name).toBe('');
    cache.find(count);
  }
  expect(cache.find(count).name).not.toBe('');
});

test('a forgotten statement is closed once and never gets its old name again', () => {
  const cache = new StatementCache();
  cache.find(one);
  const { name } = cache.find(one);
  cache.forget(one);
  expect(cache.takeStale()).toEqual([name]);
  expect(cache.takeStale()).toEqual([]);
  cache.find(one);
  expect(cache.find(one).name).not.toBe(name);
});

test('the statement unused for longest is closed when there are too many', () => {
  const cache = new StatementCache();
  cache.find(one);
  const { name } = cache.find(one);
  for (let index = 0; index < 127; index += 1) {
    cache.find({ sql: `select ${index}`, types: [] });
    cache.find({ sql: `select ${index}`, types: [] });
  }
  expect(cache.takeStale()).toEqual([]);
  cache.find({ sql: 'select 127', types: [] });
  expect(cache.takeStale()).toEqual([name]);
});
