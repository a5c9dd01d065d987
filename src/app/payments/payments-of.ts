import { checkValue } from '../../base/check-value.ts';
import { CarryoverError } from '../../base/errors.ts';
import { stripeSettingsSchema, type StripeSettings } from '../../payments/stripe-settings.ts';
import { configInvalid } from '../app-errors.ts';
import type { ServedInstance } from '../served-instance.ts';
import { openPayments, type Payments } from './open-payments.ts';

/** The provider of payments that a configuration names; undefined where it names none. Throws `CONFIG_INVALID`, `CONFIG_SECRET_MISPLACED`. */
export function paymentsOf(service: ServedInstance): Payments | undefined {
  const { app } = service;
  const given = app.loaded.config.payments?.stripe;
  if (given === undefined) return undefined;
  const checked = checkValue<StripeSettings>(stripeSettingsSchema, given);
  if ('value' in checked) return openPayments(service, checked.value, app.environment);
  const { path, ...flaw } = checked.flaw;
  throw new CarryoverError(configInvalid, { file: app.configFile, path: `payments.stripe.${path}`, ...flaw });
}
