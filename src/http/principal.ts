import type { Actor } from '../base/actor.ts';
import type { Role } from '../base/role.ts';

/** Who calls, once it is known. */
export interface Principal {
  readonly actor: Actor;
  readonly role: Role;
  /** What a key is made for, as names of routes; null for every route its role may use. */
  readonly scopes: readonly string[] | null;
  /** Whose things a `user` may name, where a token lists them, such as the pupils of a parent; left out, only the actor's own. */
  readonly owners?: readonly string[];
}
