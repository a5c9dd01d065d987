import { Instant } from '../../../../src/base/instant.ts';
import {
  insertLegacyRows,
  type LegacyValue,
} from '../../../../src/systems/tuition/sample-school/insert-legacy-rows.ts';
import type { Parts, Sample, World } from './sample.ts';

const reason = 'the sample of a route';

/** Somebody in a group, as paths name them. */
interface Enrolled {
  readonly studentId: string;
  readonly groupId: string;
}

/** A group whose session of today begins in five minutes, so that its door is open. */
async function group(world: World): Promise<{ readonly groupId: string; readonly date: string }> {
  const { database } = world.app.service;
  const now = await database.dialect.statements.serverNow(database.handle);
  const begins = now.plusMillis(300_000).inZone('Africa/Cairo');
  const day = begins.toLocaleString('en', { weekday: 'long' });
  const time = `${begins.toPlainTime().toString().slice(0, 5)}:00`;
  const id = BigInt(world.number() + 100);
  await insertRow(world, 'groups', [id, `Group ${id}`, 1n, 1n, day, time, 90n, 30_000n, 3_000n, 1n]);
  return { groupId: id.toString(), date: begins.toPlainDate().toString() };
}

async function student(world: World, phone: string | null = null): Promise<string> {
  const id = BigInt(world.number() + 100);
  const since = Instant.parse('2026-01-01T08:00:00Z');
  await insertRow(world, 'students', [id, `C${id}`, `Pupil number ${id}`, phone, 1n, since, since]);
  world.app.secrets.add(`Pupil number ${id}`, ...(phone === null ? [] : [phone]));
  return id.toString();
}

async function insertRow({ app }: World, table: string, row: readonly LegacyValue[]): Promise<void> {
  const { database } = app.service;
  await database.write((trx) => insertLegacyRows(database, trx, { table, rows: [row] }));
}

async function enrolled(world: World, phone?: string): Promise<Enrolled & { readonly date: string }> {
  const { groupId, date } = await group(world);
  const studentId = await student(world, phone);
  await world.call('tuition.enrol-student', { body: { studentId, groupId } });
  return { studentId, groupId, date };
}

async function paid(world: World): Promise<{ readonly paymentId: string }> {
  const { studentId, groupId } = await enrolled(world);
  const { paymentId } = await world.call('tuition.record-payment', { body: { studentId, groupId, amount: '300' } });
  return { paymentId: String(paymentId) };
}

/** A request about an enrolment, with this body. */
function onEnrolment(body: object, before?: { readonly name: string; readonly body: object }): Sample {
  return {
    as: 'admin',
    async request(world) {
      const { studentId, groupId } = await enrolled(world);
      const params = { studentId, groupId };
      if (before !== undefined) await world.call(before.name, { params, body: before.body });
      return { params, body };
    },
  };
}

const owing = async (world: World): Promise<Parts> => {
  const { studentId } = await enrolled(world);
  await world.call('tuition.check-in', { body: { studentId } });
  return { query: { studentId } };
};

const FREEZE = { until: '2100-01-01T00:00:00Z', reason };

/** A request for each route of tuition. */
export const tuitionSamples: Readonly<Record<string, Sample>> = {
  'tuition.check-in': {
    as: 'staff',
    request: async (world) => ({ body: { code: `C${(await enrolled(world)).studentId}` } }),
  },
  'tuition.reverse-attendance': {
    as: 'staff',
    async request(world) {
      const { studentId, groupId, date } = await enrolled(world);
      await world.call('tuition.record-payment', { body: { studentId, groupId, amount: '300' } });
      await world.call('tuition.check-in', { body: { studentId, groupId } });
      return { params: { studentId, groupId, date }, body: { reason } };
    },
  },
  'tuition.cancel-session': {
    as: 'staff',
    async request(world) {
      const { groupId, date } = await enrolled(world);
      return { params: { groupId, date }, body: { reason } };
    },
  },
  'tuition.record-payment': {
    as: 'staff',
    async request(world) {
      const { studentId, groupId } = await enrolled(world);
      return { body: { studentId, groupId, amount: '300.00', note: 'paid at the desk' } };
    },
  },
  'tuition.list-payments': {
    as: 'staff',
    async request(world) {
      await paid(world);
      return { query: { limit: '5' } };
    },
  },
  'tuition.record-bulk-payment': {
    as: 'staff',
    request: async (world) => ({ params: { groupId: (await enrolled(world)).groupId }, body: {} }),
  },
  'tuition.void-payment': { as: 'admin', request: async (world) => ({ params: await paid(world), body: { reason } }) },
  'tuition.refund-payment': {
    as: 'admin',
    request: async (world) => ({ body: { ...(await paid(world)), amount: '10', reason } }),
  },
  'tuition.enrol-student': {
    as: 'staff',
    async request(world) {
      const { groupId } = await group(world);
      return { body: { studentId: await student(world), groupId, customFee: '250' } };
    },
  },
  'tuition.change-enrolment': onEnrolment({ action: 'leave', reason }),
  'tuition.set-financial-status': onEnrolment({ financialStatus: 'exempt', reason }),
  'tuition.adjust-grace': onEnrolment({ newBalance: 3, reason }),
  'tuition.block-enrolment': onEnrolment({ reason }),
  'tuition.unblock-enrolment': onEnrolment(
    { until: '2100-01-01T00:00:00Z', reason },
    { name: 'tuition.block-enrolment', body: { reason } },
  ),
  'tuition.freeze-enrolment': onEnrolment(FREEZE),
  'tuition.unfreeze-enrolment': onEnrolment({ reason }, { name: 'tuition.freeze-enrolment', body: FREEZE }),
  'tuition.grant-make-up': onEnrolment({ sessions: 1, reason }),
  'tuition.credit-status': {
    as: 'staff',
    async request(world) {
      const { studentId, groupId } = await enrolled(world);
      return { params: { studentId, groupId } };
    },
  },
  'tuition.family-view': {
    as: 'staff',
    async request(world) {
      const phone = '+201001234567';
      await enrolled(world, phone);
      return { body: { phone } };
    },
  },
  'tuition.students-with-debt': { as: 'staff', request: owing },
  'tuition.who-would-be-refused-today': { as: 'staff', request: () => ({}) },
  'tuition.credit-report': { as: 'admin', request: owing },
  'tuition.monthly-settlement': { as: 'admin', request: () => ({ params: { month: '2026-10' } }) },
  'tuition.attempts': { as: 'staff', request: owing },
  'tuition.audit-log': { as: 'admin', request: owing },
  'tuition.remind-debtors': { as: 'admin', request: () => ({ body: {} }) },
  'tuition.announce-gate': { as: 'admin', request: () => ({ body: { date: '2026-12-01' } }) },
  'tuition.kiosk': { as: 'user', request: () => ({}) },
  'tuition.kiosk-styles': { as: 'user', request: () => ({}) },
  'tuition.kiosk-module': { as: 'user', request: () => ({ params: { module: 'kiosk.js' } }) },
};
