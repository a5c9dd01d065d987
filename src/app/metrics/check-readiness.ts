import { setTimeout as delay } from 'node:timers/promises';
import { CarryoverError } from '../../base/errors.ts';
import { coreMigrations } from '../../cutover/index.ts';
import { pendingMigrations } from '../../sql/schema-migrator.ts';
import type { RunningScheduler } from '../jobs/scheduler.ts';
import { servingMigrations } from '../serving-migrations.ts';
import type { ServedInstance } from '../served-instance.ts';

/** One thing that must hold for requests to be sent here. */
export interface ReadinessCheck {
  readonly name: 'database' | 'schema' | 'scheduler';
  readonly ok: boolean;
  /** A few words for people; no address, no user and no text of a driver is in it. */
  readonly detail: string;
}

/** Whether a process is ready to serve. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly ReadinessCheck[];
}

/** What is checked, and how long it may take. */
export interface ReadinessOptions {
  /** Absent in a process that starts no jobs; then it is no condition. */
  readonly scheduler?: Pick<RunningScheduler, 'isAlive' | 'lookAgeMs'>;
  /** How long the database may take for both of its checks. A load balancer's own limit must be longer, or it learns nothing. */
  readonly limitMs?: number;
}

const LIMIT_MS = 2_000;

/** Checks that the database answers in time, that its tables are of this release, and that jobs are started. Never rejects. */
export async function checkReadiness(
  service: Pick<ServedInstance, 'database'>,
  { scheduler, limitMs = LIMIT_MS }: ReadinessOptions = {},
): Promise<Readiness> {
  const database = await within(limitMs, 'database', async () => {
    await service.database.dialect.statements.serverNow(service.database.handle);
    return { ok: true, detail: 'answers' };
  });
  const schema: ReadinessCheck = database.ok
    ? await within(limitMs, 'schema', async () => {
        const pending = await pendingMigrations(service.database, [...coreMigrations, ...servingMigrations]);
        const detail = pending.length === 0 ? 'up to date' : `${pending.length} migrations are still to be applied`;
        return { ok: pending.length === 0, detail };
      })
    : { name: 'schema', ok: false, detail: 'not looked at: the database does not answer' };
  const checks = [database, schema, ...(scheduler === undefined ? [] : [schedulerCheck(scheduler)])];
  return { ready: checks.every(({ ok }) => ok), checks };
}

function schedulerCheck(scheduler: Pick<RunningScheduler, 'isAlive' | 'lookAgeMs'>): ReadinessCheck {
  const seconds = Math.round(scheduler.lookAgeMs() / 1000);
  return { name: 'scheduler', ok: scheduler.isAlive(), detail: `last looked for due jobs ${seconds} s ago` };
}

async function within(
  limitMs: number,
  name: ReadinessCheck['name'],
  check: () => Promise<Omit<ReadinessCheck, 'name'>>,
): Promise<ReadinessCheck> {
  const late = new AbortController();
  const timeout = delay(limitMs, { ok: false, detail: `no answer within ${limitMs} ms` }, { signal: late.signal });
  // Whichever comes second is of no interest any more, also where it fails.
  timeout.catch(() => undefined);
  const answer = check().catch((error: unknown) => ({ ok: false, detail: failureIn(error) }));
  const first = await Promise.race([answer, timeout]);
  late.abort();
  return { name, ...first };
}

function failureIn(error: unknown): string {
  return error instanceof CarryoverError ? error.code : 'does not answer';
}
