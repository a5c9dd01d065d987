import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';

/** What the throttle allows before a run stands still. */
export interface ThrottleLimits {
  /** How long a write of our own may take, in milliseconds, whatever it took at first. */
  readonly canaryMsMax: number;
  /** And how many times as long as when the run began. */
  readonly canaryFactorMax: number;
  /** Sessions that may wait for locks at once. */
  readonly lockWaitersMax: number;
  /** How far the slowest replica may be behind, in milliseconds. */
  readonly replicaLagMsMax: number;
}

/** Defaults of `ThrottleLimits`. Lower ones stand still for noise, higher ones let the application feel the run. */
export const throttleDefaults: ThrottleLimits = {
  canaryMsMax: 200,
  canaryFactorMax: 20,
  lockWaitersMax: 5,
  replicaLagMsMax: 10_000,
};

/** Where waiting is no answer any more, and a switch stops for good. */
export const haltThresholds: ThrottleLimits = {
  canaryMsMax: 2_000,
  canaryFactorMax: 400,
  lockWaitersMax: 50,
  replicaLagMsMax: 60_000,
};

/** Looks no oftener: the look itself is a write. */
const LOOK_EVERY_MS = 250;
const FIRST_LOOKS = 3;
/** Writes faster than this are the noise of a machine at rest, and no measure for a factor. */
const CANARY_MS_MIN = 5;

/**
 * Says why a run should stand still for a moment, by what the application feels: a small write of our own as the application makes them,
 * how many sessions wait for locks, and how far replicas are behind. A reason is given at most until the next look, so a run goes on as soon
 * as the cause is gone.
 */
export class Throttle {
  readonly #database: Database;
  readonly #system: string;
  readonly #limits: ThrottleLimits;
  readonly #firstMs: number[] = [];
  #lookedMs = Number.NEGATIVE_INFINITY;
  #reason: string | undefined;

  constructor(database: Database, system: string, limits: Partial<ThrottleLimits> = {}) {
    this.#database = database;
    this.#system = system;
    this.#limits = { ...throttleDefaults, ...limits };
  }

  /** A reason to wait, or undefined to go on. */
  async reason(): Promise<string | undefined> {
    if (performance.now() - this.#lookedMs < LOOK_EVERY_MS) return this.#reason;
    this.#reason = await this.#look();
    this.#lookedMs = performance.now();
    return this.#reason;
  }

  async #look(): Promise<string | undefined> {
    const { canaryMsMax, canaryFactorMax, lockWaitersMax, replicaLagMsMax } = this.#limits;
    const canaryMs = await this.#writeCanary();
    if (this.#firstMs.length < FIRST_LOOKS) this.#firstMs.push(canaryMs);
    const usual = Math.max(CANARY_MS_MIN, Math.min(...this.#firstMs));
    const allowed = Math.min(canaryMsMax, usual * canaryFactorMax);
    if (canaryMs > allowed)
      return `a small write takes ${Math.round(canaryMs)} ms, against at most ${Math.round(allowed)} ms`;
    const { lockWaiters, replicaLagMs } = await this.#database.dialect.introspection.pressure(this.#database.handle);
    if (lockWaiters > lockWaitersMax)
      return `${lockWaiters} sessions wait for locks, against at most ${lockWaitersMax}`;
    if (replicaLagMs !== undefined && replicaLagMs > replicaLagMsMax) {
      return `a replica is ${Math.round(replicaLagMs / 1000)} s behind, against at most ${Math.round(replicaLagMsMax / 1000)} s`;
    }
    return undefined;
  }

  async #writeCanary(): Promise<number> {
    const { expressions } = this.#database.dialect;
    const startedMs = performance.now();
    await this.#database.write(async (trx) => {
      const { numAffectedRows } =
        await sql`update ${sql.table('carryover_canary')} set written_at = ${expressions.now()}
        where system_name = ${this.#system}`.execute(trx);
      if (numAffectedRows === 1n) return;
      await sql`insert into ${sql.table('carryover_canary')} (system_name, written_at) values (${this.#system}, ${expressions.now()})`.execute(
        trx,
      );
    });
    return performance.now() - startedMs;
  }
}

/** Asked between the slices of a switch: why the application cannot bear more of it, or undefined to go on. */
export function haltUnderPressure(on: {
  readonly database: Database;
  readonly system: { readonly name: string };
}): () => Promise<string | undefined> {
  const throttle = new Throttle(on.database, on.system.name, haltThresholds);
  return () => throttle.reason();
}
