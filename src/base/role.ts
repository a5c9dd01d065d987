/**
 * As what somebody calls. `server` is the application's own server, which is trusted with what users must not say of themselves;
 * `user` acts on what is their own; the others are people of the house, each allowed what the one before is.
 */
export const ROLES = ['server', 'user', 'staff', 'admin', 'super_admin'] as const;

/** See `ROLES`. */
export type Role = (typeof ROLES)[number];

/** Who may do something. */
export interface Access {
  readonly roles: readonly Role[];
  /** The member of the input that names whose it is: a `user` may only name themselves there. Without it a `user` acts on nobody's. */
  readonly owner?: string;
}

/** Whether a word from outside is a role. */
export function isRole(word: string): word is Role {
  return (ROLES as readonly string[]).includes(word);
}
