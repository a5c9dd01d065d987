import { Instant } from '../../src/base/instant.ts';
import type { AccountIds } from './every-command.ts';

/** One value changed by hand, and what the verification must say of it. */
export interface Corruption {
  /** The value: an instant, or SQL over the row's own columns. */
  readonly set: string | Instant;
  /** SQL that names exactly one row. */
  readonly where: string;
  readonly rule: string;
  /** Whose breach it is. */
  readonly account: keyof AccountIds | bigint;
}

/** Tables by column: how it is corrupted, each way found by name. */
export type Corruptions = Readonly<Record<string, Readonly<Record<string, readonly Corruption[]>>>>;

/** An account that is not there. */
const NOBODY = 987_654n;
const LATER = Instant.parse('2199-01-01T00:00:00Z');

/** How each column is corrupted that something else says again. `ids` are the accounts of `postEveryCommand`. */
export function corruptionsOf(ids: AccountIds): Corruptions {
  return {
    carryover_accounts: accounts(ids),
    carryover_entries: entries(ids),
    carryover_holds: holds(ids),
    carryover_lots: lots(ids),
    carryover_lot_draws: draws(ids),
    carryover_audit: audit(ids),
  };
}

/** Columns for which no rule can know the truth, with the reason. */
export const UNKNOWABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  carryover_accounts: {
    kind: 'a name from outside; the comparison with legacy knows it, the ledger does not',
    owner: 'a name from outside; the comparison with legacy knows it, the ledger does not',
    authority: 'the record of the cutover says who decides, and it is no part of the ledger',
    opened_at: 'a time of legacy where a cutover opened it; clocks that were set back make any order of times legal',
    walk_key: 'a key of legacy, by which a cutover finds the owner there; the ledger never reads it',
  },
  carryover_entries: {},
  carryover_holds: {
    reason: 'words of a person, told once',
    actor: 'told once, and no part of the content, because a retry may come from another',
  },
  carryover_lots: {},
  carryover_lot_draws: {},
  carryover_audit: {
    subject: 'words of a system; commands of the ledger have none',
    actor: 'told once, and no part of the content, because a retry may come from another',
    role: 'told once, by a system',
    ip_address: 'told once, by a system',
    reason: 'words of a person, told once',
    recorded_at: 'told once; clocks that were set back make any order of times legal',
  },
};

function accounts(ids: AccountIds): Corruptions[string] {
  const at = (owner: keyof AccountIds): string => `id = ${ids[owner]}`;
  return {
    id: [{ set: `${NOBODY}`, where: at('friend'), rule: 'entry-has-account', account: 'friend' }],
    system_name: [
      { set: `'other'`, where: at('audited'), rule: 'audit-names-the-system-of-its-account', account: 'audited' },
    ],
    unit: [{ set: `'euro'`, where: at('friend'), rule: 'transfer-within-one-unit', account: 'wallet' }],
    balance: [{ set: 'balance + 1', where: at('wallet'), rule: 'balance-is-sum-of-entries', account: 'wallet' }],
    held: [{ set: 'held + 1', where: at('wallet'), rule: 'held-is-sum-of-open-holds', account: 'wallet' }],
    floor: [
      { set: 'null', where: at('audited'), rule: 'floor-is-as-audited', account: 'audited' },
      { set: '100000', where: at('wallet'), rule: 'available-above-floor', account: 'wallet' },
    ],
    seq: [{ set: 'seq + 1', where: at('lots'), rule: 'seq-is-number-of-entries', account: 'lots' }],
    status: [
      { set: `'frozen'`, where: at('audited'), rule: 'status-is-as-audited', account: 'audited' },
      { set: `'open'`, where: at('gone'), rule: 'status-is-as-audited', account: 'gone' },
    ],
    lotted: [
      { set: '0', where: at('lots'), rule: 'lots-only-where-lotted', account: 'lots' },
      { set: '1', where: at('wallet'), rule: 'lots-remain-what-the-balance-is', account: 'wallet' },
    ],
  };
}

function entries(ids: AccountIds): Corruptions[string] {
  const at = (owner: keyof AccountIds, key: string): string =>
    `account_id = ${ids[owner]} and idempotency_key = '${key}'`;
  const hash = 'content-hash-is-of-the-content';
  return {
    account_id: [
      { set: `${NOBODY}`, where: at('wallet', 'refund'), rule: 'seq-is-number-of-entries', account: 'wallet' },
      { set: `${NOBODY}`, where: at('wallet', 'refund'), rule: 'entry-has-account', account: NOBODY },
    ],
    seq: [{ set: 'seq + 100', where: at('wallet', 'top-up'), rule: 'entry-seq-without-gap', account: 'wallet' }],
    amount: [
      { set: 'amount + 1', where: at('wallet', 'credit'), rule: 'balance-after-follows', account: 'wallet' },
      { set: '9223372036854775807', where: at('wallet', 'credit'), rule: hash, account: 'wallet' },
      { set: 'amount - 1', where: at('carried', 'lessons:1'), rule: 'balance-is-sum-of-entries', account: 'carried' },
      { set: 'amount - 1', where: at('friend', 'gift'), rule: 'transfer-legs-opposite', account: 'wallet' },
      { set: 'amount - 1', where: at('wallet', 'refund'), rule: 'reversal-is-opposite', account: 'wallet' },
      {
        set: 'amount - 1',
        where: at('wallet', 'capture-part'),
        rule: 'captured-hold-has-its-entry',
        account: 'wallet',
      },
      { set: '-amount', where: at('lots', 'bought'), rule: 'lot-has-its-credit', account: 'lots' },
    ],
    balance_after: [
      {
        set: 'balance_after + 1',
        where: at('carried', 'payments:1'),
        rule: 'balance-after-follows',
        account: 'carried',
      },
      { set: '-9223372036854775807', where: at('lots', 'used'), rule: 'lots-move-as-the-balance', account: 'lots' },
    ],
    kind: [
      { set: `'other'`, where: at('wallet', 'credit'), rule: hash, account: 'wallet' },
      { set: `'other'`, where: at('carried', 'payments:1~2'), rule: 'reversal-is-called-so', account: 'carried' },
      { set: `'other'`, where: at('lots', 'expiry:2'), rule: 'expiry-is-of-the-ledger', account: 'lots' },
    ],
    contra: [
      { set: `'other'`, where: at('wallet', 'debit'), rule: hash, account: 'wallet' },
      { set: `'other'`, where: at('wallet', 'refund'), rule: 'reversal-has-the-same-counterpart', account: 'wallet' },
    ],
    counter_account_id: [
      { set: `${ids.high}`, where: at('wallet', 'gift'), rule: 'transfer-has-both-legs', account: 'wallet' },
      { set: `${ids.high}`, where: at('wallet', 'gift'), rule: 'transfer-legs-name-each-other', account: 'friend' },
    ],
    transfer_id: [
      { set: `'1:77'`, where: at('friend', 'gift'), rule: 'transfer-id-names-the-debit', account: 'friend' },
      { set: 'null', where: at('friend', 'gift'), rule: 'transfer-id-with-counter-account', account: 'friend' },
    ],
    idempotency_key: [
      { set: `'other'`, where: at('friend', 'gift'), rule: 'transfer-has-both-legs', account: 'wallet' },
      { set: `'other'`, where: at('carried', 'lessons:1'), rule: 'carried-key-names-source', account: 'carried' },
      { set: `'other'`, where: at('wallet', 'capture-part'), rule: 'captured-hold-has-its-entry', account: 'wallet' },
      { set: `'hold-part'`, where: at('wallet', 'debit'), rule: 'key-used-once', account: 'wallet' },
      { set: `'expiry:1'`, where: at('lots', 'expiry:2'), rule: 'expiry-draws-its-due-lot', account: 'lots' },
      { set: `''`, where: at('wallet', 'debit'), rule: 'entry-has-key', account: 'wallet' },
      { set: `'other'`, where: at('wallet', 'debit'), rule: hash, account: 'wallet' },
      { set: `'other'`, where: at('lots', 'void'), rule: hash, account: 'lots' },
    ],
    content_hash: [
      { set: 'content_hash + 1', where: at('lots', 'void'), rule: hash, account: 'lots' },
      {
        set: 'content_hash + 1',
        where: at('wallet', 'capture-whole'),
        rule: 'capture-is-its-entry',
        account: 'wallet',
      },
      { set: 'null', where: at('wallet', 'debit'), rule: 'content-hash-where-commanded', account: 'wallet' },
    ],
    source: [
      { set: `'lessons:2'`, where: at('carried', 'lessons:1'), rule: 'carried-key-names-source', account: 'carried' },
      { set: 'null', where: at('carried', 'lessons:1'), rule: 'content-hash-where-commanded', account: 'carried' },
    ],
    reverses_seq: [
      { set: '1', where: at('wallet', 'refund'), rule: hash, account: 'wallet' },
      { set: '99', where: at('carried', 'payments:1~2'), rule: 'reversed-entry-exists', account: 'carried' },
      { set: 'null', where: at('wallet', 'take-back'), rule: 'transfer-legs-agree', account: 'friend' },
    ],
    reason: [{ set: `'other'`, where: at('friend', 'gift'), rule: 'transfer-legs-agree', account: 'wallet' }],
    actor: [
      { set: `'system:other'`, where: at('friend', 'gift'), rule: 'transfer-legs-agree', account: 'wallet' },
      { set: `'system:other'`, where: at('lots', 'expiry:2'), rule: 'expiry-is-of-the-ledger', account: 'lots' },
    ],
    details: [
      { set: `'{"lesson":8}'`, where: at('wallet', 'credit'), rule: hash, account: 'wallet' },
      { set: 'null', where: at('wallet', 'capture-part'), rule: hash, account: 'wallet' },
    ],
    occurred_at: [
      { set: LATER, where: at('wallet', 'credit'), rule: 'occurred-by-recorded', account: 'wallet' },
      { set: LATER, where: at('wallet', 'refund'), rule: 'reversal-occurs-when-recorded', account: 'wallet' },
    ],
    recorded_at: [
      { set: LATER, where: at('wallet', 'credit'), rule: hash, account: 'wallet' },
      { set: LATER, where: at('wallet', 'capture-part'), rule: 'capture-is-its-entry', account: 'wallet' },
    ],
  };
}

function holds(ids: AccountIds): Corruptions[string] {
  const at = (key: string): string => `account_id = ${ids.wallet} and idempotency_key = '${key}'`;
  const hash = 'content-hash-is-of-the-content';
  return {
    account_id: [
      { set: `${NOBODY}`, where: at('hold-long'), rule: 'held-is-sum-of-open-holds', account: 'wallet' },
      { set: `${NOBODY}`, where: at('hold-long'), rule: 'hold-has-account', account: NOBODY },
    ],
    idempotency_key: [
      { set: `'other'`, where: at('hold-given-up'), rule: hash, account: 'wallet' },
      { set: `'other'`, where: at('hold-part'), rule: hash, account: 'wallet' },
      { set: `'debit'`, where: at('hold-long'), rule: 'key-used-once', account: 'wallet' },
      { set: `''`, where: at('hold-long'), rule: 'hold-has-key', account: 'wallet' },
      { set: `'other'`, where: at('hold-long'), rule: hash, account: 'wallet' },
    ],
    amount: [
      { set: 'amount + 1', where: at('hold-given-up'), rule: hash, account: 'wallet' },
      { set: 'amount + 1', where: at('hold-long'), rule: 'held-is-sum-of-open-holds', account: 'wallet' },
    ],
    amount_captured: [
      { set: '1', where: at('hold-given-up'), rule: 'hold-captured-amount-by-status', account: 'wallet' },
      { set: '29', where: at('hold-part'), rule: 'captured-hold-has-its-entry', account: 'wallet' },
    ],
    status: [
      { set: `'expired'`, where: at('hold-long'), rule: 'hold-resolved-at-by-status', account: 'wallet' },
      { set: `'open'`, where: at('hold-given-up'), rule: 'hold-resolution-by-status', account: 'wallet' },
      { set: `'released'`, where: at('hold-part'), rule: 'released-hold-has-no-entry', account: 'wallet' },
    ],
    content_hash: [{ set: 'content_hash + 1', where: at('hold-long'), rule: hash, account: 'wallet' }],
    resolution_key: [
      { set: `'other'`, where: at('hold-part'), rule: 'captured-hold-has-its-entry', account: 'wallet' },
      { set: 'null', where: at('hold-given-up'), rule: 'hold-resolution-by-status', account: 'wallet' },
      { set: `'other'`, where: at('hold-given-up'), rule: hash, account: 'wallet' },
    ],
    resolution_hash: [
      { set: 'resolution_hash + 1', where: at('hold-part'), rule: 'capture-is-its-entry', account: 'wallet' },
      { set: 'resolution_hash + 1', where: at('hold-given-up'), rule: hash, account: 'wallet' },
    ],
    expires_at: [
      { set: LATER, where: at('hold-long'), rule: hash, account: 'wallet' },
      { set: LATER, where: at('hold-short'), rule: 'hold-expired-when-due', account: 'wallet' },
    ],
    created_at: [{ set: LATER, where: at('hold-long'), rule: 'hold-expires-after-it-was-made', account: 'wallet' }],
    resolved_at: [
      { set: LATER, where: at('hold-part'), rule: 'capture-is-its-entry', account: 'wallet' },
      { set: LATER, where: at('hold-long'), rule: 'hold-resolved-at-by-status', account: 'wallet' },
      { set: LATER, where: at('hold-short'), rule: 'hold-expired-when-due', account: 'wallet' },
    ],
  };
}

function lots(ids: AccountIds): Corruptions[string] {
  const at = (seq: number): string => `account_id = ${ids.lots} and seq = ${seq}`;
  const hash = 'content-hash-is-of-the-content';
  return {
    account_id: [
      { set: `${NOBODY}`, where: at(3), rule: 'lots-remain-what-the-balance-is', account: 'lots' },
      { set: `${NOBODY}`, where: at(3), rule: 'lot-has-account', account: NOBODY },
    ],
    seq: [{ set: '4', where: at(3), rule: 'lot-has-its-credit', account: 'lots' }],
    amount: [
      { set: 'amount + 1', where: at(3), rule: 'lot-amount-is-its-credit', account: 'lots' },
      { set: 'amount + 1', where: at(3), rule: 'lot-remains-what-was-not-drawn', account: 'lots' },
    ],
    remaining: [
      { set: 'remaining - 1', where: at(3), rule: 'lots-remain-what-the-balance-is', account: 'lots' },
      { set: 'remaining + 1', where: at(1), rule: 'lot-remains-what-was-not-drawn', account: 'lots' },
    ],
    funding: [
      { set: `'paid'`, where: at(1), rule: hash, account: 'lots' },
      { set: `'granted'`, where: at(3), rule: hash, account: 'lots' },
    ],
    priority: [
      { set: 'priority + 1', where: at(1), rule: hash, account: 'lots' },
      { set: '1000001', where: at(3), rule: 'lot-priority-in-range', account: 'lots' },
    ],
    expires_at: [
      { set: LATER, where: at(3), rule: hash, account: 'lots' },
      { set: LATER, where: at(2), rule: 'expiry-draws-its-due-lot', account: 'lots' },
      {
        set: Instant.parse('2000-01-01T00:00:00Z'),
        where: at(1),
        rule: 'lot-expires-after-its-credit',
        account: 'lots',
      },
    ],
  };
}

function draws(ids: AccountIds): Corruptions[string] {
  const at = (entry: number, lot: number): string =>
    `account_id = ${ids.lots} and entry_seq = ${entry} and lot_seq = ${lot}`;
  return {
    account_id: [
      { set: `${NOBODY}`, where: at(4, 1), rule: 'lots-move-as-the-balance', account: 'lots' },
      { set: `${NOBODY}`, where: at(4, 1), rule: 'draw-has-account', account: NOBODY },
    ],
    entry_seq: [
      { set: '99', where: at(4, 1), rule: 'draw-names-an-entry', account: 'lots' },
      { set: '3', where: at(4, 1), rule: 'lots-move-as-the-balance', account: 'lots' },
    ],
    lot_seq: [
      { set: '99', where: at(4, 1), rule: 'draw-names-a-lot', account: 'lots' },
      { set: '3', where: at(4, 1), rule: 'lot-remains-what-was-not-drawn', account: 'lots' },
      { set: '8', where: at(4, 1), rule: 'draw-comes-after-its-lot', account: 'lots' },
    ],
    amount: [
      { set: 'amount + 1', where: at(4, 1), rule: 'lot-remains-what-was-not-drawn', account: 'lots' },
      { set: 'amount + 1', where: at(4, 1), rule: 'lots-move-as-the-balance', account: 'lots' },
    ],
  };
}

function audit(ids: AccountIds): Corruptions[string] {
  const at = (key: string): string => `account_id = ${ids.audited} and idempotency_key = '${key}'`;
  const hash = 'content-hash-is-of-the-content';
  return {
    id: [{ set: 'id + 1000', where: at('floor-1'), rule: 'audited-state-follows', account: 'audited' }],
    system_name: [
      {
        set: `'other'`,
        where: at('freeze'),
        rule: 'audit-names-the-system-of-its-account',
        account: 'audited',
      },
    ],
    action: [
      { set: `'other'`, where: at('freeze'), rule: 'audited-action-known', account: 'audited' },
      { set: `'close'`, where: at('freeze'), rule: 'audited-state-is-of-its-action', account: 'audited' },
    ],
    account_id: [{ set: `${ids.wallet}`, where: at('freeze'), rule: hash, account: 'wallet' }],
    idempotency_key: [
      { set: 'null', where: at('freeze'), rule: 'audited-command-has-key-and-hash', account: 'audited' },
      { set: `'other'`, where: at('freeze'), rule: hash, account: 'audited' },
    ],
    content_hash: [
      { set: 'content_hash + 1', where: at('floor-1'), rule: hash, account: 'audited' },
      {
        set: 'null',
        where: `account_id = ${ids.gone} and idempotency_key = 'close'`,
        rule: 'audited-command-has-key-and-hash',
        account: 'gone',
      },
    ],
    before_state: [
      { set: `'{"floor":"1"}'`, where: at('floor-2'), rule: 'audited-state-follows', account: 'audited' },
      { set: 'null', where: at('floor-1'), rule: 'audited-state-is-told', account: 'audited' },
    ],
    after_state: [
      { set: `'{"floor":"31"}'`, where: at('floor-2'), rule: 'floor-is-as-audited', account: 'audited' },
      { set: `'{"floor":"31"}'`, where: at('floor-2'), rule: hash, account: 'audited' },
      { set: `'{"status":"open"}'`, where: at('freeze'), rule: 'audited-state-is-of-its-action', account: 'audited' },
    ],
  };
}
