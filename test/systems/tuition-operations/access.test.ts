import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/base/actor.ts';
import { ROLES } from '../../../src/base/role.ts';
import { tuitionOperations } from '../../../src/systems/tuition/operations/index.ts';
import { Desk } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

const desks = ['server', 'staff', 'admin', 'super_admin'];
const office = ['server', 'admin', 'super_admin'];
const parents = ['server', 'user', 'staff', 'admin', 'super_admin'];

/** Who may call what. A user is a parent, who may name the own pupil and nobody else. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'check-in': desks,
  'reverse-attendance': desks,
  'cancel-session': desks,
  'record-payment': desks,
  'record-bulk-payment': desks,
  'void-payment': office,
  'refund-payment': office,
  'enrol-student': desks,
  'change-enrolment': desks,
  'set-financial-status': office,
  'adjust-grace': office,
  'block-enrolment': desks,
  'unblock-enrolment': desks,
  'freeze-enrolment': desks,
  'unfreeze-enrolment': desks,
  'grant-make-up': desks,
  'remind-debtors': office,
  'announce-gate': office,
  'credit-status': parents,
  'family-view': desks,
  'students-with-debt': desks,
  'who-would-be-refused-today': desks,
  'credit-report': office,
  'list-payments': parents,
  'monthly-settlement': office,
  attempts: desks,
  'audit-log': office,
};

describe('who may do what', () => {
  test('every operation lets in exactly the roles of this table', async () => {
    expect(tuitionOperations.map(({ name }) => name).toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
    // Of no pupil there is, so that whoever is let in changes nothing.
    const input = {
      key: 'k',
      studentId: '999999',
      groupId: '999999',
      paymentId: '999999',
      phone: '0',
      month: '2026-03',
    };
    for (const operation of tuitionOperations) {
      for (const role of [...ROLES, 'root']) {
        const actor: Actor = { kind: 'person', id: role === 'user' ? input.studentId : 'somebody' };
        const context = await desk.context(role === 'server' ? {} : { role, actor });
        const failure = await operation.run(context, input as never).then(
          () => undefined,
          (error: unknown) => (error as { readonly code?: string }).code,
        );
        const isAllowed = failure !== 'ROLE_INSUFFICIENT';
        expect(isAllowed, `${operation.name} as ${role}`).toBe(ALLOWED[operation.name]?.includes(role));
      }
    }
  });

  test('a parent sees the own pupil, and must name them', async () => {
    const own = await desk.enrolled();
    const other = await desk.enrolled();
    await desk.pay(own, '300.00');
    const { studentId, groupId } = own;
    const asParent = { role: 'user', actor: { kind: 'person', id: studentId } } as const;
    expect(await desk.run('credit-status', { studentId, groupId }, asParent)).toMatchObject({ sessionsPaidFor: '4' });
    expect(await desk.run('list-payments', { studentId }, asParent)).toMatchObject({ rows: [{ studentId }] });
    const refused = { code: 'ROLE_INSUFFICIENT' };
    const { studentId: otherId, groupId: otherGroup } = other;
    const named = { studentId: otherId, groupId: otherGroup };
    await expect(desk.run('credit-status', named, asParent)).rejects.toMatchObject(refused);
    await expect(desk.run('list-payments', { studentId: otherId }, asParent)).rejects.toMatchObject(refused);
    await expect(desk.run('list-payments', { groupId }, asParent)).rejects.toMatchObject(refused);
  });
});
