import { createHash } from 'node:crypto';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import type { Instant } from '../../base/instant.ts';
import { ledgerSchema } from '../../ledger/schema.ts';
import type { SchemaMigration } from '../../sql/schema-migration.ts';
import type { Analysis } from '../analyze/analysis.ts';
import type { CutoverContext } from '../cutover-context.ts';
import type { StageName } from '../cutover-state.ts';
import type { RollbackLimit, SystemDescriptor } from '../descriptor.ts';
import { legacySource, WHOLE, type SourceParts } from '../legacy-source.ts';
import { hashStatements } from '../record/journal.ts';
import { createLiveCutover } from '../live-schema.ts';
import { createCutovers } from '../schema.ts';
import { estimateSteps } from './estimates.ts';
import { plannedViews, type PlannedView } from './planned-views.ts';

/** Carryover's own tables that every cutover needs. They stay after a rollback, to keep the journal. */
export const coreMigrations: readonly SchemaMigration[] = [ledgerSchema, createCutovers, createLiveCutover];

/** One step of the plan with what it is expected to cost. */
export interface PlannedStep {
  readonly stage: StageName;
  readonly step: string;
  readonly rows?: bigint;
  readonly seconds: number;
  /** Disk it takes, where it takes any. */
  readonly bytes?: bigint;
}

/** What a cutover would do, and the hash that stands for it. */
export interface CutoverPlan {
  readonly instance: string;
  readonly system: string;
  readonly asOf: Instant;
  /** SHA-256 (hex) of the canonical JSON of `parts`. */
  readonly hash: string;
  /** Everything that determines the result, by name; long ones as hashes. */
  readonly parts: Readonly<Record<string, string>>;
  /** Every DDL statement that expand may run, in order. Those of tables that exist already are skipped. */
  readonly ddl: readonly string[];
  readonly views: readonly PlannedView[];
  readonly steps: readonly PlannedStep[];
  readonly seconds: number;
  readonly bytes: bigint;
  /** How seconds and bytes were estimated: by assumed rates, or measured in the rehearsal. */
  readonly estimatedBy: string;
  readonly rollbackLimits: readonly RollbackLimit[];
}

/** Plans a cutover from what was analyzed. Reads nothing but the size of a backup. */
export async function makePlan(
  context: CutoverContext,
  analyzed: { readonly analysis: Analysis; readonly parts: SourceParts<unknown> },
): Promise<CutoverPlan> {
  const { database, system } = context;
  const { analysis } = analyzed;
  const views = plannedViews(context);
  const ddl = plannedDdl(context, views);
  const parts = planParts(context, { analysis, ddl, queries: hashQueries(context, analyzed.parts) });
  const estimates = await estimateSteps(database, { analysis, statements: ddl.length });
  return {
    instance: context.instance,
    system: system.name,
    asOf: analysis.asOf,
    hash: hashParts(parts),
    parts,
    ddl,
    views,
    ...estimates,
    rollbackLimits: system.rollbackLimits,
  };
}

/** SHA-256 (hex) of plan parts. */
export function hashParts(parts: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

/** What changed from one plan to another, a few words per part. */
export function explainPlanChange(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (was === is) return [];
    const isHash = /^[0-9a-f]{64}$/.test(was ?? '') || /^[0-9a-f]{64}$/.test(is ?? '');
    return [isHash ? name : `${name} was ${was ?? 'absent'}, is ${is ?? 'absent'}`];
  });
}

function plannedDdl(context: CutoverContext, views: readonly PlannedView[]): readonly string[] {
  const migrations = [...coreMigrations, ...context.system.schemaMigrations];
  return [
    ...migrations.flatMap((migration) => migration.statements(context.database)),
    ...views.flatMap(({ statements }) => statements),
  ];
}

function planParts(
  context: CutoverContext,
  planned: { readonly analysis: Analysis; readonly ddl: readonly string[]; readonly queries: string },
): Readonly<Record<string, string>> {
  const policy = Object.entries(context.policy ?? {}).map(([name, value]) => [`policy.${name}`, canonicalText(value)]);
  return {
    system: context.system.name,
    'as-of': planned.analysis.asOf.toString(),
    'tool version': context.toolVersion,
    mapping: canonicalText(context.mapping),
    ...(Object.fromEntries(policy) as Record<string, string>),
    'DDL statements': hashStatements(planned.ddl),
    queries: planned.queries,
    'legacy schema': planned.analysis.legacySchemaSha256,
  };
}

/** Policies may hold fractions, which canonical JSON refuses on purpose; here they only need to be told apart. */
function canonicalText(value: unknown): string {
  return canonicalJson(
    JSON.parse(
      JSON.stringify(value, (_key, member: unknown) =>
        typeof member === 'number' && !Number.isSafeInteger(member) ? `${member}` : member,
      ),
    ) as CanonicalValue,
  );
}

/** The texts and parameters of the system's queries: a changed query is another plan even under the same version. */
function hashQueries(context: CutoverContext, parts: SourceParts<unknown>): string {
  const source = legacySource(parts, WHOLE);
  const system: SystemDescriptor = context.system;
  const queries = [
    system.accounts(source),
    system.history(source),
    system.expected(source),
    ...system.facts.filter(({ table }) => source.has(table)).map((fact) => fact.classify(source)),
    ...system.copies.map((copy) => copy.select(source)),
    ...system.invariants.map((invariant) => invariant.compare(source)),
  ];
  return hashStatements(
    queries.map((query) => {
      const compiled = query.compile(context.database.handle);
      const parameters = compiled.parameters.map((parameter) => `${typeof parameter}:${String(parameter)}`);
      return [compiled.sql, ...parameters].join('\u0001');
    }),
  );
}
