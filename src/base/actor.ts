/** Who did something. `id` is a stable reference (a staff id, a job's name, a cutover run), never a person's name. */
export interface Actor {
  readonly kind: 'person' | 'system' | 'migration' | 'webhook' | 'job';
  readonly id: string;
}

/** The form stored in an `actor` column: `person:42`. */
export function formatActor(actor: Actor): string {
  return `${actor.kind}:${actor.id}`;
}
