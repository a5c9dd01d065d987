import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import { isInt64 } from '../../base/int64.ts';
import { checkReference } from '../../base/names.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import { ledgerAccountDiffers } from '../ledger-errors.ts';
import type { AccountRef, AccountState, Authority } from '../types.ts';
import { findAccountStates, refText } from './find-accounts.ts';
import { inChunks } from './in-chunks.ts';
import type { WriteSession } from './session.ts';

/** An account to open. `unit` and `lotted` never change afterwards; floor and authority are those of its first opening. */
export interface AccountSpec {
  readonly ref: AccountRef;
  /** A unit's name, such as `session`. */
  readonly unit: string;
  /** Lowest available allowed, in the unit's smallest part; null for none. */
  readonly floor: bigint | null;
  readonly lotted: boolean;
  readonly authority: Authority;
}

/**
 * Opens the accounts that are not there yet and returns the states of all, in the order given. An account that exists is
 * left as it is, its floor and authority included, because those may have been changed on purpose since.
 * Throws `INPUT_INVALID` for a reference or floor that cannot be stored, then `LEDGER_ACCOUNT_DIFFERS`, after which the
 * caller's transaction must be aborted for nothing to stay.
 */
export async function openAccounts(session: WriteSession, specs: readonly AccountSpec[]): Promise<AccountState[]> {
  for (const spec of specs) checkSpec(spec);
  // One order for everybody: two openers of overlapping lists then wait for each other and never deadlock.
  const ordered = specs.toSorted((one, other) => compareTexts(refText(one.ref), refText(other.ref)));
  for (const chunk of inChunks(ordered)) await insertAbsent(session, chunk);
  const states = await findAccountStates(
    session,
    specs.map((spec) => spec.ref),
  );
  return specs.map((spec, index) => agreeing(spec, states[index]));
}

async function insertAbsent(session: WriteSession, specs: readonly AccountSpec[]): Promise<void> {
  const { statements, expressions } = session.database.dialect;
  const rows = statements.rows('r', {
    columns: {
      system_name: 'text',
      kind: 'text',
      owner: 'text',
      unit: 'text',
      floor: 'int64',
      authority: 'text',
      lotted: 'int64',
    },
    rows: specs.map(({ ref, unit, floor, authority, lotted }) => [
      ref.system,
      ref.kind,
      ref.owner,
      unit,
      floor,
      authority,
      lotted ? 1n : 0n,
    ]),
  });
  await statements.insertIfAbsent(session.handle, {
    table: 'carryover_accounts',
    columns: [
      'system_name',
      'kind',
      'owner',
      'unit',
      'balance',
      'held',
      'floor',
      'seq',
      'status',
      'authority',
      'lotted',
      'opened_at',
    ],
    source: sql`select r.system_name, r.kind, r.owner, r.unit, 0, 0, r.floor, 0, 'open', r.authority, r.lotted, ${expressions.now()} from ${rows}`,
    conflict: ['system_name', 'kind', 'owner'],
  });
}

function checkSpec({ ref, unit, floor }: AccountSpec): void {
  checkName('a system name', ref.system);
  checkName('an account kind', ref.kind);
  checkReference('an account owner', ref.owner);
  checkName('a unit name', unit);
  if (floor !== null && !isInt64(floor)) {
    throw new CarryoverError(inputInvalid, {
      what: 'a floor',
      found: floor.toString(),
      expected: 'an amount of at most 64 bits',
    });
  }
}

/** Lower snake or kebab case of at most 32 characters: what the columns hold, and no slash, so that `refText` stays unambiguous. */
function checkName(what: string, name: string): void {
  if (/^[a-z][a-z0-9_-]{0,31}$/.test(name)) return;
  const found = JSON.stringify(name.slice(0, 40));
  throw new CarryoverError(inputInvalid, { what, found, expected: 'lower case letters, digits, _ or -, at most 32' });
}

function agreeing(spec: AccountSpec, state: AccountState | undefined): AccountState {
  if (state === undefined) throw new Error(`The account ${refText(spec.ref)} is gone after it was opened.`);
  const account = refText(spec.ref);
  if (state.unit !== spec.unit) {
    throw new CarryoverError(ledgerAccountDiffers, {
      account,
      property: 'unit',
      found: state.unit,
      expected: spec.unit,
    });
  }
  if (state.lotted !== spec.lotted) {
    const [found, expected] = [String(state.lotted), String(spec.lotted)];
    throw new CarryoverError(ledgerAccountDiffers, { account, property: 'lotted', found, expected });
  }
  return state;
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
