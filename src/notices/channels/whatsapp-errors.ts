import { Type } from 'typebox';
import Value from 'typebox/value';
import type { SendResult } from './channel.ts';

/** Of what the provider says about an error only the code is read: titles change, and details hold telephone numbers. */
const answerWithError = Type.Object({ error: Type.Object({ code: Type.Integer() }) });

/** Passes by itself: limits, overload, an outage of theirs. */
const RETRY = new Set([2, 4, 80_007, 130_429, 131_000, 131_016, 131_048, 131_056]);
/** The account, the token or the number: every further message would be refused as well, and some make the ban worse. */
const ALARM = new Set([0, 10, 190, 368, 131_031, 133_010]);
/** The template as we name or fill it. */
const TEMPLATE = new Set([132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016]);
/** This recipient, and nobody else. */
const RECIPIENT = new Set([131_021, 131_026, 131_047, 131_049, 131_050]);

/** What an error code of the Cloud API means. A code that is not listed is taken for a fault of the message: it waits for a person. */
export function classifyWhatsAppError(code: number): SendResult {
  const why = `error ${code}`;
  if (RETRY.has(code)) return { outcome: 'retry', why };
  if (ALARM.has(code)) return { outcome: 'refused', class: 'alarm', why };
  if (RECIPIENT.has(code)) return { outcome: 'refused', class: 'recipient', why };
  if (TEMPLATE.has(code)) return { outcome: 'refused', class: 'template', why };
  return { outcome: 'refused', class: 'template', why: `${why}, not listed` };
}

/** The error code of an answer's body, or undefined where there is none. */
export function whatsAppErrorCode(body: unknown): number | undefined {
  return Value.Check(answerWithError, body) ? body.error.code : undefined;
}
