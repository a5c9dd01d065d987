import type { Handle } from '../sql/engine.ts';
import type { Language } from './texts/language.ts';
import type { NoticeTemplate, NoticeValues } from './texts/notice-template.ts';

/** A notice as the outbox has it. */
export interface StoredNotice {
  readonly id: bigint;
  readonly system: string;
  readonly type: string;
  /** A reference such as `student:12`. */
  readonly recipient: string;
  /** What the system stored with it, parsed. */
  readonly payload: unknown;
}

/** Somebody a notice can reach now. What is looked up here is sent and not kept. */
export interface Addressee {
  /** International, digits only: `201012345678`. */
  readonly phone?: string;
  readonly email?: string;
  readonly language: Language;
  /** IANA zone, for quiet hours. */
  readonly zone: string;
  /** Every parameter of the template: the stored ones, and those looked up, such as names. */
  readonly values: NoticeValues;
}

/** Why nobody is to be told: a word for the record, such as `inactive`. */
export interface NoAddressee {
  readonly skip: string;
}

/** What a system provides for its notices. */
export interface NoticeSource {
  readonly system: string;
  readonly templates: Readonly<Record<string, NoticeTemplate>>;
  /** Who each notice goes to, by its id; one that is missing in the answer is skipped as `recipient-unknown`. */
  lookUp(handle: Handle, notices: readonly StoredNotice[]): Promise<ReadonlyMap<bigint, Addressee | NoAddressee>>;
}
