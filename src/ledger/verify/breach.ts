/** What is checked, by name. docs/performance.md tells what each run costs; the names are part of reports and never change. */
export type VerifyRule =
  | 'account-balance'
  | 'account-seq'
  | 'account-held'
  | 'account-floor'
  | 'account-floor-audited'
  | 'account-status'
  | 'account-closed'
  | 'account-lots'
  | 'entry-account'
  | 'entry-seq'
  | 'entry-balance-after'
  | 'entry-side'
  | 'entry-maker'
  | 'entry-content'
  | 'entry-times'
  | 'transfer-legs'
  | 'reversal'
  | 'hold-account'
  | 'hold-status'
  | 'hold-capture'
  | 'hold-content'
  | 'lot-account'
  | 'lot-entry'
  | 'lot-remaining'
  | 'draw-account'
  | 'draw-lot'
  | 'draw-entry'
  | 'audit-account'
  | 'audit-content'
  | 'audit-chain'
  | 'key-used-twice'
  | 'unit-sum'
  | 'append-only';

/** One row, or one sum, that breaks a rule. Numbers are texts, because what is broken may not be a number. */
export interface Breach {
  readonly rule: VerifyRule;
  /** The table that holds the row, without the prefix: `entries`. */
  readonly table: string;
  /** Null where no account is concerned. */
  readonly accountId: bigint | null;
  /** The entry, or the lot of that number; null where the row has none. */
  readonly seq: bigint | null;
  /** The key of the hold or audited change, the unit of a sum, or the table of a trigger. */
  readonly key: string | null;
  readonly found: string;
  readonly expected: string;
}

/** A breach in the making; what it leaves out is null. */
export type BreachParts = Pick<Breach, 'rule' | 'table' | 'found' | 'expected'> & Partial<Breach>;

/** Fills in what a breach leaves out. */
export function breach(parts: BreachParts): Breach {
  return { accountId: null, seq: null, key: null, ...parts };
}
