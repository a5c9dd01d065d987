import { defineUnit, parseAmount, type Unit } from '../../base/amounts.ts';
import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import { Instant } from '../../base/instant.ts';
import type { NoticeSettings } from '../settings.ts';
import type { DeliveryRules } from './notice-desk.ts';

const MINUTE_MS = 60_000;
/** Four times the longest time-out that settings allow: a batch of 50 with 8 under way is through by then. */
const CLAIM_MS = 4 * 30_000;

/** The currency of the budget. */
export function budgetUnit({ budget }: Pick<NoticeSettings, 'budget'>): Unit {
  return defineUnit(budget.currency, budget.scale);
}

/** The rules that checked settings make. Throws `INPUT_INVALID` for an amount with more decimals than the currency, or a zone that is none. */
export function deliveryRules(settings: NoticeSettings): DeliveryRules {
  const { route, routes, quietHours, perRecipientHour, bulkPerMinute, budget } = settings;
  return {
    route,
    routes,
    quietHours,
    perRecipientHour,
    bulkPerMinute,
    budget: budget.monthly === null ? null : parseAmount(budget.monthly, budgetUnit(settings)),
    budgetZone: checkZone('the zone of the budget', budget.zone),
    retryMs: settings.retryMinutes.map((minutes) => minutes * MINUTE_MS),
    optionalLifetimeMs: settings.optionalLifetimeHours * 60 * MINUTE_MS,
    claimMs: CLAIM_MS,
  };
}

function checkZone(what: string, zone: string): string {
  try {
    Instant.fromEpochMicros(0n).inZone(zone);
    return zone;
  } catch {
    throw new CarryoverError(inputInvalid, {
      what,
      found: JSON.stringify(zone.slice(0, 40)),
      expected: 'an IANA zone such as Africa/Cairo',
    });
  }
}
