import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PAGE_MODULES, pageModule } from './page-modules.ts';

const folder = fileURLToPath(new URL('./page/', import.meta.url));

test('every module of the page is sent, and none besides', () => {
  const files = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
  expect(PAGE_MODULES.map((name) => `${name}.ts`).toSorted()).toEqual(files.toSorted());
});

test('a module as it is sent has no types and loads only modules that are sent', async () => {
  const sent = new Set<string>(PAGE_MODULES.map((name) => `./${name}.js`));
  for (const name of PAGE_MODULES) {
    const text = await pageModule(name);
    expect(text).not.toMatch(/^(?:export )?(?:interface|type) /m);
    const loaded = Array.from(text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g), ([, path = '']) => path);
    expect(loaded.filter((path) => !sent.has(path))).toEqual([]);
  }
});

test('the compiled page will load what the source does: imports of values have the suffix that the compiler rewrites', () => {
  for (const name of PAGE_MODULES) {
    const source = readFileSync(`${folder}${name}.ts`, 'utf8');
    for (const [, path] of source.matchAll(/from '(\.[^']+)'/g)) expect(path).toMatch(/\.ts$/);
  }
});
