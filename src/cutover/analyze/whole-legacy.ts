import { sql, type RawBuilder } from 'kysely';
import type { Statements } from '../../sql/contract/statements.ts';
import type { Trx } from '../../sql/engine.ts';
import type { LegacySource, SystemDescriptor } from '../descriptor.ts';
import { legacySource, WHOLE, type KeptRows, type SourceParts } from '../legacy-source.ts';

/** A system's queries over the whole of legacy, to be read as derived tables. */
export interface WholeLegacy {
  readonly source: LegacySource<unknown>;
  /** `kind`, `owner`, `unit`, `status` and `lotted` of each account. */
  readonly accounts: RawBuilder<unknown>;
  /** `account_kind`, `owner`, `source`, `amount`, `entry_kind` and `contra` of each fact. */
  readonly history: RawBuilder<unknown>;
  readonly expected: RawBuilder<unknown>;
}

/**
 * Runs a look at the whole of legacy in a read-only transaction. Dozens of queries begin from the same few, so the rows of these are kept
 * where the engine can: an embedded one has no second processor to read them again on (a school of 150,000 facts is looked at in
 * 3 s instead of 10 s of processor time; SQLite 3.54, 2026-11).
 */
export async function withWholeLegacy<T>(
  statements: Statements,
  trx: Trx,
  look: {
    readonly system: SystemDescriptor;
    readonly parts: SourceParts<unknown>;
    readonly work: (whole: WholeLegacy) => Promise<T>;
  },
): Promise<T> {
  const { system, parts } = look;
  await statements.planForWhole(trx);
  const names: string[] = [];
  const keep = (name: string, query: RawBuilder<unknown>): Promise<RawBuilder<unknown>> => {
    const table = `carryover_kept_${name}`;
    names.push(table);
    return statements.keepRows(trx, table, query);
  };
  const kept = new Map<string, RawBuilder<unknown>>();
  const source = (): LegacySource<unknown> => legacySource(parts, WHOLE, kept as KeptRows);
  for (const shared of system.shared ?? []) {
    kept.set(shared.name, await keep(`shared_${shared.name}`, shared.rows(source())));
  }
  const accounts = sql`select q.kind, q.owner, q.unit, q.status, q.lotted from (${system.accounts(source())}) as q`;
  const history = sql`select q.account_kind, q.owner, q.source, q.amount, q.entry_kind, q.contra from (${system.history(source())}) as q`;
  const result = await look.work({
    source: source(),
    accounts: await keep('accounts', accounts),
    history: await keep('history', history),
    expected: await keep('expected', system.expected(source())),
  });
  await statements.dropKeptRows(trx, names);
  return result;
}
