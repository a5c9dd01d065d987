import { formatActor, type Actor } from '../../base/actor.ts';
import { Instant } from '../../base/instant.ts';
import { isInt64 } from '../../base/int64.ts';
import { REFERENCE_LENGTH_MAX, referenceFlaw } from '../../base/names.ts';
import { EXPIRY_KEY_PREFIX } from './expire-lots.ts';

/** What is wrong with one field of a command, in the words of `Cannot ...: found ..., against ...`; never the text itself. */
export interface Flaw {
  readonly what: string;
  readonly found: string;
  readonly expected: string;
}

const ACTOR_KINDS: ReadonlySet<string> = new Set<Actor['kind']>(['person', 'system', 'migration', 'webhook', 'job']);
const PRIORITY_MAX = 1_000_000n;
const WORD = /^[a-z][a-z0-9_-]*$/;

/** Account ids, seqs: whole numbers from 1. */
export function idFlaw(what: string, value: unknown): Flaw | undefined {
  if (typeof value === 'bigint' && value > 0n && isInt64(value)) return undefined;
  return { what, found: shown(value), expected: 'a whole number from 1 within 64 bits' };
}

/** An amount of the given sign. */
export function amountFlaw(
  value: unknown,
  sign: 'positive' | 'not zero' | 'any',
  what: string = 'amount',
): Flaw | undefined {
  const good =
    typeof value === 'bigint' &&
    isInt64(value) &&
    (sign === 'any' || (sign === 'positive' ? value > 0n : value !== 0n));
  const expected = {
    positive: 'a whole number from 1',
    'not zero': 'a whole number other than 0',
    any: 'a whole number',
  }[sign];
  return good ? undefined : { what, found: shown(value), expected: `${expected} within 64 bits` };
}

/** A key of the caller's: a reference that does not begin as the ledger's own keys do. */
export function keyFlaw(what: string, value: unknown): Flaw | undefined {
  const flaw = referenceFlaw(value as string);
  if (flaw !== undefined) {
    return {
      what,
      found: flaw,
      expected: `1 to ${REFERENCE_LENGTH_MAX} printable characters without spaces at the ends`,
    };
  }
  if (!(value as string).startsWith(EXPIRY_KEY_PREFIX)) return undefined;
  return {
    what,
    found: `a text that begins with "${EXPIRY_KEY_PREFIX}"`,
    expected: 'a key that the ledger does not use itself',
  };
}

/** Kinds and contras: lower kebab or snake case. */
export function wordFlaw(what: string, value: unknown, lengthMax: number): Flaw | undefined {
  if (typeof value === 'string' && value.length <= lengthMax && WORD.test(value)) return undefined;
  const found = typeof value === 'string' ? 'a text of another form' : shown(value);
  return { what, found, expected: `lower kebab or snake case, at most ${lengthMax} characters` };
}

/** Absent, or an instant. */
export function instantFlaw(what: string, value: unknown): Flaw | undefined {
  return value === undefined || value instanceof Instant
    ? undefined
    : { what, found: shown(value), expected: 'an Instant' };
}

/** Absent, or a text that every engine can store: PostgreSQL takes no NUL and UTF-8 no half of a surrogate pair. */
export function textFlaw(what: string, value: unknown): Flaw | undefined {
  if (value === undefined || (typeof value === 'string' && isStorable(value))) return undefined;
  return { what, found: shown(value), expected: 'a text of whole characters without NUL' };
}

/** Absent, or a flat object of texts, whole numbers, booleans and nulls. */
export function detailsFlaw(value: unknown): Flaw | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { what: 'details', found: shown(value), expected: 'an object' };
  }
  for (const [name, member] of Object.entries(value)) {
    const good =
      typeof member === 'string'
        ? isStorable(member)
        : member === null || typeof member === 'boolean' || Number.isSafeInteger(member);
    if (!good || !isStorable(name)) {
      return {
        what: 'details',
        found: `a member that is ${shown(member)}`,
        expected: 'texts, whole numbers, booleans or null',
      };
    }
  }
  return undefined;
}

/** An actor whose stored form is a reference. */
export function actorFlaw(value: unknown): Flaw | undefined {
  const actor = value as Partial<Actor> | null | undefined;
  if (typeof actor?.kind !== 'string' || !ACTOR_KINDS.has(actor.kind)) {
    return { what: 'actor', found: 'another kind', expected: [...ACTOR_KINDS].join(', ') };
  }
  const flaw = referenceFlaw(actor.id as string) ?? referenceFlaw(formatActor(actor as Actor));
  return flaw === undefined ? undefined : { what: 'actor', found: flaw, expected: 'an id that fits a reference' };
}

/** Paid or granted. */
export function fundingFlaw(value: unknown): Flaw | undefined {
  return value === 'paid' || value === 'granted'
    ? undefined
    : { what: 'funding', found: shown(value), expected: 'paid or granted' };
}

/** 0 to 1,000,000. */
export function priorityFlaw(value: unknown): Flaw | undefined {
  if (typeof value === 'bigint' && value >= 0n && value <= PRIORITY_MAX) return undefined;
  return { what: 'priority', found: shown(value), expected: `a whole number from 0 to ${PRIORITY_MAX}` };
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Numbers as they are, everything else by its type: a text may hold what a message must not. */
function shown(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
