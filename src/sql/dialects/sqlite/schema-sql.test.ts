import { expect, test } from 'vitest';
import { canonicalSql, tableParts } from './schema-sql.ts';

test('comments, case, line breaks and needless quotes do not count', () => {
  const plain = canonicalSql('create index a_b on t (a, b) where a > 1');
  expect(canonicalSql('CREATE INDEX "a_b"\n ON [t](`a`,b) -- why\n WHERE a>1 /* so */')).toBe(plain);
});

test('texts and names that need their quotes count as they are', () => {
  expect(canonicalSql(`select 'A -- b', "Odd Name" from t`)).toBe(`select 'A -- b' , "Odd Name" from t`);
});

test('a table is taken apart at its own commas only', () => {
  const text = `create table "t" (a integer default (max(1, 2)), b text check (b in ('x', 'y,)')), -- c text,
    primary key (a, b)) WITHOUT ROWID`;
  expect(tableParts(text)).toEqual({
    definitions: [
      'a integer default ( max ( 1 , 2 ) )',
      `b text check ( b in ( 'x' , 'y,)' ) )`,
      'primary key ( a , b )',
    ],
    options: 'without rowid',
  });
});

test('a column that ALTER TABLE put at the end is a definition like any other', () => {
  expect(tableParts('CREATE TABLE t (a int\n, b text)').definitions).toEqual(['a int', 'b text']);
});
