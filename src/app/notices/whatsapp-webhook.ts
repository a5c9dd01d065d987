import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import {
  answerVerification,
  recordStatuses,
  verifyWhatsAppSignature,
  type NoticeDesk,
  type RecordedStatuses,
} from '../../notices/index.ts';
import { noticeWebhookUnsigned } from '../../notices/notices-errors.ts';
import { fromEnvironment } from '../from-environment.ts';
import type { NoticeConfiguration } from './notice-desk-of.ts';
import { secretPath } from './open-channels.ts';

/** The webhook that WhatsApp tells statuses to. */
export interface WhatsAppWebhook {
  /** The text to answer the provider's GET with, or undefined for a 403. */
  verify(query: Readonly<Record<string, string | readonly string[] | undefined>>): string | undefined;
  /**
   * Records the statuses of a POST; the body is the bytes as they came, the header `X-Hub-Signature-256`. Throws
   * `NOTICES_WEBHOOK_UNSIGNED`, `INPUT_INVALID`.
   */
  take(desk: NoticeDesk, rawBody: Uint8Array, header: string | undefined): Promise<RecordedStatuses>;
}

/** Undefined where WhatsApp is not configured. Throws `CONFIG_SECRET_MISPLACED`. */
export function openWhatsAppWebhook({ settings, environment }: NoticeConfiguration): WhatsAppWebhook | undefined {
  const { whatsapp } = settings.channels;
  if (whatsapp === undefined) return undefined;
  const appSecret = fromEnvironment(secretPath('whatsapp', 'appSecretEnv'), whatsapp.appSecretEnv, environment);
  const verifyToken = fromEnvironment(secretPath('whatsapp', 'verifyTokenEnv'), whatsapp.verifyTokenEnv, environment);
  return {
    verify: (query) => answerVerification(query, verifyToken),
    take: async (desk, rawBody, header) => {
      if (!verifyWhatsAppSignature(appSecret, rawBody, header)) {
        throw new CarryoverError(noticeWebhookUnsigned, { channel: 'whatsapp' });
      }
      return recordStatuses(desk, parsed(rawBody));
    },
  };
}

function parsed(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(rawBody).toString('utf8')) as unknown;
  } catch {
    throw new CarryoverError(inputInvalid, { what: 'a status webhook', found: 'no JSON', expected: 'a JSON object' });
  }
}
