import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { App } from '../../app/app.ts';
import { systemNotMade } from '../../app/app-errors.ts';
import { operationContext } from '../../app/operation-context.ts';
import { isError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import { refusalDefinitions } from '../../ledger/kernel/refusal-definitions.ts';
import type { Database } from '../../sql/database.ts';
import { userUnknown } from '../../systems/billing/billing-errors.ts';
import { syncSubscription } from '../../systems/billing/operations/sync-subscription.ts';

interface SubscriptionRow {
  readonly id: string;
  readonly status: string;
  readonly price_id: string;
  readonly created_at: Instant | null;
  readonly starts_at: Instant | null;
  readonly ends_at: Instant | null;
}

/** The one change that the documents ask of the application before users go over: a change of subscription is told to the ledger too. */
export class SubscriptionTeller {
  readonly #app: App;
  readonly #database: Database;

  constructor(app: App, database: Database) {
    this.#app = app;
    this.#database = database;
  }

  /** Tells what the application's own row says of a user's newest subscription. */
  async tell(userId: string): Promise<void> {
    const { instantOf } = this.#database.dialect.expressions;
    const at = (column: string): RawBuilder<Instant> => instantOf(sql.ref(column));
    const { rows } = await sql<SubscriptionRow>`
      select id, status, price_id, ${at('created')} as created_at, ${at('current_period_start')} as starts_at, ${at('current_period_end')} as ends_at
      from billing_subscriptions where account_id = ${userId} order by created desc, id desc limit 1`.execute(
      this.#database.handle,
    );
    const [row] = rows;
    if (row === undefined || row.starts_at === null || row.ends_at === null) return;
    const caller = { actor: { kind: 'webhook' as const, id: 'subscription-changed' } };
    const on = { instance: 'demo', database: this.#database, system: this.#app.system('billing') };
    try {
      const context = await operationContext(on, caller);
      await syncSubscription
        .run(context, { key: randomUUID(), userId, subscription: asTold(row) })
        .finally(() => context.ledger.close());
    } catch (error) {
      if (!this.#isNotItsConcern(error)) throw error;
    }
  }

  /** The old application decides about the user, the ledger is not there yet, or the user has no credits of their own. */
  #isNotItsConcern(error: unknown): boolean {
    return (
      isError(error, systemNotMade) ||
      isError(error, refusalDefinitions.LEDGER_AUTHORITY_LEGACY) ||
      isError(error, userUnknown) ||
      this.#database.classify(error)?.kind === 'missing-object'
    );
  }
}

/** In the form of the payment provider. */
function asTold(row: SubscriptionRow): object {
  const seconds = (at: Instant | null): number | undefined =>
    at === null ? undefined : Number(at.epochMicros / 1_000_000n);
  const start = seconds(row.starts_at);
  return {
    id: row.id,
    status: row.status,
    created: seconds(row.created_at) ?? start,
    items: {
      data: [
        {
          price: { id: row.price_id },
          current_period_start: start,
          current_period_end: seconds(row.ends_at),
        },
      ],
    },
  };
}
