import type { TableFingerprint } from '../../sql/contract/introspection.ts';
import type { Handle } from '../../sql/engine.ts';
import type { Dialect } from '../../sql/dialect.ts';
import type { LegacySchema } from '../legacy-schema.ts';
import type { CutoverRow } from '../record/cutover-row.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';

/** Rows and digest of every legacy table the system reads, over the columns it reads, by physical name. */
export type LegacyFingerprint = Readonly<Record<string, { readonly rows: string; readonly digest: string }>>;

/** Takes the fingerprint of the legacy tables. The handle should be one snapshot where the tables must be of one instant. */
export async function takeLegacyFingerprint(
  dialect: Dialect,
  handle: Handle,
  schema: LegacySchema,
): Promise<LegacyFingerprint> {
  const prints: Record<string, { rows: string; digest: string }> = {};
  for (const { physical, columns } of schema.tables) {
    const names = columns.map(({ info }) => info.name);
    const print: TableFingerprint = await dialect.introspection.fingerprint(handle, physical, names);
    prints[physical] = { rows: print.rows.toString(), digest: print.digest };
  }
  return prints;
}

/** The tables that are in one fingerprint only, or whose content differs. */
export function changedTables(before: LegacyFingerprint, after: LegacyFingerprint): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.filter((name) => {
    const [was, is] = [before[name], after[name]];
    return was === undefined || is === undefined || was.rows !== is.rows || was.digest !== is.digest;
  });
}

/** The legacy tables whose content is not what it was when the present pass began. */
export async function tablesChangedSince(run: CutoverRun, row: CutoverRow): Promise<readonly string[]> {
  const { schema } = left('the legacy schema', run.legacy);
  const before = JSON.parse(left('the fingerprint', row.legacy_fingerprint ?? undefined)) as LegacyFingerprint;
  const after = await run.reader.read((trx) => takeLegacyFingerprint(run.context.database.dialect, trx, schema));
  return changedTables(before, after);
}
