import { CarryoverError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Dialect } from '../../sql/dialect.ts';
import { subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverLegacyMismatch } from '../cutover-errors.ts';
import { compareLegacySchema, type LegacySchema } from '../legacy-schema.ts';
import type { SourceParts } from '../legacy-source.ts';
import type { TableInfo } from '../../sql/contract/introspection.ts';

/** How legacy is read: its tables as the database has them, and what queries are built from. */
export interface InspectedLegacy {
  readonly schema: LegacySchema;
  readonly parts: SourceParts<unknown>;
}

/** Holds the described tables against those there are. Throws `CUTOVER_LEGACY_MISMATCH`; reads no row. */
export function inspectLegacy(
  context: CutoverContext,
  found: { readonly existing: readonly TableInfo[]; readonly dialect: Dialect; readonly asOf: Instant },
): InspectedLegacy {
  const { system, mapping, policy } = context;
  const schema = compareLegacySchema(found.existing, system.legacy, mapping);
  if (schema.problems.length > 0) {
    throw new CarryoverError(cutoverLegacyMismatch, { ...subjectOf(context), problems: schema.problems });
  }
  const { dialect, asOf } = found;
  const parts = { dialect, policy, asOf, mapping, walk: system.walk, present: schema.present };
  return { schema, parts };
}
