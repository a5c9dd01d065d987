import { Instant } from '../../../base/instant.ts';
import type { GateFacts } from '../gate/decide-gate.ts';
import type { TuitionPolicy } from '../policy.ts';
import type { EnrolmentFacts } from './load-enrolments.ts';

/** What the door looks at, from an enrolment. */
export function gateFacts(enrolment: EnrolmentFacts, policy: Pick<TuitionPolicy, 'gate'>, now: Instant): GateFacts {
  return {
    available: enrolment.sessions.available,
    floor: enrolment.floor,
    makeUp: enrolment.makeUp?.available ?? 0n,
    standing: enrolment.standing,
    paid: enrolment.paid,
    override: overrideOf(enrolment),
    enforced: isEnforced(policy, now),
  };
}

/** An account that somebody froze in the ledger takes nothing, so at the door it is a freeze, which no pass opens. */
function overrideOf({ sessions, override }: EnrolmentFacts): GateFacts['override'] {
  if (sessions.status === 'frozen' && override?.effect !== 'block') return 'freeze';
  return override?.effect ?? null;
}

/** False in the shadow period before policy's date, when refusals for money are only written down (T-41). */
export function isEnforced({ gate }: Pick<TuitionPolicy, 'gate'>, now: Instant): boolean {
  return gate.enforcedFrom === null || !now.isBefore(Instant.parse(gate.enforcedFrom));
}
