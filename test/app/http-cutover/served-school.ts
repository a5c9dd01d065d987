import { sql } from 'kysely';
import type { CrashPoint } from '../../../src/cutover/crash-points.ts';
import { createLedger } from '../../../src/ledger/ledger.ts';
import type { CliResult } from '../../support/run-cli.ts';
import { ServedFolder, type ServedProcess } from '../../support/http/served-process.ts';
import { LiveSchool } from '../../systems/tuition-live/live-school.ts';
import { school, type School } from '../../systems/tuition-migration/school.ts';

/** More than are switched in the first transaction. */
const PUPILS = 30;

/** What a route answered. */
export interface SchoolAnswer {
  readonly status: number;
  // Answers are read by many shapes; each test says which members it expects.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** A school that was carried and verified, and a folder to call `carryover` in: its servers are processes that can be killed. */
export class ServedSchool {
  readonly live: LiveSchool;
  readonly #place: ServedFolder;
  readonly #credential: string;

  private constructor(live: LiveSchool, place: ServedFolder, credential: string) {
    this.live = live;
    this.#place = place;
    this.#credential = credential;
  }

  static async open(): Promise<ServedSchool> {
    const live = await LiveSchool.open(pupils());
    const place = new ServedFolder(live.desk.url, { systems: { tuition: {} } });
    try {
      await live.migrate();
      const who = ['--role', 'super_admin', '--subject', 'the-head', '--instance', 'test'];
      const made = await place.run('keys', 'create', 'the head', ...who);
      return new ServedSchool(live, place, made.stdout.trim());
    } catch (error) {
      await place.remove();
      await live.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#place.remove();
    await this.live.close();
  }

  /** Starts a server, which kills itself at that point. */
  async serve(crashAt?: CrashPoint): Promise<SchoolServer> {
    const process = await this.#place.serve(0, crashAt === undefined ? {} : { CARRYOVER_CRASH_AT: crashAt });
    return new SchoolServer(process, await process.ready, this.#credential);
  }

  /** Runs a command to its end, without being asked. */
  run(command: string): Promise<CliResult> {
    return this.#place.run(...command.split(' '), '--yes');
  }

  /** Has the lease's holder as silent as that; below zero, alive for that much longer. */
  async silence(ms: number): Promise<void> {
    const { database } = this.live;
    const now = await database.dialect.statements.serverNow(database.handle);
    await database.write(async (trx) => {
      await sql`update ${sql.table('carryover_cutovers')}
        set heartbeat_at = ${database.dialect.expressions.instant(now.plusMillis(-ms))}`.execute(trx);
    });
  }

  /** Whom each side decides, by owner of the accounts of sessions; throws where an account and its side do not say the same. */
  async sides(): Promise<{ readonly legacy: readonly string[]; readonly ledger: readonly string[] }> {
    const rows = await this.live.rows(sql<{ owner: string; kind: string; authority: string; switched: bigint }>`
      select a.owner as owner, a.kind as kind, a.authority as authority,
        (select count(*) from ${sql.table('carryover_switched')} w where w.account_id = a.id) as switched
      from ${sql.table('carryover_accounts')} a where a.system_name = 'tuition' order by a.id`);
    const torn = rows.filter(({ authority, switched }) => (authority === 'ledger') !== (switched === 1n));
    if (torn.length > 0) throw new Error(`${torn.length} accounts are told to be on both sides or on none.`);
    const of = (side: string): readonly string[] =>
      rows.filter(({ kind, authority }) => kind === 'sessions' && authority === side).map(({ owner }) => owner);
    return { legacy: of('legacy'), ledger: of('ledger') };
  }

  /** True where the application may take money for the owner. */
  async spendsInLegacy(owner: string): Promise<boolean> {
    const { app } = this.live;
    try {
      await app.pay([Number(owner.split(':')[0]), 1], '2026-07', 30_000);
      return true;
    } catch (error) {
      if (app.database.classify(error)?.kind === 'guard') return false;
      throw error;
    }
  }

  /** True where the ledger lets somebody set a session of the owner aside, which is then given back. */
  async spendsInLedger(owner: string): Promise<boolean> {
    const { database } = this.live;
    const [row] = await this.live.rows(sql<{ id: bigint }>`select id from ${sql.table('carryover_accounts')}
      where system_name = 'tuition' and kind = 'sessions' and owner = ${owner}`);
    const ledger = createLedger(database);
    const key = `look-${performance.now()}`;
    const about = { accountId: row?.id ?? 0n, actor: { kind: 'system', id: 'test' } } as const;
    try {
      const [outcome] = await ledger.execute([{ type: 'hold', ...about, amount: 1n, key }]);
      if (outcome?.status === 'refused') {
        if (outcome.code === 'LEDGER_AUTHORITY_LEGACY') return false;
        throw new Error(`The hold was refused with ${outcome.code}.`);
      }
      await ledger.executeOrThrow([{ type: 'release', ...about, holdKey: key, key: `${key}-released` }]);
      return true;
    } finally {
      await ledger.close();
    }
  }
}

/** One server process of the school. */
export class SchoolServer {
  readonly #process: ServedProcess;
  readonly #url: string;
  readonly #credential: string;

  constructor(process: ServedProcess, url: string, credential: string) {
    this.#process = process;
    this.#url = url;
    this.#credential = credential;
  }

  async call(
    method: 'GET' | 'POST',
    path: string,
    { key, body }: { readonly key?: string; readonly body?: object } = {},
  ): Promise<SchoolAnswer> {
    const answer = await fetch(`${this.#url}/api/cutovers/tuition${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#credential}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** Resolves once the process has killed itself. */
  async killed(): Promise<void> {
    const code = await this.#process.ended;
    if (code !== -1) throw new Error(`The server ended with ${code}, against a kill: ${this.#process.said}`);
  }

  /** Ends it as its operator does. */
  async end(): Promise<void> {
    await this.#process.end('SIGTERM');
  }
}

function pupils(): School {
  const made = school();
  for (let pupil = 1; pupil <= PUPILS; pupil += 1)
    made.pupil().paid('2026-06', 300).attended(2, { from: '2026-06-19' });
  return made;
}
