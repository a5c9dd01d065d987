import { Type, type TSchema } from 'typebox';
import { CarryoverError, type ErrorDefinition } from '../../../base/errors.ts';
import type { Role } from '../../../base/role.ts';
import {
  cutoverCaptureBroken,
  cutoverGateClosed,
  cutoverLeaseHeld,
  cutoverLegacyMismatch,
  type CutoverContext,
} from '../../../cutover/index.ts';
import { targetUnknown } from '../../app-errors.ts';
import { CONFIG_NAME_PATTERN } from '../../config.ts';
import type { ServeScope } from '../serve-scope.ts';
import * as wire from '../wire-fields.ts';

/** Who may have a run stand still, and carry corrected rows. */
export const KEEPERS: readonly Role[] = ['admin', 'super_admin'];

/** Who decides which side is believed. */
export const DECIDERS: readonly Role[] = ['super_admin'];

/** The system of an address. */
export const systemPath: TSchema = wire.closed({
  system: Type.String({ pattern: CONFIG_NAME_PATTERN, description: 'A configured system' }),
});

/** What a step on a cutover may be refused by before it begins. */
export const stepErrors: readonly ErrorDefinition<never>[] = [
  targetUnknown,
  cutoverGateClosed,
  cutoverLeaseHeld,
  cutoverLegacyMismatch,
  cutoverCaptureBroken,
];

/** The cutover of a configured system on the service's instance. Throws `TARGET_UNKNOWN`. */
export function cutoverOf({ service }: ServeScope, system: unknown): CutoverContext {
  const { app, instance, database } = service;
  const known = app.systemNames;
  const name = String(system);
  // Asked here by the list, since a name such as "constructor" is a member of every object.
  if (!known.includes(name)) throw new CarryoverError(targetUnknown, { what: 'system', name, known });
  return app.cutoverContext(instance, database, app.system(name));
}
