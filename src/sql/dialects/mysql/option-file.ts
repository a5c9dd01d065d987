import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionTarget } from '../../dialect.ts';
import type { Flavour } from './client-programs.ts';

/**
 * Runs work with an option file that holds host, user and password, in a folder that only this user may enter; both are
 * gone afterwards. Programs are given it as their only option file, so that nothing of the machine's own settings, such as
 * a table left out of dumps, comes in.
 */
export async function withOptionFile<T>(
  target: ConnectionTarget,
  flavour: Flavour,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-'));
  try {
    const file = join(folder, 'client.cnf');
    await writeFile(file, optionFileText(target, flavour), { mode: 0o600, flag: 'wx' });
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The options of a connection in the form of the servers' client programs. */
export function optionFileText(target: ConnectionTarget, flavour: Flavour): string {
  const options: readonly (readonly [string, string | number | undefined])[] = [
    ['user', target.user],
    ['password', target.password],
    ...(target.socketPath === undefined
      ? ([
          ['host', target.host],
          ['port', target.port],
          ['protocol', 'tcp'],
        ] as const)
      : ([['socket', target.socketPath]] as const)),
    ['default-character-set', 'utf8mb4'],
    ['max-allowed-packet', 1_073_741_824],
    ['ssl-ca', target.parameters['ssl-ca']],
  ];
  const lines = options.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(String(value))}`]));
  return ['[client]', ...lines, ...tlsLines(target, flavour), ''].join('\n');
}

/** Without a mode in the URL the driver uses no TLS; a client that finds the server's certificate may use it, but need not trust it. */
function tlsLines({ ssl }: ConnectionTarget, flavour: Flavour): readonly string[] {
  if (flavour === 'MySQL') {
    const mode = {
      disable: 'DISABLED',
      require: 'REQUIRED',
      'verify-ca': 'VERIFY_CA',
      'verify-full': 'VERIFY_IDENTITY',
    };
    return [`ssl-mode=${ssl === undefined ? 'PREFERRED' : mode[ssl]}`, 'get-server-public-key'];
  }
  if (ssl === 'disable') return ['skip-ssl'];
  // MariaDB's client knows one check only, which includes the host's name.
  const verify = ssl === 'verify-ca' || ssl === 'verify-full';
  return [...(ssl === undefined ? [] : ['ssl']), verify ? 'ssl-verify-server-cert' : 'skip-ssl-verify-server-cert'];
}

function quoted(value: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '"': '\\"',
    "'": "\\'",
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
  };
  return `"${value.replaceAll(/[\\"'\n\r\t]/g, (char) => escapes[char] ?? char)}"`;
}
