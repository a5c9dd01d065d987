import type { ConnectionTarget } from '../../dialect.ts';
import { ProgramFailure } from './run-program.ts';

/** Variables of the user's that stand in where the target says nothing, as they do for the `pg` package. */
const INHERITED = new Set(['PGUSER', 'PGPASSWORD', 'PGPASSFILE']);

/**
 * The environment in which PostgreSQL's programs connect to the target. The password goes here, never into arguments,
 * which every user of the machine can read. Other PG* variables are left out: one could name another server.
 */
export function programEnvironment(target: ConnectionTarget): NodeJS.ProcessEnv {
  const { parameters } = target;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') || INHERITED.has(name));
  const ours: Readonly<Record<string, string | undefined>> = {
    PGHOST: target.socketPath ?? target.host,
    PGPORT: String(target.port ?? 5432),
    PGDATABASE: target.database,
    PGUSER: target.user,
    PGPASSWORD: target.password,
    PGSSLMODE: target.ssl ?? 'disable',
    PGSSLROOTCERT: parameters['sslrootcert'],
    PGSSLCERT: parameters['sslcert'],
    PGSSLKEY: parameters['sslkey'],
    PGCONNECT_TIMEOUT: parameters['connect_timeout'] ?? '15',
    PGOPTIONS: parameters['options'],
    PGGSSENCMODE: 'disable',
    PGAPPNAME: 'carryover-backup',
    // Messages are read by people who may not share the server's language.
    LC_ALL: 'C',
  };
  return {
    ...Object.fromEntries(inherited),
    ...Object.fromEntries(Object.entries(ours).filter(([, value]) => value !== undefined)),
  };
}

/** Why a program failed, for a message: its last lines, without the target's password. */
export function reasonOf(error: unknown, target: ConnectionTarget): string {
  const ending = error instanceof Error ? error.message : String(error);
  const lines = error instanceof ProgramFailure ? error.messages.trim().split('\n').slice(-5).join(' | ') : '';
  const reason = lines === '' ? ending : `${ending}: ${lines}`;
  const secret = target.password ?? '';
  return (
    secret === '' ? reason : reason.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***')
  ).replace(/\.$/, '');
}
