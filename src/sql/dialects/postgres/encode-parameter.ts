import { Instant } from '../../../base/instant.ts';
import { TYPE_OID } from './type-oids.ts';

/** A parameter as it travels: text, the bytes of a bytea, or null. */
export type WireValue = string | Buffer | null;

/**
 * The wire form of a parameter. Throws a TypeError for undefined, for a number that is not whole and safe only where it
 * is not finite, and for objects: a value that nobody meant to store must not become "[object Object]".
 */
export function encodeParameter(value: unknown): WireValue {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value ? 't' : 'f';
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`A parameter is ${value}, which no column holds.`);
      return value.toString();
    case 'object':
      if (value === null) return null;
      if (value instanceof Instant) return value.toString();
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      break;
    default:
  }
  throw new TypeError(
    `A parameter is of type ${describe(value)}, against text, bigint, number, boolean, Instant, bytes or null.`,
  );
}

/**
 * The type declared for a parameter. A bigint and an Instant say what they are, so that `select $1` gives back what was
 * sent. Texts, nulls and numbers do not: the server takes the type from where they stand (a date column, an int4 argument).
 */
export function parameterType(value: unknown): number {
  if (typeof value === 'bigint') return TYPE_OID.int8;
  if (typeof value === 'boolean') return TYPE_OID.bool;
  if (value instanceof Instant) return TYPE_OID.timestamptz;
  return TYPE_OID.unspecified;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
