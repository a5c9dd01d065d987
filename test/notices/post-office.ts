import { sql } from 'kysely';
import { checkValue } from '../../src/base/check-value.ts';
import { Instant } from '../../src/base/instant.ts';
import { openNotices } from '../../src/app/notices/open-notices.ts';
import { coreMigrations } from '../../src/cutover/index.ts';
import {
  createNotices,
  deliverDueNotices,
  noticeSettingsSchema,
  type NoticeDesk,
  type NoticeSettings,
  type PassOptions,
  type PassResult,
} from '../../src/notices/index.ts';
import type { Addressee, NoAddressee, NoticeSource } from '../../src/notices/notice-source.ts';
import { enqueueNotices, type NewNotice } from '../../src/notices/outbox.ts';
import type { DeliveryRow } from '../../src/notices/tables.ts';
import type { Language } from '../../src/notices/texts/language.ts';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import { migrateSchema } from '../../src/sql/schema-migrator.ts';
import { freshDatabase } from '../support/fresh-database.ts';
import { HttpReceiver } from '../support/receivers/http-receiver.ts';
import { MailReceiver } from '../support/receivers/mail-receiver.ts';
import { WHATSAPP_ACCOUNT, WhatsAppReceiver } from '../support/receivers/whatsapp-receiver.ts';
import { schoolSource } from './school-source.ts';

/** A Saturday at noon in Cairo: no quiet hours. */
export const NOON: Instant = Instant.parse('2026-03-07T10:00:00Z');

/** So many minutes after noon. */
export function noon(minutes: number): Instant {
  return NOON.plusMillis(minutes * 60_000);
}

/** Secrets of the receivers. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  WHATSAPP_ACCESS_TOKEN: WHATSAPP_ACCOUNT.token,
  WHATSAPP_APP_SECRET: WHATSAPP_ACCOUNT.appSecret,
  NOTICE_WEBHOOK_SECRET: 'webhook-secret',
  MAIL_USER: 'school',
  MAIL_PASSWORD: 'secret',
};

/** Members of the settings that differ from the defaults. */
export type SettingsChanges = Readonly<Record<string, unknown>>;

/** How a notice of the tests differs from the usual one. */
export interface NoticeChanges {
  readonly type?: string;
  readonly recipient?: string;
  readonly mandatory?: boolean;
  readonly at?: Instant;
  readonly notBefore?: Instant;
  readonly values?: Readonly<Record<string, string>>;
}

/** A small system with its recipients in memory, the three receivers, and a database of its own. */
export class PostOffice {
  readonly database: Database;
  readonly whatsapp: WhatsAppReceiver;
  readonly mail: MailReceiver;
  readonly webhook: HttpReceiver;
  /** Who can be reached, by recipient; to be changed by tests. */
  readonly recipients: Map<string, Addressee | NoAddressee> = new Map<string, Addressee | NoAddressee>();
  readonly #url: string;
  readonly #drop: () => Promise<void>;
  readonly #others: Database[] = [];
  #notices = 0;

  private constructor(
    database: Database,
    given: {
      readonly url: string;
      readonly drop: () => Promise<void>;
      readonly whatsapp: WhatsAppReceiver;
      readonly mail: MailReceiver;
      readonly webhook: HttpReceiver;
    },
  ) {
    this.database = database;
    this.whatsapp = given.whatsapp;
    this.mail = given.mail;
    this.webhook = given.webhook;
    this.#url = given.url;
    this.#drop = given.drop;
  }

  /** Opens one on an empty database. */
  static async open(): Promise<PostOffice> {
    const { url, drop } = await freshDatabase();
    const database = await openDatabase(url);
    await migrateSchema(database, [...coreMigrations, createNotices], '0.0.0-test');
    const [whatsapp, mail, webhook] = await Promise.all([
      WhatsAppReceiver.open(),
      MailReceiver.open(),
      HttpReceiver.open(() => ({ status: 204, body: '' })),
    ]);
    return new PostOffice(database, { url, drop, whatsapp, mail, webhook });
  }

  /** Stops the receivers and drops the database. */
  async close(): Promise<void> {
    await Promise.all([this.whatsapp.close(), this.mail.close(), this.webhook.close()]);
    for (const database of [...this.#others, this.database]) await database.close();
    await this.#drop();
  }

  /** Empties the tables of notices, for the next test. */
  async empty(): Promise<void> {
    this.recipients.clear();
    this.whatsapp.next = () => undefined;
    this.mail.fault = undefined;
    this.mail.mails.length = 0;
    this.webhook.requests.length = 0;
    this.webhook.answer = () => ({ status: 204, body: '' });
    const tables = ['deliveries', 'attempts', 'channels', 'preferences', 'languages'].map(
      (name) => `carryover_notice_${name}`,
    );
    await this.database.write(async (trx) => {
      for (const table of [...tables, 'carryover_outbox']) await sql`delete from ${sql.table(table)}`.execute(trx);
    });
  }

  /** Where another process finds the database. */
  get url(): string {
    return this.#url;
  }

  /** What one server delivers with. Its settings open WhatsApp and nothing costs, unless told. */
  desk(changes: SettingsChanges = {}, database: Database = this.database): NoticeDesk {
    return openNotices({
      database,
      settings: this.settings(changes),
      environment: ENVIRONMENT,
      sources: [this.source()],
    });
  }

  /** Connections of another server. */
  async anotherDatabase(): Promise<Database> {
    const database = await openDatabase(this.#url);
    this.#others.push(database);
    return database;
  }

  /** Checked settings with the receivers' addresses. */
  settings(changes: SettingsChanges = {}): NoticeSettings {
    const { open = ['whatsapp'], ...rest } = changes;
    const all: Readonly<Record<string, object>> = {
      whatsapp: {
        url: this.whatsapp.url,
        phoneNumberId: WHATSAPP_ACCOUNT.phoneNumberId,
        timeoutMs: 2000,
        ...(rest['whatsapp'] as object),
      },
      email: {
        host: '127.0.0.1',
        port: this.mail.port,
        security: 'none',
        userEnv: 'MAIL_USER',
        passwordEnv: 'MAIL_PASSWORD',
        from: 'The School <desk@school.example>',
        timeoutMs: 2000,
        ...(rest['email'] as object),
      },
      webhook: { url: `${this.webhook.url}/notices`, timeoutMs: 2000 },
    };
    const { whatsapp: _whatsapp, email: _email, ...members } = rest;
    const channels = Object.fromEntries((open as readonly string[]).map((name) => [name, all[name]]));
    const checked = checkValue<NoticeSettings>(noticeSettingsSchema, { channels, ...members });
    if ('flaw' in checked) throw new Error(JSON.stringify(checked.flaw));
    return checked.value;
  }

  /** The system of these tests. */
  source(): NoticeSource {
    return schoolSource(this.recipients);
  }

  /** Adds a recipient with a telephone and an address. */
  person(name: string, changes: Partial<Addressee> = {}): string {
    const recipient = `person:${name}`;
    const number = `2010${String(this.recipients.size).padStart(8, '0')}`;
    this.recipients.set(recipient, {
      phone: number,
      email: `${name}@family.example`,
      language: 'en' satisfies Language,
      zone: 'Africa/Cairo',
      values: { name },
      ...changes,
    });
    return recipient;
  }

  /** Writes notices into the outbox, as an operation does. */
  async enqueue(...notices: readonly NoticeChanges[]): Promise<void> {
    await this.database.write((trx) =>
      enqueueNotices(
        this.database,
        trx,
        notices.map((notice) => this.#noticeOf(notice)),
      ),
    );
  }

  #noticeOf({
    type = 'receipt',
    recipient = 'person:a',
    mandatory,
    at = NOON,
    notBefore,
    values = {},
  }: NoticeChanges): NewNotice {
    this.#notices += 1;
    return {
      system: 'school',
      type,
      // Notices of one call are stored in the order of their keys.
      dedupeKey: `school:${String(this.#notices).padStart(6, '0')}`,
      recipient,
      mandatory: mandatory ?? this.source().templates[type]?.mandatory ?? false,
      payload: { values: { amount: '10.00', ...values } },
      status: 'pending',
      createdAt: at,
      ...(notBefore === undefined ? {} : { notBefore }),
    };
  }

  /** One pass, at noon unless told. */
  pass(changes: SettingsChanges = {}, options: PassOptions = {}): Promise<PassResult> {
    return deliverDueNotices(this.desk(changes), { now: NOON, ...options });
  }

  /** Every delivery, in the order they were planned. */
  async deliveries(): Promise<readonly DeliveryRow[]> {
    const { rows } =
      await sql<DeliveryRow>`select * from ${sql.table('carryover_notice_deliveries')} d order by d.id`.execute(
        this.database.handle,
      );
    return rows;
  }

  /** The status and reason of every delivery. */
  async outcomes(): Promise<readonly string[]> {
    return (await this.deliveries()).map(({ channel, status, reason }) =>
      [channel, status, reason].filter((part) => part !== null).join(' '),
    );
  }
}
