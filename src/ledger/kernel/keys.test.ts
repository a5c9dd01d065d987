import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  account,
  minutes,
  newAccount,
  NOW,
  post,
  reversal,
  sample,
  snapshot,
  verdictOf,
} from '../../../test/model/kernel-samples.ts';
import { MemoryLedger } from '../../../test/model/memory-ledger.ts';
import type { Command } from '../types.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { contentHash } from './content-hash.ts';
import { decide } from './decide.ts';

/** Two funded accounts with a lot of 20 and an open hold `hold-1` of 5 on the first. */
function funded(): MemoryLedger {
  const ledger = new MemoryLedger([newAccount({ lotted: true }), newAccount({ id: 2n, lotted: true })]);
  post(ledger, NOW, sample.post({ key: 'fund', amount: 20n }), sample.hold({ key: 'hold-1', amount: 5n }));
  return ledger;
}

const EVERY_KIND: readonly Command[] = [
  sample.post(),
  sample.transfer(),
  sample.hold(),
  sample.capture(),
  sample.release(),
  sample['set-floor'](),
  sample.freeze(),
  sample.unfreeze(),
  sample['grant-lot'](),
  sample['void-lot']({ lotSeq: 2n }),
  reversal({ seq: 2n }),
];

describe('a key', () => {
  it.each(EVERY_KIND)(
    '$type: the same content again replays the first balance and seq and changes nothing',
    (command) => {
      const ledger = funded();
      post(ledger, NOW, sample['grant-lot']({ key: 'grant', amount: 3n }));
      const [first] = ledger.execute([command], NOW);
      expect(first?.status).toBe('posted');
      const rows = [ledger.entries.size, ledger.holds.size, ledger.audit.size];
      const [again] = ledger.execute(
        [{ ...command, actor: { kind: 'job', id: 'retry' }, reason: 'asked again' }],
        minutes(1),
      );
      expect(again).toEqual({ ...first, status: 'replayed' });
      expect([ledger.entries.size, ledger.holds.size, ledger.audit.size]).toEqual(rows);
    },
  );

  it.each(EVERY_KIND)(
    '$type: other content under its key is refused, and so is its key under another type',
    (command) => {
      const ledger = funded();
      post(ledger, NOW, sample['grant-lot']({ key: 'grant', amount: 3n }));
      ledger.execute([command], NOW);
      const others = EVERY_KIND.filter((other) => other.type !== command.type);
      for (const other of others)
        expect([other.type, verdictOf(ledger.execute([other], NOW)[0])]).toEqual([other.type, 'LEDGER_KEY_REUSED']);
    },
  );

  it.each(EVERY_KIND)('$type: given twice in one batch is posted once and replayed once', (command) => {
    const ledger = funded();
    post(ledger, NOW, sample['grant-lot']({ key: 'grant', amount: 3n }));
    const [first, again, other] = ledger.execute([command, command, sample.post({ amount: -9n })], NOW);
    expect([first?.status, again]).toEqual(['posted', { ...first, status: 'replayed' }]);
    expect(verdictOf(other)).toBe('LEDGER_KEY_REUSED');
  });

  it('replays on a closed account, because what was done stays done', () => {
    const ledger = new MemoryLedger([newAccount()]);
    post(
      ledger,
      NOW,
      sample.post({ key: 'in', amount: 5n }),
      sample.post({ key: 'out', amount: -5n }),
      sample.close({ key: 'end' }),
    );
    expect(
      ledger.execute([sample.post({ key: 'in', amount: 5n }), sample.close({ key: 'end' })], NOW).map(verdictOf),
    ).toEqual(['replayed', 'replayed']);
    expect(verdictOf(ledger.execute([sample.close({ key: 'again' })], NOW)[0])).toBe('LEDGER_ACCOUNT_CLOSED');
  });

  it('twice in one batch is decided as if the commands came one after the other', () => {
    const ledger = funded();
    const outcomes = ledger.execute([sample.post(), sample.post(), sample.post({ amount: -2n }), sample.hold()], NOW);
    expect(outcomes.map(verdictOf)).toEqual(['posted', 'replayed', 'LEDGER_KEY_REUSED', 'LEDGER_KEY_REUSED']);
    expect(outcomes[1]?.after).toEqual(outcomes[0]?.after);
  });

  it('is not used up by a refusal', () => {
    const ledger = funded();
    expect(verdictOf(ledger.execute([sample.post({ amount: -100n })], NOW)[0])).toBe('LEDGER_FLOOR_BREACHED');
    expect(verdictOf(ledger.execute([sample.post({ amount: -1n })], NOW)[0])).toBe('posted');
  });

  it('of a transfer is taken on both accounts', () => {
    const ledger = funded();
    post(ledger, NOW, sample.transfer({ key: 'gift' }), sample.post({ key: 'on-2', accountId: 2n, amount: 1n }));
    expect(verdictOf(ledger.execute([sample.post({ key: 'gift', accountId: 2n })], NOW)[0])).toBe('LEDGER_KEY_REUSED');
    expect(verdictOf(ledger.execute([sample.transfer({ key: 'on-2' })], NOW)[0])).toBe('LEDGER_KEY_REUSED');
  });

  it('of a reversed transfer must be free on the account of the other leg too', () => {
    const ledger = funded();
    post(ledger, NOW, sample.transfer({ key: 'gift' }), sample.post({ key: 'on-2', accountId: 2n, amount: 1n }));
    const [outcome] = ledger.execute([reversal({ key: 'on-2', seq: 2n })], NOW);
    expect(outcome).toMatchObject({ code: 'LEDGER_KEY_REUSED', detail: { accountId: '2' } });
  });

  it('of a reversal must be free on the other side also where the same batch makes the transfer', () => {
    const ledger = funded();
    post(ledger, NOW, sample.post({ key: 'on-2', accountId: 2n, amount: 1n }));
    const outcomes = ledger.execute([sample.transfer({ key: 'gift' }), reversal({ key: 'on-2', seq: 2n })], NOW);
    expect(outcomes.map(verdictOf)).toEqual(['posted', 'LEDGER_KEY_REUSED']);
  });

  it('of the reversal of a reversal is asked for on its own account only, in one batch as in two', () => {
    const commands = [reversal({ key: 'back', seq: 2n }), reversal({ key: 'on-1', accountId: 2n, seq: 2n })];
    const before = [sample.transfer({ key: 'gift' }), sample.post({ key: 'on-1', amount: 1n })];
    const [one, two] = [funded(), funded()];
    for (const ledger of [one, two]) post(ledger, NOW, ...before);
    const split = commands.flatMap((command) => two.execute([command], NOW));
    expect(one.execute(commands, NOW)).toEqual(split);
    expect(split.map(verdictOf)).toEqual(['posted', 'LEDGER_ENTRY_NOT_REVERSIBLE']);
  });

  it('is per account: another account may use it for something else', () => {
    const ledger = funded();
    post(ledger, NOW, sample.post({ key: 'same', amount: -1n }));
    expect(verdictOf(ledger.execute([sample.post({ key: 'same', accountId: 2n, amount: 4n })], NOW)[0])).toBe('posted');
  });

  it('that a cutover used is refused to commands, because no command is a replay of a carried fact', () => {
    const used = [{ accountId: 1n, key: 'key', contentHash: null, seq: 3n, balanceAfter: 9n }];
    const { outcomes } = decide(snapshot({ accounts: [account()], usedKeys: used }), [sample.post()], NOW);
    expect(verdictOf(outcomes[0])).toBe('LEDGER_KEY_REUSED');
  });

  it('of a capture is found on its entry and on its hold; the entry tells the balance of then', () => {
    const command = sample.capture();
    const bare = { accountId: 1n, key: 'key', contentHash: contentHash(command) };
    const entry = { ...bare, seq: 3n, balanceAfter: 9n };
    const resolution = { ...bare, seq: null, balanceAfter: null };
    for (const usedKeys of [
      [entry, resolution],
      [resolution, entry],
    ]) {
      const { outcomes } = decide(snapshot({ accounts: [account()], usedKeys }), [command], NOW);
      expect(outcomes[0]).toEqual({
        status: 'replayed',
        after: [{ accountId: 1n, balance: 9n, held: 0n, available: 100n, seq: 3n }],
      });
    }
  });

  it('a replayed hold tells the numbers of now, having no entry', () => {
    const ledger = funded();
    post(ledger, NOW, sample.hold({ key: 'h' }), sample.post({ key: 'later', amount: -2n }));
    const [outcome] = ledger.execute([sample.hold({ key: 'h' })], NOW);
    expect(outcome).toEqual({
      status: 'replayed',
      after: [{ accountId: 1n, balance: 18n, held: 6n, available: 12n, seq: 2n }],
    });
  });
});

describe('the hash of a command', () => {
  const details = { b: 1, a: 'x' };
  /** Stored next to entries: a release that hashed another text would refuse the retries of the one before. */
  it.each<[string, Command, string]>([
    [
      'post',
      sample.post({ details, occurredAt: NOW }),
      '{"accountId":"1","amount":"-1","contra":"usage","details":{"a":"x","b":1},"key":"key","kind":"usage","occurredAt":"2026-03-01T12:00:00.000000Z","type":"post"}',
    ],
    [
      'transfer',
      sample.transfer(),
      '{"amount":"1","fromAccountId":"1","key":"key","kind":"gift","toAccountId":"2","type":"transfer"}',
    ],
    [
      'hold',
      sample.hold({ expiresAt: NOW }),
      '{"accountId":"1","amount":"1","expiresAt":"2026-03-01T12:00:00.000000Z","key":"key","type":"hold"}',
    ],
    [
      'capture',
      sample.capture(),
      '{"accountId":"1","contra":"usage","holdKey":"hold-1","key":"key","kind":"usage","type":"capture"}',
    ],
    [
      'a capture of a part',
      sample.capture({ amount: 3n }),
      '{"accountId":"1","amount":"3","contra":"usage","holdKey":"hold-1","key":"key","kind":"usage","type":"capture"}',
    ],
    ['release', sample.release(), '{"accountId":"1","holdKey":"hold-1","key":"key","type":"release"}'],
    ['set-floor', sample['set-floor'](), '{"accountId":"1","floor":"-2","key":"key","type":"set-floor"}'],
    [
      'set-floor to none',
      sample['set-floor']({ floor: null }),
      '{"accountId":"1","floor":null,"key":"key","type":"set-floor"}',
    ],
    ['freeze', sample.freeze(), '{"accountId":"1","key":"key","type":"freeze"}'],
    ['unfreeze', sample.unfreeze(), '{"accountId":"1","key":"key","type":"unfreeze"}'],
    ['close', sample.close(), '{"accountId":"1","key":"key","type":"close"}'],
    ['reverse', reversal(), '{"accountId":"1","key":"key","seq":"1","type":"reverse"}'],
    [
      'grant-lot',
      sample['grant-lot'](),
      '{"accountId":"1","amount":"10","contra":"grants","funding":"granted","key":"key","kind":"grant","priority":"100","type":"grant-lot"}',
    ],
    [
      'void-lot',
      sample['void-lot'](),
      '{"accountId":"1","contra":"grants","key":"key","kind":"void","lotSeq":"1","type":"void-lot"}',
    ],
  ])('of %s is the first 64 bits of SHA-256 over its canonical content', (_name, command, text) => {
    expect(contentHash(command)).toBe(createHash('sha256').update(text).digest().readBigInt64BE(0));
  });

  it.each([
    sample.post({ occurredAt: NOW }),
    sample.transfer({ occurredAt: NOW }),
    sample.capture({ amount: 3n, occurredAt: NOW }),
    sample['grant-lot']({ expiresAt: NOW, occurredAt: NOW }),
    sample['void-lot']({ occurredAt: NOW }),
  ])('of $type with every member but details is over canonical JSON as well', (command) => {
    const { actor: _actor, ...content } = command;
    const text = canonicalJson(content);
    expect(contentHash(command)).toBe(createHash('sha256').update(text).digest().readBigInt64BE(0));
  });

  it.each<[string, Command, Command]>([
    ['the order of details', sample.post({ details }), sample.post({ details: { a: 'x', b: 1 } })],
    ['the actor', sample.post(), sample.post({ actor: { kind: 'system', id: 'x' } })],
    ['the reason', sample.post(), sample.post({ reason: 'because' })],
    ['members it does not know', sample.post(), { ...sample.post(), traceId: 'x' } as Command],
  ])('does not depend on %s', (_what, one, other) => {
    expect(contentHash(one)).toBe(contentHash(other));
  });

  it.each<[string, Command, Command]>([
    ['the account', sample.post(), sample.post({ accountId: 2n })],
    ['the key', sample.post(), sample.post({ key: 'other' })],
    ['the amount', sample.post(), sample.post({ amount: -2n })],
    ['the contra', sample.post(), sample.post({ contra: 'other' })],
    ['the kind', sample.post(), sample.post({ kind: 'other' })],
    ['details', sample.post(), sample.post({ details })],
    ['occurredAt where it is given', sample.post(), sample.post({ occurredAt: NOW })],
    ['the destination', sample.transfer(), sample.transfer({ toAccountId: 3n })],
    ['the expiry of a hold', sample.hold(), sample.hold({ expiresAt: NOW })],
    ['the hold', sample.capture(), sample.capture({ holdKey: 'other' })],
    ['a captured amount where it is given', sample.capture(), sample.capture({ amount: 10n })],
    ['the floor', sample['set-floor'](), sample['set-floor']({ floor: null })],
    ['the type', sample.freeze(), sample.unfreeze()],
    ['the account of a reversal', reversal(), reversal({ accountId: 2n })],
    ['the entry reversed', reversal(), reversal({ seq: 2n })],
    ['the funding', sample['grant-lot'](), sample['grant-lot']({ funding: 'paid' })],
    ['the priority', sample['grant-lot'](), sample['grant-lot']({ priority: 0n })],
    ['the expiry of a lot', sample['grant-lot'](), sample['grant-lot']({ expiresAt: NOW })],
    ['the lot', sample['void-lot'](), sample['void-lot']({ lotSeq: 2n })],
  ])('depends on %s', (_what, one, other) => {
    expect(contentHash(one)).not.toBe(contentHash(other));
  });

  it('is a signed 64-bit integer', () => {
    const hashes = Array.from({ length: 64 }, (_, index) => contentHash(sample.post({ amount: BigInt(index + 1) })));
    expect(hashes.some((hash) => hash < 0n) && hashes.some((hash) => hash > 0n)).toBe(true);
    expect(hashes.every((hash) => BigInt.asIntN(64, hash) === hash)).toBe(true);
  });
});
