import { Type } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { Instant } from '../../../base/instant.ts';
import { defineRoute, type Route } from '../../../http/route.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { listAccounts } from '../../../ledger/reads/list-accounts.ts';
import { readBalanceAsOf, readBalanceAsRecorded } from '../../../ledger/reads/read-balance-at.ts';
import { readAccount, readBalance } from '../../../ledger/reads/read-balance.ts';
import { readStatement } from '../../../ledger/reads/read-statement.ts';
import type { Session } from '../../../ledger/store/session.ts';
import type { AccountState, AccountStatus, Authority } from '../../../ledger/types.ts';
import * as wire from '../wire-fields.ts';
import { accountOf, balanceAnswer, balanceOf, entryAnswer, entryOf, listedAccountAnswer } from './ledger-answers.ts';
import { READERS, type LedgerScope } from './ledger-scope.ts';

const accountUnknown = refusalDefinitions.LEDGER_ACCOUNT_UNKNOWN;

/** The account of a path's id. Throws `LEDGER_ACCOUNT_UNKNOWN`. */
export async function accountAt(session: Session, id: string): Promise<AccountState> {
  const account = await readAccount(session, BigInt(id));
  if (account !== undefined) return account;
  throw new CarryoverError(accountUnknown, { attempt: `read account "${id}"`, accountId: id });
}

interface ListQuery {
  readonly system: string;
  readonly kind?: string;
  readonly unit?: string;
  readonly status?: AccountStatus;
  readonly authority?: Authority;
  readonly ownerPrefix?: string;
  readonly limit: number;
  readonly after?: string;
}

const list: Route<LedgerScope> = defineRoute({
  method: 'GET',
  path: '/api/ledger/accounts',
  name: 'ledger.list-accounts',
  title: 'List the accounts of a system, in the order in which they were opened',
  tag: 'ledger',
  access: { roles: READERS },
  query: wire.closed({
    system: wire.reference('The system'),
    kind: wire.optional(wire.reference('Only this kind')),
    unit: wire.optional(wire.reference('Only this unit')),
    status: wire.optional(wire.oneOf(['open', 'frozen', 'closed'], 'Only these')),
    authority: wire.optional(wire.oneOf(['legacy', 'ledger'], 'Only those that are decided there')),
    ownerPrefix: wire.optional(wire.reference('Only owners that begin so')),
    limit: wire.limit,
    after: wire.optional(wire.after),
  }),
  answer: wire.closed({ rows: Type.Array(listedAccountAnswer), next: wire.next }, 'A page of accounts'),
  errors: [],
  key: 'none',
  async handle({ database, amounts }, { query }) {
    const { after, ...wanted } = query as unknown as ListQuery;
    const session = { database, handle: database.handle };
    const page = await listAccounts(session, { ...wanted, ...(after === undefined ? {} : { afterId: BigInt(after) }) });
    const rows = page.accounts.map(({ ref, state, openedAt }) => ({
      ...ref,
      openedAt: openedAt.toString(),
      ...accountOf(state, amounts),
    }));
    return { rows, next: page.nextAfterId?.toString() ?? null };
  },
});

const path = wire.closed({ accountId: wire.number('Id of the account') });

const show: Route<LedgerScope> = defineRoute({
  method: 'GET',
  path: '/api/ledger/accounts/:accountId',
  name: 'ledger.show-account',
  title: 'Show a balance now, with its holds and lots',
  tag: 'ledger',
  access: { roles: READERS },
  params: path,
  answer: balanceAnswer,
  errors: [accountUnknown],
  key: 'none',
  handle: ({ database, amounts }, { params }) =>
    database.read(async (handle) => {
      const session = { database, handle };
      const { id } = await accountAt(session, params['accountId'] as string);
      const found = await readBalance(session, id);
      if (found === undefined) throw new Error('An account went away while it was read.');
      return balanceOf(found, amounts);
    }),
});

const balanceAt: Route<LedgerScope> = defineRoute({
  method: 'GET',
  path: '/api/ledger/accounts/:accountId/balance',
  name: 'ledger.balance-at',
  title: 'Say what a balance was: as of an instant by what had happened, or as it was recorded then',
  tag: 'ledger',
  access: { roles: READERS },
  params: path,
  query: wire.closed({
    at: wire.instant('The instant'),
    by: wire.optional(
      wire.oneOf(['occurred', 'recorded'], 'What had happened by then (as is usual), or what was known then'),
    ),
  }),
  answer: wire.closed(
    {
      balance: wire.amount('The balance then'),
      unit: wire.reference('What is counted'),
      at: wire.instant('The instant'),
    },
    'A balance of then',
  ),
  errors: [accountUnknown],
  key: 'none',
  handle: ({ database, amounts }, { params, query }) =>
    database.read(async (handle) => {
      const session = { database, handle };
      const { id, unit } = await accountAt(session, params['accountId'] as string);
      const at = Instant.parse(query['at'] as string);
      const read = query['by'] === 'recorded' ? readBalanceAsRecorded : readBalanceAsOf;
      return { balance: amounts.text((await read(session, id, at)) ?? 0n, unit), unit, at: at.toString() };
    }),
});

interface StatementQuery {
  readonly order: 'newest-first' | 'oldest-first';
  readonly kinds?: readonly string[];
  readonly occurredFrom?: string;
  readonly occurredBefore?: string;
  readonly limit: number;
  readonly after?: string;
}

const statement: Route<LedgerScope> = defineRoute({
  method: 'GET',
  path: '/api/ledger/accounts/:accountId/entries',
  name: 'ledger.statement',
  title: 'List the entries behind a balance, with the balance after each',
  tag: 'ledger',
  access: { roles: READERS },
  params: path,
  query: wire.closed({
    order: Type.Union([Type.Literal('newest-first'), Type.Literal('oldest-first')], {
      default: 'newest-first',
      description: 'By the number of the entry',
    }),
    kinds: wire.optional(
      Type.Array(wire.reference('A kind'), { maxItems: 20, description: 'Only entries of these kinds' }),
    ),
    occurredFrom: wire.optional(wire.instant('Only what happened then or later')),
    occurredBefore: wire.optional(wire.instant('Only what happened before')),
    limit: wire.limit,
    after: wire.optional(wire.after),
  }),
  answer: wire.closed({ rows: Type.Array(entryAnswer), next: wire.next }, 'A page of entries'),
  errors: [accountUnknown],
  key: 'none',
  handle: ({ database, amounts }, { params, query }) =>
    database.read(async (handle) => {
      const session = { database, handle };
      const { id, unit } = await accountAt(session, params['accountId'] as string);
      const { order, limit, kinds, after, occurredFrom, occurredBefore } = query as unknown as StatementQuery;
      const page = await readStatement(session, {
        accountId: id,
        order,
        limit,
        ...(kinds === undefined ? {} : { kinds }),
        ...(after === undefined ? {} : { afterSeq: BigInt(after) }),
        ...(occurredFrom === undefined ? {} : { occurredFrom: Instant.parse(occurredFrom) }),
        ...(occurredBefore === undefined ? {} : { occurredBefore: Instant.parse(occurredBefore) }),
      });
      const rows = page.entries.map((entry) => entryOf(entry, unit, amounts));
      return { rows, next: page.nextAfterSeq?.toString() ?? null };
    }),
});

/** The routes that read accounts. */
export const ledgerReadRoutes: readonly Route<LedgerScope>[] = [list, show, balanceAt, statement];
