import type { Database } from '../../sql/database.ts';
import type { BreachList } from './breach-list.ts';

/** Tables whose rows nobody changes. */
const APPEND_ONLY_TABLES = ['carryover_entries', 'carryover_lot_draws', 'carryover_audit'] as const;

/** Checks that the triggers which keep rows from being changed are there and enabled. */
export async function checkAppendOnly(database: Database, breaches: BreachList): Promise<void> {
  const { introspection, statements } = database.dialect;
  const described = await Promise.all(
    APPEND_ONLY_TABLES.map(async (table) => {
      const physical = database.tableName(table);
      return { table, physical, info: await introspection.table(database.handle, physical) };
    }),
  );
  for (const { table, physical, info } of described) {
    for (const name of triggerNames(statements.appendOnly(physical))) {
      const trigger = info?.triggers.find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (trigger?.enabled === true) continue;
      breaches.add({
        rule: 'append-only-trigger-enabled',
        table,
        accountId: null,
        found: `${name} ${trigger === undefined ? 'is missing' : 'is disabled'}`,
        expected: `${name} enabled`,
      });
    }
  }
}

/** The names of the triggers that these statements create, without their quotes. */
function triggerNames(statements: readonly string[]): string[] {
  return statements.flatMap((text) => /^create trigger [`"]?([^\s`"]+)/.exec(text)?.[1] ?? []);
}
