import { isError } from '../../base/errors.ts';
import { sqlUnreachable } from '../../sql/sql-errors.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { onlySettled } from '../capture/unsettled.ts';
import { readWhole } from '../run/read-whole.ts';
import { isLive, left, type CutoverRun } from '../stages/define-stage.ts';
import type { InvariantRow } from '../descriptor.ts';
import type { InvariantResult } from './verification.ts';

/**
 * Computes both sides of every invariant. One that gives no rows, or whose query fails, was not checked: that is an outcome of its own
 * and never counts as equal.
 */
export async function checkInvariants(run: CutoverRun): Promise<readonly InvariantResult[]> {
  const { parts } = left('the legacy schema', run.legacy);
  const source = legacySource(isLive(run) ? onlySettled(parts, run.context.system.name) : parts, WHOLE);
  const results: InvariantResult[] = [];
  for (const invariant of run.context.system.invariants) {
    const { name, statement } = invariant;
    run.emit({ type: 'step', stage: 'verify', step: `invariant ${name}` });
    try {
      const { rows } = await readWhole(run, invariant.compare(source));
      results.push({ name, statement, ...judge(rows) });
    } catch (error) {
      // An unreachable server is no verdict about the invariant; everything else makes this one invariant unknown.
      if (isError(error, sqlUnreachable)) throw error;
      const reason = run.reader.classify(error)?.kind ?? messageOf(error);
      results.push({ name, statement, outcome: 'not-checked', rows: [], reason });
    }
  }
  return results;
}

function judge(rows: readonly InvariantRow[]): Pick<InvariantResult, 'outcome' | 'rows' | 'reason'> {
  if (rows.length === 0) return { outcome: 'not-checked', rows, reason: 'no rows' };
  const texts = rows.map(({ label, legacy_value, ledger_value }) => ({
    label: String(label),
    legacy_value: String(legacy_value),
    ledger_value: String(ledger_value),
  }));
  const isUnknown = rows.some(({ legacy_value, ledger_value }) => legacy_value === null || ledger_value === null);
  if (isUnknown) return { outcome: 'not-checked', rows: texts, reason: 'a side has no number' };
  const equal = texts.every(({ legacy_value, ledger_value }) => legacy_value === ledger_value);
  return { outcome: equal ? 'equal' : 'different', rows: texts };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown failure';
}
