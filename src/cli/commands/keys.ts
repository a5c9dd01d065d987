import { userInfo } from 'node:os';
import { Option } from 'commander';
import { KeyStore, type ShownKey } from '../../app/identity/key-store.ts';
import { isInUse, type KeyRecord } from '../../app/identity/key-row.ts';
import { prepareServing } from '../../app/served-instance.ts';
import type { Actor } from '../../base/actor.ts';
import { CarryoverError } from '../../base/errors.ts';
import { Instant } from '../../base/instant.ts';
import { ROLES, type Role } from '../../base/role.ts';
import type { Database } from '../../sql/database.ts';
import { cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderTable } from '../render/render-table.ts';

interface CreateOptions {
  readonly role: Role;
  readonly subject?: string;
  readonly scope?: readonly string[];
  readonly expires?: string;
}

/** `carryover keys`: makes, lists, rotates and revokes the API keys of an instance. */
export const defineKeys: DefineCommand = (program, bind) => {
  const keys = program.command('keys').description('make, list, rotate and revoke the API keys of an instance');

  const create = keys
    .command('create')
    .description('make a key and print it, this once')
    .argument('<label>', 'what people call it, unique, such as "desk tablet"')
    .addOption(new Option('--role <role>', 'as what it calls').choices(ROLES).makeOptionMandatory())
    .option('--subject <id>', 'as whom it calls: the id of a person; left out for the role server')
    .option(
      '--scope <names...>',
      'routes it is made for, such as tuition.check-in or tuition (default: all of its role)',
    )
    .option('--expires <instant>', 'when it ends by itself (default: never)');
  bind<CreateOptions>(create, (run, options, [label = '']) =>
    onKeys(run, false, async (store) => {
      const made = await store.create(
        {
          label,
          role: options.role,
          ...(options.subject === undefined ? {} : { subject: options.subject }),
          ...(options.scope === undefined ? {} : { scopes: options.scope }),
          ...(options.expires === undefined ? {} : { expiresAt: Instant.parse(options.expires) }),
        },
        caller(),
      );
      tellKey(run, made);
    }),
  );

  bind(keys.command('list').description('list all keys ever made, newest first'), (run) =>
    onKeys(run, true, async (store, now) => tellKeys(run, await store.list(), now)),
  );

  const rotate = keys
    .command('rotate')
    .description("print a key's successor, this once, and let the old one live a while")
    .argument('<id>', 'id of the key')
    .option('--overlap-hours <n>', 'how long both are accepted', '24');
  bind<{ readonly overlapHours: string }>(rotate, (run, options, [id = '']) =>
    onKeys(run, false, async (store) =>
      tellKey(run, await store.rotate(id, readHours(run, options.overlapHours), caller())),
    ),
  );

  const revoke = keys.command('revoke').description('end a key now').argument('<id>', 'id of the key');
  bind(revoke, (run, _options, [id = '']) =>
    onKeys(run, false, async (store) => {
      const { label } = await store.revoke(id, caller());
      run.output.data({ id, label, revoked: true });
      run.output.line(`The key "${label}" is refused from now on, within seconds also where it was just used.`);
    }),
  );
};

/** Runs on the instance's keys, whose table is made where a service has not made it yet. */
function onKeys(
  run: CommandRun,
  mayDefault: boolean,
  work: (store: KeyStore, now: Instant) => Promise<void>,
): Promise<number> {
  return onInstances(run, { mayDefault }, async (_instance: string, database: Database) => {
    await prepareServing(database);
    await work(new KeyStore(database), await database.dialect.statements.serverNow(database.handle));
    return EXIT.done;
  });
}

function caller(): Actor {
  return { kind: 'person', id: userInfo().username };
}

function tellKey(run: CommandRun, made: ShownKey): void {
  run.output.data(made);
  run.output.line(made.key);
  run.output.note(`The key "${made.label}" (${made.id}) is shown this once. Send it as "Authorization: Bearer <key>".`);
}

function tellKeys(run: CommandRun, records: readonly KeyRecord[], now: Instant): void {
  const rows = records.map((record) => ({ ...record, state: stateOf(record, now) }));
  run.output.data({
    keys: rows.map((row) => ({
      ...row,
      createdAt: row.createdAt.toString(),
      expiresAt: row.expiresAt?.toString() ?? null,
      revokedAt: row.revokedAt?.toString() ?? null,
    })),
  });
  if (rows.length === 0) run.output.line('No key was made yet. The first start of "carryover serve" makes one.');
  else {
    const headings = ['id', 'label', 'role', 'as', 'scopes', 'state'].map((heading) => ({ heading }));
    const cells = rows.map(({ id, label, role, subject, scopes, state }) => [
      id,
      label,
      role,
      subject,
      scopes?.join(' ') ?? 'all',
      state,
    ]);
    for (const line of renderTable(headings, cells)) run.output.line(line);
  }
}

function stateOf(record: KeyRecord, now: Instant): string {
  if (record.revokedAt !== null) return 'revoked';
  if (!isInUse(record, now)) return 'expired';
  return record.expiresAt === null ? 'in use' : `in use until ${record.expiresAt.toString()}`;
}

function readHours(run: CommandRun, text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 720) return Number(text);
  throw new CarryoverError(cliUsage, {
    command: run.name,
    found: `--overlap-hours ${text}`,
    expected: 'a whole number from 0 to 720',
  });
}
