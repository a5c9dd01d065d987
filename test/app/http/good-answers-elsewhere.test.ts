import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TSchema } from 'typebox';
import { checkValue } from '../../../src/base/check-value.ts';
import { documentedOperations } from './documented-operations.ts';
import { cutoverAnswers } from './elsewhere/cutover-answers.ts';
import type { World } from './elsewhere/elsewhere.ts';
import { noticeAnswers } from './elsewhere/notice-answers.ts';
import { paymentAnswers } from './elsewhere/payment-answers.ts';
import { samples } from './samples/index.ts';

const operations = new Map((await documentedOperations()).map((operation) => [operation.name, operation]));

test('every route whose good answer needs another world has it here', () => {
  const meant = [...operations.keys()].filter((name) => samples[name]?.isElsewhere === true);
  const met = [paymentAnswers, cutoverAnswers, noticeAnswers].flatMap(({ answers }) => Object.keys(answers));
  expect(met.toSorted()).toEqual(meant.toSorted());
});

describeWorld(paymentAnswers);
describeWorld(cutoverAnswers);
describeWorld(noticeAnswers);

function describeWorld<Inside>(world: World<Inside>): void {
  describe(world.title, () => {
    let inside: Inside;

    beforeAll(async () => {
      inside = await world.open();
    });
    afterAll(() => world.close(inside));

    test.each(Object.entries(world.answers))(
      '%s answers what its schema says, of what was asked',
      async (name, elsewhere) => {
        const { goodStatus, goodSchema, isTagged } = operations.get(name) ?? {};
        const { ask, says, after } = await elsewhere(inside);
        const answered = await ask();
        expect(answered, JSON.stringify(answered.body)).toMatchObject({ status: goodStatus, body: says });
        if (goodSchema !== undefined) {
          expect(answered.headers['content-type']).toMatch(/^application\/json/);
          expect(checkValue(goodSchema as TSchema, answered.body)).toEqual({ value: answered.body });
        }
        await after?.(answered);
        if (isTagged === true)
          expect(await ask({ 'if-none-match': '*' })).toMatchObject({ status: 304, body: { text: '' } });
      },
    );
  });
}
