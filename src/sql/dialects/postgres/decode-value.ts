import { Instant } from '../../../base/instant.ts';
import { TYPE_OID } from './type-oids.ts';

/** Turns the text of a value that is not null into what the code reads. */
export type Decoder = (text: string) => unknown;

const asText: Decoder = (text) => text;

const DECODERS: ReadonlyMap<number, Decoder> = new Map<number, Decoder>([
  [TYPE_OID.bool, (text) => text === 't'],
  [TYPE_OID.int2, BigInt],
  [TYPE_OID.int4, BigInt],
  [TYPE_OID.int8, BigInt],
  [TYPE_OID.oid, BigInt],
  [TYPE_OID.float4, Number],
  [TYPE_OID.float8, Number],
  [TYPE_OID.bytea, (text) => Buffer.from(text.slice(2), 'hex')],
  [TYPE_OID.json, decodeJson],
  [TYPE_OID.jsonb, decodeJson],
  [TYPE_OID.timestamp, (text) => decodeInstant(text, '+00')],
  [TYPE_OID.timestamptz, (text) => decodeInstant(text, '')],
]);

/** The decoder of a type; types without one of their own (dates, decimals, uuid, enums) are read as text. */
export function decoderOf(typeOid: number): Decoder {
  return DECODERS.get(typeOid) ?? asText;
}

const INSTANT = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

/**
 * Reads PostgreSQL's ISO form. Offsets may have seconds (local mean time before 1900), which `Instant.parse` does not take.
 * Throws `INPUT_INVALID` for `infinity` and years outside 0001 to 9999: no instant means them.
 */
function decodeInstant(text: string, offsetIfNone: string): Instant {
  const match = INSTANT.exec(`${text}${offsetIfNone}`);
  if (match === null) return Instant.parse(text);
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    offsetHours,
    offsetMinutes = '0',
    offsetSeconds = '0',
  ] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const millis = date.getTime() + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  const offset = Number(offsetHours) * 3600 + Number(offsetMinutes) * 60 + Number(offsetSeconds);
  const utcMillis = millis - (sign === '-' ? -offset : offset) * 1000;
  return Instant.fromEpochMicros(BigInt(utcMillis) * 1000n + BigInt(fraction.padEnd(6, '0')));
}

/** A number of 16 digits or more may lie beyond what a JS number holds exactly. */
const LONG_NUMBER = /\d{16}/;

interface ReviverContext {
  readonly source?: string;
}

/** Parses JSON; whole numbers that a JS number would round become bigint. */
function decodeJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  const exact = (_key: string, value: unknown, context?: ReviverContext): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? '')
      : value;
  return JSON.parse(text, exact);
}
