import { Type, type TSchema } from 'typebox';
import type { CanonicalValue } from '../../../base/canonical-json.ts';
import { checkReference } from '../../../base/names.ts';
import {
  haltUnderPressure,
  nameCohort,
  previewRollback,
  previewSwitch,
  returnAccounts,
  rollbackCutover,
  switchAccounts,
  type CutoverContext,
  type Preview,
  type PreviewDepth,
  type RollbackSelection,
  type Selection,
} from '../../../cutover/index.ts';
import * as wire from '../wire-fields.ts';
import { canonicalSelection, rollbackSelection, switchSelection } from './selections.ts';

/** What is asked for, in the form in which it is shown, confirmed and done. */
export interface Wish {
  readonly selection: RollbackSelection;
  readonly cohort: string | null;
  /** Everything that was asked for, as a confirmation is bound to it. */
  readonly canonical: CanonicalValue;
  preview(context: CutoverContext, depth: PreviewDepth): Promise<Preview>;
  run(context: CutoverContext, shown: Preview): Promise<object>;
}

/** A step that takes two calls: one that shows, one that confirms what was shown. */
export interface Decision {
  readonly action: 'switch' | 'rollback';
  readonly titles: { readonly preview: string; readonly confirm: string };
  readonly members: Readonly<Record<string, TSchema>>;
  wishOf(body: unknown): Wish;
}

interface SwitchBody {
  readonly selection: Selection;
  readonly cohort?: string;
}

/** Giving the authority over accounts to the ledger. */
export const switching: Decision = {
  action: 'switch',
  titles: {
    preview:
      'Say what a switch would do now, and give the token that confirms it; compares every account and writes nothing',
    confirm: 'Give the authority over accounts to the ledger, in the background, as the preview showed it',
  },
  members: {
    selection: switchSelection,
    cohort: wire.optional(wire.reference('What these accounts are called together; else after what is chosen', 64)),
  },
  wishOf(body) {
    const { selection, cohort: given } = body as SwitchBody;
    const cohort = given === undefined ? nameCohort(selection) : checkReference('a cohort', given);
    return {
      selection,
      cohort,
      canonical: { selection: canonicalSelection(selection), cohort },
      preview: (context, depth) => previewSwitch(context, selection, depth),
      run: (context) => switchAccounts(context, { selection, cohort, halt: haltUnderPressure(context) }),
    };
  },
};

interface RollbackBody {
  readonly selection: RollbackSelection;
  readonly acceptLosses: boolean;
  readonly reason: string;
}

/** Taking accounts back to legacy, or the whole cutover back to before it made anything. */
export const rollingBack: Decision = {
  action: 'rollback',
  titles: {
    preview: 'Say what a rollback would do now and what legacy cannot hold, and give the token that confirms it',
    confirm:
      'Take accounts back to legacy with what happened since, or remove the whole cutover, in the background, as the preview showed it',
  },
  members: {
    selection: rollbackSelection,
    acceptLosses: Type.Boolean({
      default: false,
      description: 'Whether what legacy cannot hold may be lost: exactly what the preview lists',
    }),
    reason: wire.text('Why, for the journal', 200),
  },
  wishOf(body) {
    const { selection, acceptLosses, reason } = body as RollbackBody;
    return {
      selection,
      cohort: null,
      canonical: { selection: canonicalSelection(selection), acceptLosses, reason },
      preview: (context) => previewRollback(context, { selection, acceptsLosses: acceptLosses }),
      run: (context, { facts }) =>
        selection.who === 'whole'
          ? rollbackCutover(context, { reason })
          : returnAccounts(context, { selection, acceptedLosses: acceptLosses ? facts.losses : [] }),
    };
  },
};
