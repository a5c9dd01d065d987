import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { redactUrl } from '../base/redact.ts';
import type { ConnectionTarget } from '../sql/dialect.ts';

/** What a log line may hold. Bigints are written as decimal texts. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A file of JSON lines beside the proof files: every step with its numbers, also of the stages that write nothing to the
 * database. Secrets are replaced before a line is written. The journal in the database decides what happened; a log that cannot be
 * written (a full disk) therefore never stops a run.
 */
export class CutoverLog {
  readonly file: string;
  readonly #secrets: readonly string[];
  readonly #base: LogFields;

  constructor(log: {
    readonly folder: string;
    readonly instance: string;
    readonly system: string;
    readonly target: ConnectionTarget;
  }) {
    this.file = join(log.folder, `${log.instance}-${log.system}.log.jsonl`);
    this.#secrets = secretsOf(log.target);
    this.#base = { instance: log.instance, system: log.system };
    mkdirSync(log.folder, { recursive: true });
  }

  /** Appends one line. */
  write(event: string, fields: LogFields = {}): void {
    const line = JSON.stringify({ at: new Date().toISOString(), event, ...this.#base, ...fields }, bigintsAsText);
    try {
      appendFileSync(this.file, `${redactSecrets(line, this.#secrets)}\n`, { mode: 0o600 });
    } catch {
      // See the class: the journal is the record, this file only a convenience.
    }
  }
}

/** Replaces URL passwords and the given secrets, also where JSON escaped them. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  const withoutUrls = text.replaceAll(/[a-z]+:\/\/[^\s"']+/gi, (url) => redactUrl(url));
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), withoutUrls);
}

function secretsOf(target: ConnectionTarget): readonly string[] {
  const { password } = target;
  // A password of one or two characters would blank out half the log and be guessed anyway.
  if (password === undefined || password.length < 3) return [];
  return [...new Set([password, JSON.stringify(password).slice(1, -1), encodeURIComponent(password)])];
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
