import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import { sampleTraps } from '../../../src/systems/tuition/sample-school/sample-traps.ts';
import { test } from '../../sql/database-fixture.ts';
import { carry } from './carry-school.ts';
import { policyWith } from './legacy-queries.ts';
import { school } from './school.ts';

const page = readFileSync(new URL('../../../docs/systems/tuition.md', import.meta.url), 'utf8');

test('the page tells every finding with its weight, and no other', () => {
  const told = [...chapter('Findings').matchAll(/^\| `([a-z-]+)` +\| (\w+) +\|/gm)].map(
    ([, code, severity]) => `${code} ${severity}`,
  );
  expect(told.toSorted()).toEqual(tuitionSystem.findings.map(({ code, severity }) => `${code} ${severity}`).toSorted());
});

test('the page tells every reason for which a row is not carried, and no other', () => {
  const told = [
    ...chapter('Rows that are not carried').matchAll(/^\|[^|]*\| `([a-z-]+)` +\| (?:quarantined|left out)/gm),
  ].map(([, reason = '']) => reason);
  const reasons = tuitionSystem.facts.flatMap(({ reasons: ofTable }) => Object.keys(ofTable));
  expect(told.toSorted()).toEqual(reasons.toSorted());
});

test('the page tells every legacy column and whether it is needed', () => {
  const rows = [...chapter('Legacy tables').matchAll(/^\| (?:`(\w+)`)? +\| (`.+`.*?) +\| (yes|–) +\|/gm)];
  let table = '';
  const told = rows.flatMap(([, name, columns = '', needed]) => {
    table = name ?? table;
    const names = [...columns.replaceAll(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, column]) => column);
    return names.map((column) => `${table}.${column} ${needed === 'yes' ? 'needed' : 'spare'}`);
  });
  const read = tuitionSystem.legacy.flatMap(({ name, columns }) =>
    columns.map((column) => `${name}.${column.name} ${column.required ? 'needed' : 'spare'}`),
  );
  expect(told.toSorted()).toEqual(read.toSorted());
});

test('the page tells every setting of the policy', () => {
  const told = [...chapter('Policy').matchAll(/^\| (`[^|]+`) *\|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name),
  );
  expect(told.toSorted()).toEqual(settings(policyWith({}), '').toSorted());
});

test('the page tells every line from T-01 to T-44 once, and the traps of the sample school are among them', () => {
  const told = [...page.matchAll(/^- \*\*(T-\d\d)\*\*/gm)].map(([, line = '']) => line);
  expect(told.toSorted()).toEqual(Array.from({ length: 44 }, (_, index) => `T-${String(index + 1).padStart(2, '0')}`));
  expect(sampleTraps.filter(({ line }) => !told.includes(line))).toEqual([]);
});

test('the page tells every rollback limit', () => {
  for (const { name } of tuitionSystem.rollbackLimits)
    expect(chapter('What legacy could not hold')).toContain(`\`${name}\``);
});

test('the queries of the page run as they stand', async ({ db }) => {
  await school().pupil().paid('2026-04', 300).attended(9).write(db);
  await carry(db);
  const queries = [...page.matchAll(/```sql\n([^`]+?);?\n```/g)].map(([, query = '']) => query);
  expect(queries).toHaveLength(3);
  for (const query of queries) expect((await sql.raw(query).execute(db.handle)).rows, query).not.toEqual([]);
});

function chapter(title: string): string {
  const start = page.indexOf(`\n## ${title}\n`);
  if (start < 0) throw new Error(`The page has no chapter "${title}".`);
  const end = page.indexOf('\n## ', start + 1);
  return page.slice(start, end < 0 ? undefined : end);
}

function settings(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const isGroup = typeof inner === 'object' && inner !== null && !Array.isArray(inner) && name !== 'groups';
    return isGroup ? settings(inner, `${prefix}${name}.`) : [`${prefix}${name}`];
  });
}
