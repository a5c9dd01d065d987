import { sql } from 'kysely';
import { canonicalJson } from '../../base/canonical-json.ts';
import { formatActor, type Actor } from '../../base/actor.ts';
import { CarryoverError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import { apiKeyText, hashOfSecret, newApiKey } from '../../http/identity/api-key.ts';
import type { Database } from '../../sql/database.ts';
import type { Handle, Trx } from '../../sql/engine.ts';
import { keyLabelTaken, keyUnknown } from './identity-errors.ts';
import { isInUse, LABEL_LENGTH_MAX, newKeyRow, recordOf, type KeyRecord, type KeyRow, type NewKey } from './key-row.ts';

/** A key that was just made: the one time its text is told. */
export interface ShownKey {
  readonly id: string;
  readonly label: string;
  readonly key: string;
}

/** The label of the key that the first start makes. */
const FIRST_LABEL = 'first administrator';

/** The API keys of an instance. Whoever can write its database can make keys; over HTTP that takes a super_admin. */
export class KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Makes a key; its text is answered here and never again. Throws `INPUT_INVALID` for a label or subject that is no reference, a person's
   * key without a subject, a server's with one, and an expiry that has passed; `IDENTITY_KEY_LABEL_TAKEN`.
   */
  async create(wanted: NewKey, actor: Actor): Promise<ShownKey> {
    return this.#database.write(async (trx) => {
      const now = await this.#now(trx);
      const key = newApiKey();
      const row = newKeyRow(wanted, key.id, now);
      if (!(await this.#insert(trx, row, key.secret))) throw new CarryoverError(keyLabelTaken, { label: row.label });
      await this.#audit(trx, { action: 'key_created', actor, row, now });
      return { id: key.id, label: row.label, key: apiKeyText(key) };
    });
  }

  /** The key of the first start, an administrator's; undefined once any key was ever made, so that it is told once. */
  async createFirst(): Promise<ShownKey | undefined> {
    return this.#database.write(async (trx) => {
      const { rows } = await sql`select id from carryover_api_keys limit 1`.execute(trx);
      if (rows.length > 0) return undefined;
      const now = await this.#now(trx);
      const key = newApiKey();
      const row = newKeyRow({ label: FIRST_LABEL, role: 'super_admin', subject: 'administrator' }, key.id, now);
      // Of two first starts at once one finds the other's label taken.
      if (!(await this.#insert(trx, row, key.secret))) return undefined;
      await this.#audit(trx, { action: 'key_created', actor: { kind: 'system', id: 'serve' }, row, now });
      return { id: key.id, label: row.label, key: apiKeyText(key) };
    });
  }

  /** All keys ever made, newest first. */
  async list(): Promise<readonly KeyRecord[]> {
    const { rows } = await sql<KeyRow>`
      select id, secret_hash, label, role, subject, scopes, created_at, expires_at, revoked_at
      from carryover_api_keys order by created_at desc, id`.execute(this.#database.handle);
    return rows.map(recordOf);
  }

  /** The row of a key's id with its hash, whatever its state; undefined where there is none. */
  async find(id: string): Promise<{ readonly record: KeyRecord; readonly secretHash: string } | undefined> {
    const row = await this.#row(id, this.#database.handle);
    return row === undefined ? undefined : { record: recordOf(row), secretHash: row.secret_hash };
  }

  /**
   * Makes a key's successor with the same rights and expiry, and lets the old one live for a while, so that its holders can change over.
   * Throws `IDENTITY_KEY_UNKNOWN` for one that is not in use.
   */
  async rotate(id: string, overlapHours: number, actor: Actor): Promise<ShownKey> {
    return this.#database.write(async (trx) => {
      const now = await this.#now(trx);
      const old = await this.#inUse(id, trx, now);
      const ends = now.plusMillis(overlapHours * 3_600_000);
      const endsAt = old.expires_at !== null && old.expires_at.isBefore(ends) ? old.expires_at : ends;
      const key = newApiKey();
      const retired = `${old.label.slice(0, LABEL_LENGTH_MAX - 15)} (${id})`;
      await sql`update carryover_api_keys set label = ${retired}, expires_at = ${endsAt} where id = ${id}`.execute(trx);
      const row = { ...old, id: key.id, created_at: now };
      await this.#insert(trx, row, key.secret);
      await this.#audit(trx, { action: 'key_rotated', actor, row: { ...old, expires_at: endsAt }, now });
      return { id: key.id, label: old.label, key: apiKeyText(key) };
    });
  }

  /** Ends a key now. Throws `IDENTITY_KEY_UNKNOWN` for one that is not in use. */
  async revoke(id: string, actor: Actor): Promise<KeyRecord> {
    return this.#database.write(async (trx) => {
      const now = await this.#now(trx);
      const row = { ...(await this.#inUse(id, trx, now)), revoked_at: now };
      await sql`update carryover_api_keys set revoked_at = ${now} where id = ${id}`.execute(trx);
      await this.#audit(trx, { action: 'key_revoked', actor, row, now });
      return recordOf(row);
    });
  }

  #now(trx: Trx): Promise<Instant> {
    return this.#database.dialect.statements.serverNow(trx);
  }

  async #row(id: string, handle: Handle): Promise<KeyRow | undefined> {
    const { rows } = await sql<KeyRow>`
      select id, secret_hash, label, role, subject, scopes, created_at, expires_at, revoked_at
      from carryover_api_keys where id = ${id}`.execute(handle);
    return rows[0];
  }

  async #inUse(id: string, trx: Trx, now: Instant): Promise<KeyRow> {
    const row = await this.#row(id, trx);
    if (row !== undefined && isInUse(recordOf(row), now)) return row;
    throw new CarryoverError(keyUnknown, { id });
  }

  async #insert(trx: Trx, row: KeyRow, secret: string): Promise<boolean> {
    const { statements } = this.#database.dialect;
    const columns = ['id', 'secret_hash', 'label', 'role', 'subject', 'scopes', 'created_at', 'expires_at'];
    const source = statements.rows('k', {
      columns: {
        id: 'text',
        secret_hash: 'text',
        label: 'text',
        role: 'text',
        subject: 'text',
        scopes: 'text',
        created_at: 'instant',
        expires_at: 'instant',
      },
      rows: [
        [row.id, hashOfSecret(secret), row.label, row.role, row.subject, row.scopes, row.created_at, row.expires_at],
      ],
    });
    const inserted = await statements.insertIfAbsent(trx, {
      table: 'carryover_api_keys',
      columns,
      source: sql`select k.id, k.secret_hash, k.label, k.role, k.subject, k.scopes, k.created_at, k.expires_at from ${source}`,
      conflict: ['label'],
    });
    return inserted > 0n;
  }

  /** Keys are the house's, not a system's: their lines in the audit stand under `identity`. */
  async #audit(trx: Trx, line: { action: string; actor: Actor; row: KeyRow; now: Instant }): Promise<void> {
    const { id, label, role, subject, scopes, expires_at: expiresAt } = line.row;
    const after = { label, role, subject, scopes, expiresAt: expiresAt?.toString() ?? null };
    await this.#database.dialect.statements.insertRows(trx, 'carryover_audit', {
      columns: {
        system_name: 'text',
        action: 'text',
        subject: 'text',
        actor: 'text',
        after_state: 'json',
        recorded_at: 'instant',
      },
      rows: [['identity', line.action, `key:${id}`, formatActor(line.actor), canonicalJson(after), line.now]],
    });
  }
}
