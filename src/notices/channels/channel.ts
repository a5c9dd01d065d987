import type { Addressee } from '../notice-source.ts';
import type { ChannelName } from '../tables.ts';
import type { Language } from '../texts/language.ts';

/** A message that is about to leave. */
export interface OutgoingMessage {
  /** The delivery's own random name: it comes back in statuses, and a receiver may know a repetition by it. */
  readonly reference: string;
  readonly system: string;
  readonly type: string;
  /** `student:12`. */
  readonly recipient: string;
  /** Where to, as `addressOf` of the channel gave it. */
  readonly address: string;
  readonly language: Language;
  readonly title: string;
  readonly text: string;
  /** The provider's template, and its parameters in order. */
  readonly templateName: string;
  readonly parameters: readonly string[];
  /** The instant of the notice, in ISO form. */
  readonly noticedAt: string;
}

/** Who has to do something about a refusal: whoever runs the account (`alarm`), writes templates, or nobody: this recipient cannot be reached. */
export type RefusalClass = 'alarm' | 'template' | 'recipient';

/**
 * What came of a message. `why` is a code or a short text without addresses, names or secrets.
 * `ambiguous`: it may have left; it must not be sent again by itself.
 */
export type SendResult =
  | { readonly outcome: 'sent'; readonly providerId: string }
  | { readonly outcome: 'retry'; readonly why: string; readonly afterMs?: number }
  | { readonly outcome: 'refused'; readonly class: RefusalClass; readonly why: string }
  | { readonly outcome: 'ambiguous'; readonly why: string };

/** One way for messages to go. */
export interface NoticeChannel {
  readonly name: ChannelName;
  /** True when a receiver knows a repeated message by its reference: then whatever was interrupted is simply sent again. */
  readonly isRepeatable: boolean;
  /** In the smallest part of the budget's currency. */
  readonly cost: bigint;
  readonly perMinute: number;
  /** The names of templates where they differ from `providerTemplateName`, by `system.type`. */
  readonly templateNames: Readonly<Record<string, string>>;
  /** Undefined for somebody who has no address here. */
  addressOf(addressee: Addressee): string | undefined;
  /** Never throws for what happens outside of this process, and answers within its time-out. */
  send(message: OutgoingMessage): Promise<SendResult>;
}

/** What every channel is opened with. */
export interface ChannelLimits {
  readonly cost: bigint;
  readonly perMinute: number;
  readonly timeoutMs: number;
}
