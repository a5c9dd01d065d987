import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import { Instant } from '../../base/instant.ts';

/** A subscription as the payment provider tells of it, as far as credits depend on it. */
export interface SubscriptionState {
  readonly id: string;
  readonly status: string;
  readonly price: string;
  readonly created: Instant;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

type Told = Readonly<Record<string, unknown>>;

/**
 * Reads the provider's own object. The period stands on the subscription in older versions of the provider's interface and on its items in newer ones (since 2025-03-31),
 * so both are looked at (U-40); of several items the first that has a price counts. Throws `INPUT_INVALID`.
 */
export function readSubscription(told: unknown): SubscriptionState {
  const subscription = record('the subscription', told);
  const items = itemsOf(subscription);
  const item = items.find((each) => priceOf(each) !== undefined);
  const at = (name: string): unknown => subscription[name] ?? item?.[name];
  return {
    id: text('id', subscription['id']),
    status: text('status', subscription['status']),
    price: text('price', item === undefined ? undefined : priceOf(item)),
    created: seconds('created', subscription['created']),
    startsAt: seconds('current_period_start', at('current_period_start')),
    endsAt: seconds('current_period_end', at('current_period_end')),
  };
}

function itemsOf(subscription: Told): readonly Told[] {
  const { items } = subscription;
  const data = isRecord(items) ? items['data'] : items;
  return Array.isArray(data) ? data.filter(isRecord) : [];
}

/** Prices were called plans before. */
function priceOf(item: Told): unknown {
  const price = item['price'] ?? item['plan'];
  return isRecord(price) ? price['id'] : price;
}

function isRecord(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(what: string, value: unknown): Told {
  if (isRecord(value)) return value;
  throw flawed(what, value, 'an object');
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 191) return value;
  throw flawed(`${name} of the subscription`, value, 'a text');
}

function seconds(name: string, value: unknown): Instant {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return Instant.fromEpochMillis(value * 1000);
  throw flawed(`${name} of the subscription`, value, 'seconds since 1970');
}

function flawed(what: string, value: unknown, expected: string): CarryoverError<object> {
  const found = value === undefined || value === null ? 'nothing' : `a ${typeof value}`;
  return new CarryoverError(inputInvalid, { what, found, expected });
}
