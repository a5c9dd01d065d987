import { Type, type TSchema } from 'typebox';
import type { CanonicalValue } from '../../../base/canonical-json.ts';
import { checkReference } from '../../../base/names.ts';
import { describeSelection, type RollbackSelection } from '../../../cutover/index.ts';
import * as wire from '../wire-fields.ts';

/** Owners that one request names at most; more are a share, a kind or all. */
const OWNERS_MAX = 5_000;

const who = (word: string, members: Readonly<Record<string, TSchema>> = {}): TSchema =>
  wire.closed({ who: Type.Literal(word), ...members });

const owners = who('owners', {
  owners: Type.Array(wire.reference('An owner'), {
    minItems: 1,
    maxItems: OWNERS_MAX,
    description: 'Whose accounts',
  }),
});
const kind = who('kind', { kind: wire.reference('The kind of the accounts', 32) });

/** Whom a switch may be about. */
export const switchSelection: TSchema = Type.Union(
  [
    who('all'),
    who('percent', {
      percent: Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        description: 'A share of the owners; those of a smaller share are among those of a larger',
      }),
    }),
    owners,
    kind,
  ],
  { description: 'Whom it is about' },
);

/** Whom a rollback may be about; `whole` takes the cutover back to before it made anything. */
export const rollbackSelection: TSchema = Type.Union(
  [who('whole'), who('all'), owners, kind, who('cohort', { cohort: wire.reference('Those switched together', 64) })],
  { description: 'Whom it is about; "whole" removes what the cutover made' },
);

/** A selection as it is confirmed: the same owners are the same wish, however they are ordered. Throws `INPUT_INVALID` for an owner that is no reference. */
export function canonicalSelection(selection: RollbackSelection): CanonicalValue {
  switch (selection.who) {
    case 'percent':
      return { who: 'percent', percent: String(selection.percent) };
    case 'owners':
      for (const owner of selection.owners) checkReference('an owner', owner);
      return { who: 'owners', owners: [...new Set(selection.owners)].toSorted() };
    default:
      return { ...selection };
  }
}

/** A selection in a few words. */
export function selectionWords(selection: RollbackSelection): string {
  return selection.who === 'whole' ? 'whole' : describeSelection(selection);
}
