import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Role } from '../../../../src/base/role.ts';
import { openServedCafe, type ServedCafe } from '../../http-cutover/served-cafe.ts';
import { openStream } from '../../http-cutover/event-stream.ts';
import type { Answered, Asked } from '../test-server.ts';
import type { Elsewhere, World } from './elsewhere.ts';

/** One owner of the café for each answer that moves somebody, so that none depends on another. */
const OWNER = { switched: '1', previewed: '2', returned: '3', told: '4' };

/** A café whose cutover was verified, with one row that could not be carried. */
class Cutover {
  readonly cafe: ServedCafe;
  #keys = 0;

  constructor(cafe: ServedCafe) {
    this.cafe = cafe;
  }

  static async open(): Promise<Cutover> {
    const cafe = await openServedCafe();
    await cafe.first.service.database.write(async (trx) => {
      await sql`update stamps set amount = 0 where stamp_id = 34`.execute(trx);
    });
    await cafe.migrate();
    return new Cutover(cafe);
  }

  close(): Promise<void> {
    return this.cafe.close();
  }

  async ask(path: string, { method = 'GET', as = 'staff', body, headers = {} }: Asked = {}): Promise<Answered> {
    const { server } = this.cafe.first;
    const answer = await server.inject({
      method: method as 'GET',
      url: `/api/cutovers${path}`,
      headers: {
        authorization: `Bearer ${await this.cafe.first.keyOf(as)}`,
        ...(method === 'GET' ? {} : { 'idempotency-key': `elsewhere-${(this.#keys += 1)}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const said = answer.body === '' ? { text: '' } : (JSON.parse(answer.body) as Record<string, unknown>);
    return { status: answer.statusCode, headers: answer.headers, body: said };
  }

  post(path: string, body: object | undefined, as: Role = 'super_admin'): Promise<Answered> {
    return this.ask(path, { method: 'POST', as, ...(body === undefined ? {} : { body }) });
  }

  /** Previews a step and answers its token. */
  async token(step: 'switch' | 'rollback', body: object): Promise<unknown> {
    const { status, body: shown } = await this.post(`/stamps/${step}/preview`, body);
    expect(shown, JSON.stringify(shown)).toMatchObject({ token: expect.any(String) as unknown });
    expect(status).toBe(200);
    return shown['token'];
  }

  /** Takes a step and waits until it ended. */
  async done(step: 'switch' | 'rollback', body: object): Promise<Answered> {
    const accepted = await this.post(`/stamps/${step}`, { ...body, token: await this.token(step, body) });
    await this.ended(accepted);
    return accepted;
  }

  async ended(accepted: Answered): Promise<void> {
    expect(accepted.status, JSON.stringify(accepted.body)).toBe(202);
    await this.cafe.ended({ ...accepted, body: accepted.body });
  }
}

const of = (owner: string): { readonly selection: object } => ({ selection: { who: 'owners', owners: [owner] } });
const back = (owner: string): object => ({ ...of(owner), acceptLosses: false, reason: 'a test of answers' });

const reading = (path: string, says: object): ((cutover: Cutover) => Elsewhere) => {
  return (cutover) => ({ ask: (headers = {}) => cutover.ask(path, { headers }), says });
};

/** Answers that need a cutover on its way. */
export const cutoverAnswers: World<Cutover> = {
  title: 'with a cutover on its way',
  open: () => Cutover.open(),
  close: (cutover) => cutover.close(),
  answers: {
    'cutover.list': reading('', { rows: [{ system: 'stamps', run: { stage: 'verify', state: 'done' } }] }),
    'cutover.show': reading('/stamps', { system: 'stamps', verification: { accounts: '24' } }),
    'cutover.findings': (cutover) => ({
      ask: (headers = {}) => cutover.ask('/stamps/findings?code=negative-card&limit=1', { headers }),
      says: { rows: [{ code: 'negative-card', severity: 'review' }] },
    }),
    'cutover.quarantine': reading('/stamps/quarantine?limit=1', {
      rows: [{ source: 'stamps:34', table: 'stamps', reason: 'bad-amount' }],
      next: null,
    }),
    'cutover.events': (cutover) => ({
      async ask() {
        const stream = await openStream(cutover.cafe.first, '1');
        const told = await stream.until(({ event }) => event === 'journal');
        const headers = { 'content-type': stream.contentType ?? '' };
        return { status: 200, headers, body: { first: told.at(-1) } };
      },
      // The line after the one that the reader says it has.
      says: { first: { event: 'journal', id: '2' } },
    }),
    async 'cutover.pause'(cutover) {
      await run(cutover, 'running');
      return {
        ask: () => cutover.post('/stamps/pause', { reason: 'the doors are open' }, 'admin'),
        says: { system: 'stamps', run: { paused: true, pauseReason: 'the doors are open' } },
        after: () => run(cutover, 'done'),
      };
    },
    async 'cutover.resume'(cutover) {
      await run(cutover, 'running');
      await cutover.post('/stamps/pause', { reason: 'for a moment' }, 'admin');
      return {
        ask: () => cutover.post('/stamps/resume', undefined, 'admin'),
        says: { system: 'stamps', run: { paused: false, pauseReason: null } },
        after: () => run(cutover, 'done'),
      };
    },
    'cutover.retry-quarantine': (cutover) => ({
      ask: () => cutover.post('/stamps/quarantine/retry', undefined, 'admin'),
      says: { system: 'stamps', action: 'retry-quarantine', selection: null, actor: 'person:the-admin' },
      after: (accepted) => cutover.ended(accepted),
    }),
    async 'cutover.actions'(cutover) {
      const { body } = await cutover.done('switch', of(OWNER.told));
      const row = { id: body['id'], action: 'switch', selection: '1 owners', state: 'done' };
      return reading('/stamps/actions?limit=1', { rows: [row] })(cutover);
    },
    async 'cutover.action'(cutover) {
      const { body } = await cutover.done('rollback', back(OWNER.told));
      const says = { id: body['id'], action: 'rollback', state: 'done', outcome: { returned: '2' } };
      return reading(`/stamps/actions/${String(body['id'])}`, says)(cutover);
    },
    'cutover.preview-switch': (cutover) => ({
      ask: () => cutover.post('/stamps/switch/preview', of(OWNER.previewed)),
      says: { system: 'stamps', selection: '1 owners', owners: '1', accounts: '2', cohort: 'owner-2' },
    }),
    async 'cutover.switch'(cutover) {
      const named = { ...of(OWNER.switched), cohort: 'first-in-line' };
      const token = await cutover.token('switch', named);
      return {
        ask: () => cutover.post('/stamps/switch', { ...named, token }),
        says: { action: 'switch', selection: '1 owners', cohort: 'first-in-line', actor: 'person:the-super_admin' },
        after: (accepted) => cutover.ended(accepted),
      };
    },
    async 'cutover.preview-rollback'(cutover) {
      await cutover.done('switch', of(OWNER.previewed));
      return {
        ask: () => cutover.post('/stamps/rollback/preview', back(OWNER.previewed)),
        says: { selection: '1 owners', owners: '1', accounts: '2', losses: [] },
      };
    },
    async 'cutover.rollback'(cutover) {
      await cutover.done('switch', of(OWNER.returned));
      const token = await cutover.token('rollback', back(OWNER.returned));
      return {
        ask: () => cutover.post('/stamps/rollback', { ...back(OWNER.returned), token }),
        says: { action: 'rollback', selection: '1 owners', actor: 'person:the-super_admin' },
        after: (accepted) => cutover.ended(accepted),
      };
    },
  },
};

/** Has the run look as if a process worked on it, or as it was. */
async function run({ cafe }: Cutover, state: 'running' | 'done'): Promise<void> {
  await cafe.first.service.database.write(async (trx) => {
    await sql`update ${sql.table('carryover_cutovers')} set state = ${state}`.execute(trx);
  });
}
