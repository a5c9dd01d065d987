import type { NoticeTexts } from './notice-types.ts';

/** English. */
export const textsEn: NoticeTexts = {
  payment_block_new: {
    title: 'Not admitted: fees not paid yet',
    text: '{pupil} could not be admitted to {group} today: the fees have to be paid before the first session. You can pay at the desk.',
  },
  payment_block_debt: {
    title: 'Not admitted: unpaid sessions',
    text: '{pupil} could not be admitted to {group} today: {debt} sessions are unpaid, {number} over the limit. You can pay at the desk.',
  },
  payment_block_3rd: {
    title: 'A payment is needed before the next session',
    text: '{pupil} has used up the unpaid sessions allowed in {group} ({debt}) and is admitted again as soon as the next session is paid.',
  },
  credit_warning: {
    title: 'One more session before a payment',
    text: '{pupil} can attend one more session of {group} before a payment is needed. Unpaid so far: {debt}.',
  },
  credit_final_warning: {
    title: 'Please pay before the next session',
    text: 'Please pay before the next session of {group}: {pupil} has {debt} unpaid sessions and cannot be admitted to another one.',
  },
  payment_recorded: {
    title: 'Your payment has been recorded',
    text: 'Thank you. {amount} {currency} for {pupil} in {group} bought {sessions} sessions. Sessions that can be attended now: {remaining}.',
  },
  payment_confirmation: {
    title: 'Receipt',
    text: 'Receipt {receipt}: {amount} {currency} received for {pupil}, {group}, month {month}.',
  },
  payment_reminder: {
    title: 'Unpaid sessions',
    text: 'A reminder: {debt} sessions of {pupil} in {group} are not paid yet.',
  },
  attendance_success: {
    title: 'Arrived',
    text: '{pupil} arrived for {group} at {time}.',
  },
  late_block: {
    title: 'Not admitted: too late',
    text: '{pupil} came {minutes} minutes after the start ({start}) of {group} and was not admitted.',
  },
  session_cancelled: {
    title: 'Session cancelled',
    text: 'The session of {group} on {date} is cancelled. Nothing is taken from {pupil} for it.',
  },
  gate_announcement: {
    title: 'From when on sessions have to be paid',
    text: 'From {date} a session can be attended only while it is paid or within the allowance. For {pupil} in {group}, {debt} sessions are unpaid today.',
  },
};
