import { CarryoverError } from '../../base/errors.ts';
import type { StripeSettings } from '../../payments/stripe-settings.ts';
import { secretMisplaced } from '../app-errors.ts';

/** What only the environment holds. */
export interface StripeSecrets {
  readonly secretKey: string;
  /** At least one, in the order of the settings. */
  readonly webhookSecrets: readonly string[];
}

/**
 * Reads the secrets that the settings name. Throws `CONFIG_SECRET_MISPLACED` for a secret key, or any signing secret, that is not
 * set.
 */
export function stripeSecrets(settings: StripeSettings, environment: NodeJS.ProcessEnv): StripeSecrets {
  const { secretKeyEnv, webhookSecretEnvs } = settings;
  const secretKey = valueOf(environment, secretKeyEnv);
  if (secretKey === undefined) throw missing('secretKeyEnv', [secretKeyEnv]);
  const webhookSecrets = webhookSecretEnvs.flatMap((name) => valueOf(environment, name) ?? []);
  if (webhookSecrets.length === 0) throw missing('webhookSecretEnvs', webhookSecretEnvs);
  return { secretKey, webhookSecrets };
}

/** A newline at the end comes from files that secrets are mounted as, and would change every signature. */
function valueOf(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

function missing(member: string, names: readonly string[]): CarryoverError<object> {
  return new CarryoverError(secretMisplaced, {
    path: `payments.stripe.${member}`,
    flaw: `the environment variable ${names.join(' or ')} is not set`,
    nextStep: `Set ${names[0] ?? member} in the environment of this process, and start it again.`,
  });
}
