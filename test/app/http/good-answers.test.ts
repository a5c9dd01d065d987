import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TSchema } from 'typebox';
import { checkValue } from '../../../src/base/check-value.ts';
import { documentedOperations } from './documented-operations.ts';
import { samples } from './samples/index.ts';
import { World } from './samples/sample.ts';
import { TestServer } from './test-server.ts';

const operations = await documentedOperations();

describe('what the document promises where all goes well', () => {
  let world: World;

  beforeAll(async () => {
    const policy = { purchases: { allowed: 'everybody' } };
    world = new World(await TestServer.open({ systems: { tuition: {}, billing: { policy } } }));
  });
  afterAll(() => world.app.close());

  test('every route has a sample', () => {
    expect(operations.length).toBeGreaterThan(70);
    for (const { name } of operations)
      if (samples[name] === undefined) throw new Error(`${name} has no sample. Add one to test/app/http/samples.`);
  });

  test.each(
    operations
      .filter(({ name }) => samples[name]?.isElsewhere !== true)
      .map((operation) => [operation.name, operation] as const),
  )('%s answers what its schema says, no more and no less', async (name, { goodStatus, goodSchema, isTagged }) => {
    const sample = samples[name];
    if (sample === undefined) throw new Error(`${name} has no sample.`);
    const parts = await sample.request(world);
    const { status, body, headers } = await world.ask(name, parts, { as: sample.as });
    expect([status, body['code'], body['detail']]).toEqual([goodStatus, body['code'], body['detail']]);
    if (goodSchema === undefined) return;
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(checkValue(goodSchema as TSchema, body)).toEqual({ value: body });
    if (!isTagged) return;
    const again = await world.ask(name, parts, { as: sample.as, headers: { 'if-none-match': '*' } });
    expect([again.status, again.body]).toEqual([304, { text: '' }]);
  });
});
