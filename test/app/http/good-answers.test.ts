import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TSchema } from 'typebox';
import { checkValue } from '../../../src/base/check-value.ts';
import { documentedOperations } from './documented-operations.ts';
import { samples } from './samples/index.ts';
import { World } from './samples/sample.ts';
import { TestService } from './test-service.ts';

const operations = await documentedOperations();

describe('what the document promises where all goes well', () => {
  let world: World;

  beforeAll(async () => {
    const policy = { purchases: { allowed: 'everybody' } };
    world = new World(await TestService.open({ systems: { tuition: {}, billing: { policy } } }));
  });
  afterAll(() => world.app.close());

  test('every route has a sample, and every sample has a route', () => {
    expect(operations.length).toBeGreaterThan(70);
    expect(Object.keys(samples).toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
  });

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s answers what its schema says, no more and no less',
    async (name, { goodStatus, goodSchema }) => {
      const sample = samples[name];
      if (sample === undefined) throw new Error(`${name} has no sample.`);
      const { status, body, headers } = await world.ask(name, await sample.request(world), { as: sample.as });
      expect([status, body['code'], body['detail']]).toEqual([goodStatus, body['code'], body['detail']]);
      if (goodSchema === undefined) return;
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(checkValue(goodSchema as TSchema, body)).toEqual({ value: body });
    },
  );
});
