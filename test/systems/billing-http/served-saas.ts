import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { returnAccounts, runCutover, type CutoverContext } from '../../../src/cutover/index.ts';
import { TestServer, type Answered } from '../../app/http/test-server.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { AS_OF, type Saas } from '../billing-migration/saas.ts';

/** A SaaS in service, whose users the old application decides about until they are moved. */
export class ServedSaas {
  readonly app: TestServer;
  readonly #folder: string;

  private constructor(app: TestServer, folder: string) {
    this.app = app;
    this.#folder = folder;
  }

  /** Opens one with these rows of the old application; nothing is carried yet. */
  static async open(rows: Saas): Promise<ServedSaas> {
    const folder = mkdtempSync(join(tmpdir(), 'carryover-saas-service-'));
    const app = await TestServer.open({ systems: { billing: {} } }, { fill: (database) => rows.add(database) });
    return new ServedSaas(app, folder);
  }

  /** Expand to verify, over a backup that is only assumed. */
  async carry(): Promise<void> {
    await runCutover(this.#context(), { from: 'expand' });
  }

  /** Asks to move somebody, as a super admin. */
  move(userId: string, body: object, more: object = {}): Promise<Answered> {
    const url = `/api/admin/billing/migrate-user/${encodeURIComponent(userId)}`;
    return this.app.ask(url, { method: 'POST', as: 'super_admin', body, ...more });
  }

  /** Takes somebody back to legacy, as a rollback of one account does. */
  async takeBack(userId: string): Promise<void> {
    await returnAccounts(this.#context(), { selection: { who: 'owners', owners: [userId] }, acceptedLosses: [] });
  }

  /** Who decides about a user now. */
  async authority(userId: string): Promise<unknown> {
    const { body } = await this.app.ask(`/api/billing/v2/balance?user_id=${userId}`, { as: 'server' });
    return body['authority'];
  }

  async close(): Promise<void> {
    await this.app.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #context(): CutoverContext {
    const { app, database, instance } = this.app.service;
    const context = app.cutoverContext(instance, database, app.system('billing')) as unknown as CutoverContext;
    return { ...context, backup: assumedBackup(), folder: this.#folder, asOf: AS_OF };
  }
}
