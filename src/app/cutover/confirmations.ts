import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import { CarryoverError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { PreviewFacts } from '../../cutover/index.ts';
import type { Database } from '../../sql/database.ts';
import { confirmationRefused } from './cutover-action-errors.ts';

/** How long a person may look before they confirm. Shorter annoys, longer lets them confirm what they no longer remember. */
const VALID_MS = 600_000;
/** There is one secret; another row would let two servers sign differently. */
const SECRET_ID = 1n;
const FORM = /^(?<id>[0-9a-f]{32})[.](?<expires>\d{1,18})[.](?<shown>[0-9a-f]{64})[.](?<mac>[0-9a-f]{64})$/;

/** What a person was shown, and is asked to confirm. */
export interface Shown {
  readonly instance: string;
  readonly system: string;
  readonly action: 'switch' | 'rollback';
  /** Whom it was shown to. */
  readonly actor: string;
  /** All that they asked for. */
  readonly wish: CanonicalValue;
  readonly facts: PreviewFacts;
}

/** What confirms one action, once. */
export interface Confirmation {
  readonly token: string;
  readonly expiresAt: Instant;
}

/** A token whose signature and time are good. Whether what was shown is still so is asked by `requireShown`. */
export interface SignedConfirmation {
  /** Names the action that it confirms. */
  readonly id: string;
  readonly shownHash: string;
}

/**
 * Gives and checks confirmations: tokens signed over what was shown. The secret is in the database, made the first time, so that every server of
 * the instance takes what another gave; who reads it can write the cutover's tables anyway.
 */
export class Confirmations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A token for what is shown, good for ten minutes by the database's clock. */
  async issue(shown: Shown): Promise<Confirmation> {
    const secret = await this.#secret();
    const now = await this.#database.dialect.statements.serverNow(this.#database.handle);
    const expiresAt = now.plusMillis(VALID_MS);
    const signed = `${randomBytes(16).toString('hex')}.${expiresAt.epochMicros}.${hashOfShown(shown)}`;
    return { token: `${signed}.${sign(secret, signed)}`, expiresAt };
  }

  /** Throws `CUTOVER_CONFIRMATION_REFUSED` for a token that this instance did not give, and for one whose time is over. */
  async check(token: string, asked: Pick<Shown, 'action' | 'system'>): Promise<SignedConfirmation> {
    const parts = FORM.exec(token)?.groups;
    const secret = await this.#secret();
    const { id = '', expires = '0', shown = '', mac = '' } = parts ?? {};
    const expected = sign(secret, `${id}.${expires}.${shown}`);
    if (parts === undefined || !timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) {
      throw refused(asked, 'a token that was not given here', 'the token of a preview');
    }
    const now = await this.#database.dialect.statements.serverNow(this.#database.handle);
    if (now.epochMicros > BigInt(expires)) throw refused(asked, 'a token that expired', 'one of the last ten minutes');
    return { id, shownHash: shown };
  }

  async #secret(): Promise<string> {
    const { handle } = this.#database;
    const read = async (): Promise<string | undefined> => {
      const { rows } = await sql<{ secret: string }>`select secret from ${sql.table('carryover_confirmation_secrets')}
        where id = ${SECRET_ID}`.execute(handle);
      return rows[0]?.secret;
    };
    const known = await read();
    if (known !== undefined) return known;
    const { statements, expressions } = this.#database.dialect;
    const made = randomBytes(32).toString('hex');
    const rows = statements.rows('r', { columns: { id: 'int64', secret: 'text' }, rows: [[SECRET_ID, made]] });
    // Of two servers that find none, one makes it and both read that one.
    await this.#database.write((trx) =>
      statements.insertIfAbsent(trx, {
        table: 'carryover_confirmation_secrets',
        columns: ['id', 'secret', 'made_at'],
        source: sql`select r.id, r.secret, ${expressions.now()} from ${rows}`,
        conflict: ['id'],
      }),
    );
    const secret = await read();
    if (secret === undefined) throw new Error('The secret of confirmations is gone as soon as it was made.');
    return secret;
  }
}

/** Throws `CUTOVER_CONFIRMATION_REFUSED` where what would happen now is not what was shown. */
export function requireShown(confirmation: SignedConfirmation, now: Shown): void {
  if (hashOfShown(now) === confirmation.shownHash) return;
  throw refused(now, 'another state, or other wishes, than the token was given for', 'what the preview showed');
}

/** The error of a token that confirmed something already. */
export function confirmationUsed(asked: Pick<Shown, 'action' | 'system'>): CarryoverError<object> {
  return refused(asked, 'a token that was used', 'one that was not');
}

function refused(
  { action, system }: Pick<Shown, 'action' | 'system'>,
  found: string,
  expected: string,
): CarryoverError<object> {
  return new CarryoverError(confirmationRefused, { action, system, found, expected });
}

function hashOfShown({ facts, ...rest }: Shown): string {
  return createHash('sha256')
    .update(canonicalJson({ ...rest, facts: { ...facts } }))
    .digest('hex');
}

function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}
