import type { Session } from '../store/session.ts';
import { breach, type Breach } from './breach.ts';

/** The tables whose rows are never changed or deleted. */
const APPEND_ONLY_TABLES = ['carryover_entries', 'carryover_lot_draws', 'carryover_audit'] as const;

/**
 * `append-only`: the triggers that refuse changes are there and enabled. Their names are read off the statements that remove them,
 * because each engine has its own.
 */
export async function checkAppendOnly({ database, handle }: Session): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (const name of APPEND_ONLY_TABLES) {
    const physical = database.tableName(name);
    const wanted = database.dialect.statements.dropAppendOnly(physical).flatMap(triggerName);
    const info = await database.dialect.introspection.table(handle, physical);
    const enabled = new Set(info?.triggers.filter((trigger) => trigger.enabled).map((trigger) => trigger.name));
    for (const trigger of wanted.filter((one) => !enabled.has(one))) {
      const place = { table: name.slice('carryover_'.length), key: trigger };
      breaches.push(
        breach({ ...place, rule: 'append-only', found: 'no such trigger, or disabled', expected: 'enabled' }),
      );
    }
  }
  return breaches;
}

function triggerName(statement: string): string[] {
  const name = /drop trigger (?:if exists )?["`]?([^"`\s;]+)["`]?/i.exec(statement)?.[1];
  return name === undefined ? [] : [name];
}
