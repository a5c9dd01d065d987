import { Type, type TSchema } from 'typebox';
import type { Preview, PreviewGate } from '../../../cutover/index.ts';
import { Confirmations, type Shown } from '../../cutover/confirmations.ts';
import type { ServeScope } from '../serve-scope.ts';
import * as wire from '../wire-fields.ts';
import { STAGE_ORDER } from '../../../cutover/index.ts';

/** Accounts named as differing; who needs all of them runs verify. */
const NAMED_MAX = 20;

/** What must be so before a step is done. */
export const gateAnswer: TSchema = wire.closed({
  name: wire.reference('What must be so'),
  open: Type.Boolean({ description: 'Whether it is' }),
  reason: wire.nullable(Type.String({ description: 'Why it is not' })),
  nextStep: wire.nullable(Type.String({ description: 'What to do about it' })),
});

/** See `gateAnswer`. */
export function gateOf({ name, open, reason, nextStep }: PreviewGate): object {
  return { name, open, reason: reason ?? null, nextStep: nextStep ?? null };
}

/** What would happen, and what confirms it. */
export const previewAnswer: TSchema = wire.closed(
  {
    instance: wire.reference('The instance'),
    system: wire.reference('The system'),
    action: wire.oneOf(['switch', 'rollback'], 'What would be done'),
    selection: Type.String({ description: 'Whom it is about, in a few words' }),
    cohort: wire.nullable(wire.reference('What the accounts would be called together')),
    owners: wire.number('Owners that it means'),
    accounts: wire.number('Accounts that it means'),
    run: wire.nullable(
      wire.closed({
        runId: wire.reference('The run'),
        planHash: wire.reference('The plan that it follows'),
        stage: wire.oneOf(STAGE_ORDER, 'Where it is'),
        state: wire.reference('How the stage stands'),
        journalSeq: wire.number('The newest line of its journal'),
      }),
    ),
    differences: wire.nullable(
      wire.closed({
        compared: wire.number('Accounts of legacy that were compared'),
        different: wire.number('Of those, the ones that differ'),
        named: Type.Array(
          wire.closed({ kind: wire.reference('The kind of the account'), owner: wire.reference('Whose it is') }),
          { description: 'The first of them' },
        ),
      }),
    ),
    losses: Type.Array(Type.String(), { description: 'What legacy cannot hold of these accounts' }),
    gates: Type.Array(gateAnswer),
    token: wire.nullable(wire.reference('Confirms exactly this, once; null while a gate is closed', 200)),
    expiresAt: wire.nullable(wire.instant('Until when the token is good')),
  },
  'What would happen',
);

/** Shows a preview, with a token where every gate is open. */
export async function previewOf(
  { database }: Pick<ServeScope, 'database'>,
  { facts, gates, comparison }: Preview,
  asked: Omit<Shown, 'facts'> & { readonly words: string; readonly cohort: string | null },
): Promise<object> {
  const { words, cohort, ...rest } = asked;
  const isOpen = gates.every(({ open }) => open);
  const confirmation = isOpen ? await new Confirmations(database).issue({ ...rest, facts }) : undefined;
  const { instance, system, action } = rest;
  const { runId, planHash, stage, state, journalSeq } = facts;
  return {
    instance,
    system,
    action,
    selection: words,
    cohort,
    owners: facts.owners.toString(),
    accounts: facts.accounts.toString(),
    run: runId === null ? null : { runId, planHash, stage, state, journalSeq: journalSeq.toString() },
    differences:
      comparison === undefined
        ? null
        : {
            compared: comparison.compared.toString(),
            different: comparison.different.toString(),
            named: comparison.named.slice(0, NAMED_MAX).map(({ kind, owner }) => ({ kind, owner })),
          },
    losses: facts.losses,
    gates: gates.map(gateOf),
    token: confirmation?.token ?? null,
    expiresAt: confirmation?.expiresAt.toString() ?? null,
  };
}
