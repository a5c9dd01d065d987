import type { Form } from './form.ts';

/** An object as Stripe sends it. */
export type StripeObject = Record<string, unknown> & { id: string; object: string };

/** An event as Stripe sends it. */
export interface StripeEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly type: string;
  readonly livemode: false;
  readonly data: { readonly object: StripeObject };
}

/** A refusal as Stripe answers it. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(`Refused with ${status}.`);
    this.status = status;
    this.body = body;
  }
}

/** What Stripe holds: objects by id, and the events of what happened to them, oldest first. */
export class StripeBooks {
  readonly objects: Map<string, StripeObject> = new Map();
  readonly events: StripeEvent[] = [];
  #count = 0;

  /** Adds an object under a new id, which no other stub has either. */
  add(prefix: string, object: string, members: Record<string, unknown>): StripeObject {
    this.#count += 1;
    const made = { id: `${prefix}_${this.#count}`, object, created: 1_900_000_000, ...members };
    this.objects.set(made.id, made);
    return made;
  }

  /** The object of an id. Refuses as Stripe does where there is none. */
  get(id: string, object: string): StripeObject {
    const found = this.objects.get(id);
    if (found?.object === object) return found;
    throw new StripeRefusal(404, {
      type: 'invalid_request_error',
      code: 'resource_missing',
      param: 'id',
      message: `No such ${object}: '${id}'`,
    });
  }

  /** Every object of a kind that has these members, newest first as Stripe lists them. */
  list(object: string, members: Record<string, unknown>): StripeObject[] {
    const wanted = Object.entries(members);
    return [...this.objects.values()]
      .filter((each) => each.object === object && wanted.every(([name, value]) => each[name] === value))
      .toReversed();
  }

  /** Writes down that something happened, with the object as it is at this moment. */
  tell(type: string, object: StripeObject): StripeEvent {
    this.#count += 1;
    const event: StripeEvent = {
      id: `evt_${this.#count}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: 1_900_000_000 + this.#count,
      type,
      livemode: false,
      data: { object: structuredClone(object) },
    };
    this.events.push(event);
    return event;
  }
}

/** A text of a form that must be there by the shape of the request. */
export function textIn(form: Form, name: string): string {
  const value = form[name];
  if (typeof value !== 'string') throw new Error(`${name} is no text.`);
  return value;
}

/** A record of texts in a form; empty where there is none. */
export function recordIn(form: Form, name: string): Record<string, string> {
  const value = form[name];
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, string>) : {};
}
