import type { TSchema } from 'typebox';
import type { Actor } from '../base/actor.ts';
import type { ErrorDefinition } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { Access } from '../base/role.ts';
import type { LegacySource } from '../cutover/descriptor.ts';
import type { LegacySchema } from '../cutover/legacy-schema.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Database } from '../sql/database.ts';
import { requireAccess } from './access.ts';

/** What an operation works with. One per call; the database and ledger are shared. */
export interface OperationContext<Policy> {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly policy: Policy;
  /** The mapped legacy tables, for master data that stays where it is (students, groups, schedules). Its `asOf` is unused here. */
  readonly legacy: LegacySource<Policy>;
  /** The same tables as the database has them, for the names and types of columns that are written. */
  readonly legacySchema: LegacySchema;
  readonly actor: Actor;
  readonly role?: string;
  /** Whose things a caller of the role `user` may name besides their own, such as the pupils of a parent. */
  readonly owners?: readonly string[];
  readonly ipAddress?: string;
  /** Stands in for the database's clock, in tests and for `--now`. */
  readonly now?: Instant;
}

/**
 * One thing staff or an app can do in a system. The command line, and any other surface, is built from this description,
 * so a rule about the operation is written in `run` and nowhere else.
 */
export interface Operation<Policy, Input, Result> {
  /** Kebab-case verb-noun: `record-payment`. */
  readonly name: string;
  /** One sentence for `--help`, without a full stop. */
  readonly title: string;
  /**
   * The typebox object that describes `Input`; unknown members are refused, amounts are decimal strings, instants ISO texts, ids
   * decimal strings. Each property has a `description` for `--help`.
   */
  readonly input: TSchema;
  /** True when it changes something; then the input has a `key`, and the same key with the same content replays. */
  readonly writes: boolean;
  /** Who may call it; `defineOperation` asks before anything is read. */
  readonly access: Access;
  /** The typebox schema of `Result` as JSON: what callers over the wire are promised. */
  readonly answer: TSchema;
  /** What it throws, in the order in which it is checked, besides `INPUT_INVALID` and `ROLE_INSUFFICIENT`, which every one can throw. */
  readonly errors: readonly ErrorDefinition<never>[];
  run(context: OperationContext<Policy>, input: Input): Promise<Result>;
}

/** An operation whose `run` asks for access first: throws `ROLE_INSUFFICIENT` before anything else. */
export function defineOperation<Policy, Input, Result>(
  definition: Operation<Policy, Input, Result>,
): Operation<Policy, Input, Result> {
  return {
    ...definition,
    async run(context, input) {
      requireAccess(context, definition, input);
      return definition.run(context, input);
    },
  };
}

/** Any operation of a system, for lists that build surfaces from them. */
// The input's type is erased: a surface has checked the value against `input` before it calls `run`.
export type AnyOperation<Policy> = Operation<Policy, never, unknown>;
