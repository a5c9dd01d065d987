import type { NoticeChannel, OutgoingMessage } from '../channels/channel.ts';
import { isOptedOut, type Preference } from '../choices/choose-channels.ts';
import type { Addressee, NoAddressee } from '../notice-source.ts';
import type { DeliveryRow } from '../tables.ts';
import { providerTemplateName, wordsOf, type NoticeTemplate } from '../texts/notice-template.ts';

/** What a claimed delivery is composed from, as it is now. */
export interface MessageParts {
  readonly row: DeliveryRow;
  readonly channel: NoticeChannel;
  readonly template: NoticeTemplate | undefined;
  readonly addressee: Addressee | NoAddressee | undefined;
  readonly preferences: readonly Preference[];
}

/** A message, or why there is none: `skipped` where nobody is to be told, `dead` where a person has to mend the template. */
export type ComposedMessage =
  { readonly message: OutgoingMessage } | { readonly end: 'skipped' | 'dead'; readonly reason: string };

/**
 * Composes a message from what is true when it is sent: since it was planned, somebody may have opted out, left, or lost their address,
 * and the template may have got a parameter more.
 */
export function composeMessage({ row, channel, template, addressee, preferences }: MessageParts): ComposedMessage {
  if (template === undefined) return { end: 'dead', reason: 'type-unknown' };
  if (addressee === undefined) return { end: 'skipped', reason: 'recipient-unknown' };
  if ('skip' in addressee) return { end: 'skipped', reason: addressee.skip };
  if (row.mandatory === 0n && isOptedOut({ type: row.type, preferences }, channel.name)) {
    return { end: 'skipped', reason: 'opted-out' };
  }
  const address = channel.addressOf(addressee);
  if (address === undefined) return { end: 'skipped', reason: 'no-address' };
  const words = wordsOf(template, addressee.values, addressee.language);
  if ('missing' in words) return { end: 'dead', reason: `parameter ${words.missing.join(', ')} missing` };
  const { system_name: system, type, reference, recipient } = row;
  const templateName = channel.templateNames[`${system}.${type}`] ?? providerTemplateName(system, type, template);
  return {
    message: {
      reference,
      system,
      type,
      recipient,
      address,
      language: addressee.language,
      ...words,
      templateName,
      noticedAt: row.noticed_at.toString(),
    },
  };
}
