import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CrashPoint } from '../../../src/cutover/crash-points.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { ServedSchool, type SchoolServer } from './served-school.ts';

const ALL = { selection: { who: 'all' } };
const BACK = { ...ALL, acceptLosses: false, reason: 'a test' };
const WHOLE = { ...BACK, selection: { who: 'whole' } };
const FLAGS = '--instance test --system tuition';

let school: ServedSchool;
beforeAll(async () => {
  school = await ServedSchool.open();
});
afterAll(() => school.close());

/** A step that was confirmed by HTTP and whose server died of it. */
interface Died {
  readonly step: 'switch' | 'rollback';
  readonly key: string;
  readonly body: object;
}

/** Asks a server for a step, of which it dies. */
async function dieOf(
  server: SchoolServer,
  asked: { readonly step: Died['step']; readonly wish: object; readonly at: CrashPoint },
): Promise<Died> {
  const { step, wish, at } = asked;
  const died = { step, key: `${step} ${at}`, body: await confirmed(server, step, wish) };
  // Whether the answer still came out or not is chance; the caller asks again in either case.
  const answer = server.call('POST', `/${step}`, died).catch(() => undefined);
  await server.killed();
  await answer;
  return died;
}

async function confirmed(server: SchoolServer, step: Died['step'], wish: object): Promise<object> {
  const { body } = await server.call('POST', `/${step}/preview`, { body: wish });
  expect(body.gates.filter(({ open }: { open: boolean }) => !open)).toEqual([]);
  return { ...wish, token: body.token };
}

/** What the next server says of it, first while the dead one still counts as alive, then when its time is over. */
async function expectTruth(server: SchoolServer, died: Died, point: Point): Promise<void> {
  const again = await server.call('POST', `/${died.step}`, died);
  expect(again, died.key).toMatchObject({ status: 202, body: { action: died.step, actor: 'person:the-head' } });
  const at = `/actions/${again.body.id}`;
  expect((await server.call('GET', '')).body.runner, died.key).toMatchObject({ kind: 'run', alive: true });
  expect((await server.call('GET', at)).body, died.key).toMatchObject({ state: 'running', outcome: null });
  const other = await server.call('POST', `/${died.step}`, { ...died, key: `${died.key} again` });
  expect(other, died.key).toMatchObject({ status: 409 });

  await school.silence(120_000);
  const { body: look } = await server.call('GET', '');
  const { legacy, ledger } = await school.sides();
  expect(look, died.key).toMatchObject({
    run: point.run,
    accounts: { legacy: String(legacy.length * 2), ledger: String(ledger.length * 2) },
    ...(point.next === undefined ? {} : { nextCommand: `carryover ${point.next} ${FLAGS}` }),
  });
  expect(look.runner?.kind === 'run' && look.runner.alive, died.key).toBe(false);
  expect((await server.call('GET', at)).body, died.key).toMatchObject({ state: 'interrupted', outcome: null });
  const used = await server.call('POST', `/${died.step}`, { ...died, key: `${died.key} once more` });
  expect(used, died.key).toMatchObject({ status: 409, body: { code: 'CUTOVER_CONFIRMATION_REFUSED' } });
}

/** One pupil of each side is asked for: whoever may spend here may not spend there. */
async function expectOneSide(at: string): Promise<void> {
  const { legacy, ledger } = await school.sides();
  for (const [owner, inLedger] of [
    [legacy.at(-1), false],
    [ledger.at(-1), true],
  ] as const) {
    if (owner === undefined) continue;
    const found = [await school.spendsInLegacy(owner), await school.spendsInLedger(owner)];
    expect(found, `${at}: ${owner}`).toEqual([!inLedger, inLedger]);
  }
}

async function run(command: string): Promise<void> {
  const { exitCode, stderr } = await school.run(`${command} ${FLAGS}`);
  expect(exitCode, `${command}: ${stderr}`).toBe(0);
}

async function expectEqual(): Promise<void> {
  const { sweep, drift, lag, marksWaiting } = await school.live.watch();
  expect(sweep).toMatchObject({ different: 0n, unseen: [] });
  expect(drift).toMatchObject({ drifted: 0n });
  expect([lag.entries, marksWaiting]).toEqual([0n, 0n]);
  expect(await verifyLedger(school.live.database, { system: 'tuition' })).toMatchObject({ outcome: 'clean' });
}

/** What is true after a kill at a point, as the next server is to say it. */
interface Point {
  readonly at: CrashPoint;
  readonly run: object;
  /** Absent where it depends on what the jobs of the server have done by then. */
  readonly next?: string;
}

/**
 * The server dies at each point in turn. Each time the next one tells the truth, and is asked for the same again, of which it dies further on;
 * the last one stays.
 */
async function dieAtEach(points: readonly Point[], step: Died['step'], wish: object): Promise<void> {
  let server = await school.serve(points[0]?.at);
  for (const [index, point] of points.entries()) {
    const died = await dieOf(server, { step, wish, at: point.at });
    // However long the next server takes to start here, the dead one counts as alive until then.
    await school.silence(-300_000);
    server = await school.serve(points[index + 1]?.at);
    await expectTruth(server, died, point);
    await expectOneSide(point.at);
  }
  await server.end();
}

test(
  'a server killed in the middle of a switch leaves nobody on both sides, is told as gone, and the next one or the command line goes on',
  { timeout: 400_000 },
  async () => {
    const points: readonly Point[] = [
      { at: 'switch:guard-made', run: { stage: 'verify', state: 'done' }, next: 'switch --percent 5' },
      { at: 'switch:slice:after-commit', run: { stage: 'switch', state: 'running' }, next: 'watch' },
      { at: 'switch:slice:flipped', run: { stage: 'switch', state: 'running' }, next: 'watch' },
    ];
    await dieAtEach(points, 'switch', ALL);
    await run('switch --all');
    expect((await school.sides()).legacy).toEqual([]);
    await expectOneSide('all');
    await expectEqual();
  },
);

test(
  'a server killed in the middle of taking accounts back leaves nobody on both sides, and either goes on with it',
  { timeout: 400_000 },
  async () => {
    const points: readonly Point[] = [
      { at: 'return:slice:after-commit', run: { stage: 'switch', state: 'done' } },
      { at: 'return:slice:flipped', run: { stage: 'switch', state: 'done' } },
    ];
    await dieAtEach(points, 'rollback', BACK);
    await run('rollback --all');
    expect((await school.sides()).ledger).toEqual([]);
    await expectOneSide('none');
    await expectEqual();
  },
);

test(
  'a server killed in the middle of removing the whole is told as gone, and the command line removes the rest',
  { timeout: 400_000 },
  async () => {
    const point: Point = { at: 'rollback:erase:after-commit', run: { state: 'rolling-back' }, next: 'rollback' };
    await dieAtEach([point], 'rollback', WHOLE);
    await run('rollback');
    const server = await school.serve();
    expect((await server.call('GET', '')).body).toMatchObject({ run: { state: 'rolled-back' }, runner: null });
    await server.end();
    expect(await school.spendsInLegacy('1:1')).toBe(true);
  },
);
