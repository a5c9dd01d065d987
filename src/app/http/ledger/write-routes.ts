import { Type } from 'typebox';
import type { ErrorDefinition } from '../../../base/errors.ts';
import { parseAmount } from '../../../base/amounts.ts';
import { defineRoute, Reply, type Route, type RouteRequest } from '../../../http/route.ts';
import { ledgerAccountDiffers, ledgerClosed, ledgerQueueFull } from '../../../ledger/ledger-errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { refusalError } from '../../../ledger/kernel/refusal-error.ts';
import * as wire from '../wire-fields.ts';
import { commandMembers, type CommandBody } from './commands.ts';
import { accountAnswer, accountOf, postedAnswer, postedOf } from './ledger-answers.ts';
import { WRITERS, type LedgerScope } from './ledger-scope.ts';
import { onlyOutcome, ownBalance, runCommands } from './run-commands.ts';

/** Every refusal there is, by precedence: which of them a command can meet is the kernel's business. */
const refusals = Object.values(refusalDefinitions) as readonly ErrorDefinition<never>[];

const errors: readonly ErrorDefinition<never>[] = [ownBalance, ...refusals, ledgerQueueFull, ledgerClosed];

/** A route that runs one command. Members of its body that stand in the path are taken from there. */
function commandRoute(
  type: CommandBody['type'],
  at: { readonly path: string; readonly title: string },
): Route<LedgerScope> {
  const inPath = [...at.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const members = Object.entries(commandMembers[type]);
  const own = (isInPath: boolean) =>
    wire.closed(Object.fromEntries(members.filter(([name]) => inPath.includes(name) === isInPath)));
  return defineRoute({
    method: 'POST',
    path: at.path,
    name: `ledger.${type}`,
    title: at.title,
    tag: 'ledger',
    access: { roles: WRITERS },
    ...(inPath.length === 0 ? {} : { params: own(true) }),
    body: own(false),
    answer: postedAnswer,
    errors,
    key: 'required',
    async handle(scope, { principal, params, body, key }) {
      const command = { type, ...params, ...(body as object) } as CommandBody;
      const run = await runCommands(scope, principal, { items: [{ body: command, key }], atomic: true });
      return postedOf(onlyOutcome(run), run.units, scope.amounts);
    },
  });
}

const bulkItem = Type.Union(
  Object.entries(commandMembers).map(([type, members]) =>
    wire.closed({
      type: Type.Literal(type),
      key: wire.reference('Names this command on its account', 160),
      ...members,
    }),
  ),
);

interface BulkBody {
  readonly atomic: boolean;
  readonly commands: readonly (CommandBody & { readonly key: string })[];
}

const bulk: Route<LedgerScope> = defineRoute({
  method: 'POST',
  path: '/api/ledger/bulk',
  name: 'ledger.bulk',
  title: 'Run many commands, each with a key and an outcome of its own, or all or nothing',
  tag: 'ledger',
  access: { roles: WRITERS },
  body: wire.closed({
    atomic: Type.Boolean({ default: false, description: 'All or nothing: one refusal leaves everything undone' }),
    commands: Type.Array(bulkItem, {
      minItems: 1,
      maxItems: 1000,
      description: 'In the order in which they are to happen',
    }),
  }),
  answer: wire.closed({
    results: Type.Array(
      Type.Union([
        postedAnswer,
        wire.closed({
          status: wire.oneOf(['refused'], 'It changed nothing, and its key is not used up'),
          code: wire.reference('Why; see docs/errors.md'),
          detail: Type.String({ description: 'Why, and the next step' }),
        }),
        wire.closed({ status: wire.oneOf(['abandoned'], 'Not done because another command was refused') }),
      ]),
      { description: 'One for each command, in their order' },
    ),
  }),
  errors: [ownBalance, refusalDefinitions.LEDGER_ACCOUNT_UNKNOWN, ledgerQueueFull, ledgerClosed],
  // Each command has a key, so a repeated call is answered by them.
  key: 'none',
  async handle(scope, { principal, body }) {
    const { atomic, commands: sent } = body as BulkBody;
    const items = sent.map(({ key, ...command }) => ({ key, body: command }));
    const run = await runCommands(scope, principal, { items, atomic });
    return {
      results: run.outcomes.map((outcome, index) => {
        const command = run.commands[index];
        if (outcome.status === 'abandoned' || command === undefined) return { status: 'abandoned' };
        if (outcome.status !== 'refused') return postedOf(outcome, run.units, scope.amounts);
        return { status: 'refused', code: outcome.code, detail: refusalError(command, outcome).message };
      }),
    };
  },
});

interface OpenBody {
  readonly system: string;
  readonly kind: string;
  readonly owner: string;
  readonly unit: string;
  readonly floor: string | null;
  readonly lotted: boolean;
}

const open: Route<LedgerScope> = defineRoute({
  method: 'POST',
  path: '/api/ledger/accounts',
  name: 'ledger.open-account',
  title: 'Open an account, or find the one that is open',
  tag: 'ledger',
  access: { roles: WRITERS },
  body: wire.closed({
    system: wire.reference('The system it belongs to', 32),
    kind: wire.reference('What the system calls it', 32),
    owner: wire.reference('Whose it is'),
    unit: wire.reference('What is counted', 32),
    floor: Type.Union([wire.amount('Lowest available that a spend may leave'), Type.Null()], {
      default: '0',
      description: 'Lowest available that a spend may leave; null for none',
    }),
    lotted: Type.Boolean({ default: false, description: 'Whether credits are lots with expiry and priority' }),
  }),
  answer: accountAnswer,
  errors: [ledgerAccountDiffers],
  // An account is named by its reference: opening it again finds it.
  key: 'none',
  async handle({ ledger, amounts }, request: RouteRequest) {
    const { system, kind, owner, unit, floor, lotted } = request.body as OpenBody;
    amounts.requireKnown(unit);
    const [account] = await ledger.openAccounts([
      {
        ref: { system, kind, owner },
        unit,
        floor: floor === null ? null : parseAmount(floor, amounts.unit(unit)),
        lotted,
        authority: 'ledger',
      },
    ]);
    if (account === undefined) throw new Error('An account that was opened is not there.');
    return new Reply(accountOf(account, amounts), { headers: { location: `/api/ledger/accounts/${account.id}` } });
  },
});

/** The routes that move balances directly, past the rules of systems but never past those of the ledger. */
export const ledgerWriteRoutes: readonly Route<LedgerScope>[] = [
  open,
  commandRoute('post', { path: '/api/ledger/posts', title: 'Post one entry on an account' }),
  commandRoute('transfer', { path: '/api/ledger/transfers', title: 'Move an amount from one account to another' }),
  commandRoute('hold', { path: '/api/ledger/holds', title: 'Reserve an amount' }),
  commandRoute('capture', {
    path: '/api/ledger/accounts/:accountId/holds/:holdKey/capture',
    title: 'Spend what is reserved, or part of it; the rest is released',
  }),
  commandRoute('release', {
    path: '/api/ledger/accounts/:accountId/holds/:holdKey/release',
    title: 'Give back what is reserved',
  }),
  commandRoute('reverse', {
    path: '/api/ledger/accounts/:accountId/entries/:seq/reversal',
    title: 'Undo an entry, once',
  }),
  bulk,
];
