import type { Handle, Trx } from '../engine.ts';

/** What a trigger on one of the application's tables is made of. All texts are SQL without parameters, in the engine's own quoting. */
export interface TriggerSpec {
  /** What the triggers and functions are called, with `_` and a few letters behind; at most 56 characters. */
  readonly name: string;
  /** The application's table, by its physical name. */
  readonly table: string;
  /** Physical columns that matter: an UPDATE that changes none of them is of no concern. */
  readonly columns: readonly string[];
  /** A SELECT of `walk_key` and `owner` for a row, by how a trigger names it. */
  subjects(row: 'OLD' | 'NEW'): string;
  readonly system: string;
}

/** Notes down whom each write concerns. */
export interface CaptureTrigger extends TriggerSpec {
  /** The physical name of the table of marks. */
  readonly marksTable: string;
  /** See `letPass`. */
  readonly mirroringTable: string;
  /**
   * An expression over a row, by how a trigger names it, that is noted beside its subjects as their `source`: the one fact that the row is, or
   * null. Absent: null for every row.
   */
  source?(row: 'OLD' | 'NEW'): string;
}

/** Refuses writes that concern an account which the ledger decides. */
export interface GuardTrigger extends TriggerSpec {
  readonly accountsTable: string;
  readonly mirroringTable: string;
  /** The kinds of account asked about. */
  readonly kinds: readonly string[];
  /** What the application's developer reads: at most 110 characters, no quotes needed. */
  readonly message: string;
}

/** A way of writing that triggers do not see here, and what is done about it. */
export interface BlindSpot {
  /** Kebab-case, stable: `cascade`, `truncate`. */
  readonly code: string;
  /** The table concerned, where it is one. */
  readonly table?: string;
  readonly what: string;
  /** `refused`: the write fails; `swept`: the sweep finds it; `stop`: capture must not begin before the remedy. */
  readonly answer: 'refused' | 'swept' | 'stop';
  /** What Carryover does, or for `stop` what a person has to do. */
  readonly remedy: string;
}

/** Triggers on the application's own tables. */
export interface TriggerTools {
  /** DDL that makes the capture triggers, replacing earlier ones. An UPDATE notes down the subjects of the old and the new row, each with its source. */
  capture(spec: CaptureTrigger): readonly string[];
  /**
   * DDL that makes the guard triggers, replacing earlier ones. They read the account's authority under a lock that a switch waits for,
   * and that a switch makes them wait for, whatever snapshot the application's transaction has.
   */
  guard(spec: GuardTrigger): readonly string[];
  /** DDL that removes the triggers of that name from a table, and what hangs on them; runs again without harm. */
  drop(name: string, table: string): readonly string[];
  /** Names of the triggers that `capture` or `guard` made under a name: what introspection must show, all enabled. */
  triggerNames(name: string, made: 'capture' | 'guard'): readonly string[];
  /**
   * Lets this transaction's writes to the application's tables pass its guards unnoted, until `endPass` or the transaction's end. Only a
   * transaction can say it of itself; no other session ever sees it.
   */
  letPass(trx: Trx, mirroringTable: string): Promise<void>;
  /** Ends `letPass`; must be called before the transaction is committed. */
  endPass(trx: Trx, mirroringTable: string): Promise<void>;
  /** What triggers on these tables cannot see in this database. Reads only. */
  blindSpots(handle: Handle, tables: readonly string[]): Promise<readonly BlindSpot[]>;
}
