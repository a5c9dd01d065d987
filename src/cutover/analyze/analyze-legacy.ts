import { createHash } from 'node:crypto';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import { limitsOf, subjectOf, type CutoverContext } from '../cutover-context.ts';
import { inspectLegacy, type InspectedLegacy } from './inspect-legacy.ts';
import { ownViews, userObjects } from '../record/own-views.ts';
import { plannedViews, unknownViewNames } from '../plan/planned-views.ts';
import { takeLegacyFingerprint, type LegacyFingerprint } from '../verify/legacy-fingerprint.ts';
import type { Analysis, FactCount, FindingSummary } from './analysis.ts';
import { checkAccounts, checkSources, stop } from './check-accounts.ts';
import { countFacts } from './count-facts.ts';
import { runFindings, type FoundRows } from './run-findings.ts';
import { countAccounts, sumEntries, sumUnits } from './summarise-result.ts';
import { withWholeLegacy, type WholeLegacy } from './whole-legacy.ts';

/** The rows of findings, and of which state of legacy they are: while legacy has this fingerprint, they are what there is. */
export interface FoundInLegacy {
  readonly fingerprint: LegacyFingerprint;
  readonly rows: FoundRows;
}

/** What analyze leaves for the stages after it: the report, and what further queries are built from. */
export interface AnalyzedLegacy {
  readonly analysis: Analysis;
  readonly legacy: InspectedLegacy;
  readonly found: FoundInLegacy;
}

/**
 * Reads legacy once, on one snapshot of a read-only session, and says what a cutover would make of it. Works before Carryover has
 * any table. Throws `CUTOVER_LEGACY_MISMATCH` before a row is read.
 */
export async function analyzeLegacy(context: CutoverContext, reader: Database, asOf: Instant): Promise<AnalyzedLegacy> {
  if (reader.options.access !== 'read-only') throw new Error('Analyze was given a session that is not read-only.');
  const startedMs = performance.now();
  const { system } = context;
  const views = await ownViews(reader, system.name);
  return reader.read(async (trx) => {
    const { introspection } = reader.dialect;
    const existing = await introspection.tables(trx);
    const legacy = inspectLegacy(context, { existing, dialect: reader.dialect, asOf });
    const { parts, schema } = legacy;
    const schemaText = await introspection.schemaText(trx, userObjects(reader, views));
    const { numbers, found } = await withWholeLegacy(reader.dialect.statements, trx, {
      system,
      parts,
      work: (whole) => analyzeRows(context, trx, whole),
    });
    const fingerprint = await takeLegacyFingerprint(reader.dialect, trx, schema);
    const names = new Set(existing.map(({ name }) => name));
    const taken = plannedViews(context).filter(({ physical }) => names.has(physical) && !views.has(physical));
    const analysis: Analysis = {
      ...subjectOf(context),
      asOf,
      serverVersion: await introspection.version(trx),
      legacySchemaSha256: createHash('sha256').update(schemaText).digest('hex'),
      ...numbers,
      findings: [...numbers.findings, ...viewFindings(context, taken), ...unaccountedRows(numbers.facts)],
      seconds: (performance.now() - startedMs) / 1000,
    };
    return { analysis, legacy, found: { fingerprint, rows: found } };
  });
}

type Numbers = Pick<Analysis, 'facts' | 'findings' | 'accounts' | 'entries' | 'units' | 'reconciliation'>;

async function analyzeRows(
  context: CutoverContext,
  trx: Trx,
  whole: WholeLegacy,
): Promise<{ readonly numbers: Numbers; readonly found: FoundRows }> {
  const { system } = context;
  const { source } = whole;
  const samplesMax = limitsOf(context).findingSamplesMax;
  const step = (name: string): void => context.onProgress?.({ type: 'step', stage: 'analyze', step: name });
  step('count facts');
  const facts = await countFacts(trx, system.facts, source);
  step('look for findings');
  const accepted = context.acceptedFindings ?? [];
  const { summaries, found } = await runFindings(trx, system.findings, { source, samplesMax, accepted });
  step('reconcile legacy with itself');
  const { reconciliation, findings } = await checkAccounts(trx, whole, samplesMax);
  const sources = await checkSources(trx, whole, samplesMax);
  step('sum the result');
  const accounts = await countAccounts(trx, whole);
  const entries = await sumEntries(trx, whole);
  const units = await sumUnits(trx, whole, entries);
  const wrongAccounts = accountFindings(
    system.units(context.policy).map(({ name }) => name),
    accounts,
    system.lots !== undefined,
  );
  const numbers: Numbers = {
    facts,
    findings: [...summaries, ...findings, ...sources, ...wrongAccounts],
    accounts,
    entries,
    units,
    reconciliation,
  };
  return { numbers, found };
}

function accountFindings(
  units: readonly string[],
  accounts: Analysis['accounts'],
  hasLots: boolean,
): readonly FindingSummary[] {
  const sum = (counts: Analysis['accounts']): bigint => counts.reduce((total, count) => total + count.accounts, 0n);
  const samplesOf = (counts: Analysis['accounts']): FindingSummary['samples'] =>
    counts.map(({ kind, unit }) => ({ subject: `${kind} accounts`, details: JSON.stringify({ unit }) }));
  const unknown = accounts.filter(({ unit }) => !units.includes(unit));
  const lotted = accounts.filter((count) => count.lotted !== 0n && !hasLots);
  return [
    stop('unit-unknown', 'Accounts count a unit that the system does not declare', {
      rows: sum(unknown),
      samples: samplesOf(unknown),
    }),
    stop('lots-not-carried', 'Accounts keep lots, of which the system does not say the terms', {
      rows: sum(lotted),
      samples: samplesOf(lotted),
    }),
  ];
}

function viewFindings(
  context: CutoverContext,
  taken: readonly { readonly name: string; readonly physical: string }[],
): readonly FindingSummary[] {
  const unknown = unknownViewNames(context);
  const samples = [
    ...taken.map(({ name, physical }) => ({ subject: physical, details: JSON.stringify({ view: name }) })),
    ...unknown.map((name) => ({ subject: name, details: JSON.stringify({ view: null }) })),
  ];
  return [
    {
      ...stop('view-name-taken', 'A compatibility view would have the name of an existing object', {
        rows: BigInt(samples.length),
        samples,
      }),
      treatment: 'Give the view another name under "views" in the config, or null to leave it out.',
    },
  ];
}

/** A row that no outcome accounts for would be lost without a word. */
function unaccountedRows(facts: readonly FactCount[]): readonly FindingSummary[] {
  const samples = facts.flatMap(({ table, rows, outcomes }) => {
    const classified = outcomes.reduce((sum, outcome) => sum + outcome.rows, 0n);
    if (classified === rows) return [];
    return [{ subject: table, details: JSON.stringify({ rows: `${rows}`, classified: `${classified}` }) }];
  });
  return [
    stop(
      'rows-unaccounted',
      'A fact table has rows that are neither carried, excluded nor quarantined, or counted twice',
      {
        rows: BigInt(samples.length),
        samples,
      },
    ),
  ];
}
