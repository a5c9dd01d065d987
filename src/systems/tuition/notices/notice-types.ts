import type { NoticePace } from '../../../notices/texts/notice-template.ts';

/** How a type of notice is treated, whatever its language. */
export interface NoticeKind {
  /** Counts up when a text or its parameters change; a notice says which version it was made for. */
  readonly version: number;
  /** True when a parent cannot opt out: it says that a child was turned away or that money was taken (T-40). */
  readonly mandatory: boolean;
  readonly pace: NoticePace;
  /** In the order in which a channel with numbered places wants them. */
  readonly parameters: readonly string[];
}

/** The type of a notice, as its row in the outbox has it. */
export type NoticeType =
  | 'payment_block_new'
  | 'payment_block_debt'
  | 'payment_block_3rd'
  | 'credit_warning'
  | 'credit_final_warning'
  | 'payment_recorded'
  | 'payment_confirmation'
  | 'payment_reminder'
  | 'attendance_success'
  | 'late_block'
  | 'session_cancelled'
  | 'gate_announcement';

/** Every kind of notice this system sends. Where a child stands at this moment, and what happens today, cannot wait for the morning. */
export const noticeKinds: Readonly<Record<NoticeType, NoticeKind>> = {
  payment_block_new: { version: 1, mandatory: true, pace: 'urgent', parameters: ['pupil', 'group'] },
  payment_block_debt: { version: 1, mandatory: true, pace: 'urgent', parameters: ['pupil', 'group', 'debt', 'number'] },
  payment_block_3rd: { version: 1, mandatory: true, pace: 'urgent', parameters: ['pupil', 'group', 'debt'] },
  credit_warning: { version: 1, mandatory: false, pace: 'normal', parameters: ['pupil', 'group', 'debt'] },
  credit_final_warning: { version: 1, mandatory: true, pace: 'normal', parameters: ['pupil', 'group', 'debt'] },
  payment_recorded: {
    version: 1,
    mandatory: false,
    pace: 'normal',
    parameters: ['pupil', 'group', 'amount', 'currency', 'sessions', 'remaining'],
  },
  payment_confirmation: {
    version: 1,
    mandatory: true,
    pace: 'normal',
    parameters: ['receipt', 'amount', 'currency', 'pupil', 'group', 'month'],
  },
  payment_reminder: { version: 1, mandatory: false, pace: 'normal', parameters: ['pupil', 'group', 'debt'] },
  attendance_success: { version: 1, mandatory: false, pace: 'urgent', parameters: ['pupil', 'group', 'time'] },
  late_block: { version: 1, mandatory: true, pace: 'urgent', parameters: ['pupil', 'group', 'minutes', 'start'] },
  session_cancelled: { version: 1, mandatory: true, pace: 'urgent', parameters: ['group', 'date', 'pupil'] },
  gate_announcement: { version: 1, mandatory: true, pace: 'bulk', parameters: ['date', 'pupil', 'group', 'debt'] },
};

/** A type's words in one language. */
export interface NoticeText {
  readonly title: string;
  readonly text: string;
}

/** Every type's words in one language. */
export type NoticeTexts = Readonly<Record<NoticeType, NoticeText>>;
