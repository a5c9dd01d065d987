/** What the door knows about one pupil in one group. Sessions are whole numbers; the floor is null where nothing is owed. */
export interface GateFacts {
  readonly available: bigint;
  readonly floor: bigint | null;
  /** Make-up sessions that are granted, unused and not expired. */
  readonly makeUp: bigint;
  readonly standing: 'new' | 'returning';
  /** Sessions bought or given so far. */
  readonly paid: bigint;
  /** What was decided by hand and is in force now (T-19). */
  readonly override: 'block' | 'freeze' | 'allow' | null;
  /** False in the shadow period, when a refusal for money is only written down (T-41). */
  readonly enforced: boolean;
}

/** Why money keeps a pupil out. The number that people see beside the first is computed when it is read (T-17). */
export type BlockCode = 'credit_exceeded' | 'new_student_no_payment';

/** What the door does, and which account the session is taken from. */
export type GateDecision =
  | {
      readonly admit: true;
      readonly from: 'sessions' | 'make-up';
      /** Set where the pupil is let in although the floor says no; then the floor is passed, audited. */
      readonly pass: { readonly by: 'allow' | 'shadow'; readonly code: BlockCode } | null;
    }
  | { readonly admit: false; readonly code: BlockCode | 'blocked_by_hand' | 'frozen' };

/**
 * Decides one scan. A hand's block and a freeze come before money, because they hold whatever is paid. The rule about money is
 * prospective and the ledger's own: the session is taken iff what is available afterwards is not below the floor (T-14). A
 * make-up session is used up first, and then the sessions account is not touched: taking both is the classic mistake.
 */
export function decideGate(facts: GateFacts): GateDecision {
  if (facts.override === 'block') return { admit: false, code: 'blocked_by_hand' };
  if (facts.override === 'freeze') return { admit: false, code: 'frozen' };
  if (facts.makeUp > 0n) return { admit: true, from: 'make-up', pass: null };
  if (coversNext(facts)) return { admit: true, from: 'sessions', pass: null };
  const code = blockCodeOf(facts);
  if (facts.override === 'allow') return { admit: true, from: 'sessions', pass: { by: 'allow', code } };
  if (!facts.enforced) return { admit: true, from: 'sessions', pass: { by: 'shadow', code } };
  return { admit: false, code };
}

/** True when one more session may be taken: from a make-up, or without going below the floor. */
export function coversNext({ available, floor, makeUp }: Pick<GateFacts, 'available' | 'floor' | 'makeUp'>): boolean {
  return makeUp > 0n || floor === null || available - 1n >= floor;
}

/** A new pupil for whom nothing was bought yet is told to register first; everybody else has used up the credit. */
export function blockCodeOf({ standing, paid }: Pick<GateFacts, 'standing' | 'paid'>): BlockCode {
  return standing === 'new' && paid === 0n ? 'new_student_no_payment' : 'credit_exceeded';
}

/** What a block is derived from after a movement. */
export interface BlockFacts extends Pick<GateFacts, 'available' | 'floor' | 'makeUp' | 'standing' | 'paid'> {
  readonly active: boolean;
  readonly block: BlockCode | null;
  /** The door has just refused for money. */
  readonly refused: boolean;
}

/**
 * The block after a movement (T-15, T-18). It appears when the door refuses or the balance is below the floor, and goes when the
 * next session is covered, not merely because something was paid. At the floor, before anybody came to the door, there is none.
 */
export function deriveBlock(facts: BlockFacts): BlockCode | null {
  if (!facts.active || facts.floor === null || coversNext(facts)) return null;
  const isBlocked = facts.refused || facts.block !== null || facts.available < facts.floor;
  return isBlocked ? blockCodeOf(facts) : null;
}

/**
 * The number behind `credit_exceeded_`: how many sessions the balance is below the floor; at the floor it is the one session
 * that the door refused (T-14, T-17).
 */
export function sessionsOverLimit({ available, floor }: Pick<GateFacts, 'available' | 'floor'>): bigint {
  const short = floor === null ? 0n : floor - available;
  return short > 1n ? short : 1n;
}
