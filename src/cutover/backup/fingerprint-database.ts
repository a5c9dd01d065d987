import { createHash } from 'node:crypto';
import type { Database } from '../../sql/database.ts';
import type { Handle } from '../../sql/engine.ts';
import type { BackupFingerprint } from '../backup-gate.ts';

/** Called after each table, with how many of all are done. */
type OnTable = (done: bigint, total: bigint) => void;

/**
 * The fingerprint of a whole database as one handle sees it: its schema text, and rows and digest of each table over all
 * columns. The lease's table is left out, since a living runner moves it between the copy and the comparison.
 */
export async function fingerprintDatabase(
  database: Database,
  handle: Handle,
  onTable: OnTable = () => undefined,
): Promise<BackupFingerprint> {
  const { introspection } = database.dialect;
  const schema = await introspection.schemaText(handle, () => true);
  const leaseTable = database.tableName('carryover_cutovers');
  const tables = (await introspection.tables(handle)).filter(
    ({ kind, name }) => kind === 'table' && name !== leaseTable,
  );
  const fingerprints: BackupFingerprint['tables'][number][] = [];
  for (const { name, columns } of tables) {
    const columnNames = columns.map((column) => column.name);
    fingerprints.push({ name, ...(await introspection.fingerprint(handle, name, columnNames)) });
    onTable(BigInt(fingerprints.length), BigInt(tables.length));
  }
  return { schemaSha256: createHash('sha256').update(schema).digest('hex'), tables: fingerprints };
}

/** What differs between the original and its copy, a sentence each; empty when nothing does. */
export function fingerprintDifferences(original: BackupFingerprint, copy: BackupFingerprint): readonly string[] {
  const copies = new Map(copy.tables.map((table) => [table.name, table]));
  const originals = new Set(original.tables.map(({ name }) => name));
  const differences = original.tables.flatMap((table) => {
    const restored = copies.get(table.name);
    if (restored === undefined) return [`table "${table.name}" is missing in the copy`];
    if (restored.rows !== table.rows)
      return [`table "${table.name}" has ${restored.rows} rows in the copy instead of ${table.rows}`];
    return restored.digest === table.digest ? [] : [`the content of table "${table.name}" differs`];
  });
  const added = copy.tables
    .filter(({ name }) => !originals.has(name))
    .map(({ name }) => `the copy has a table "${name}" more`);
  const schema = original.schemaSha256 === copy.schemaSha256 ? [] : ['the schemas differ'];
  const empty = original.tables.every(({ rows }) => rows === 0n) ? ['there was not one row to compare'] : [];
  return [...differences, ...added, ...schema, ...empty];
}
