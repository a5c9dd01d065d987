// One of several processes that post to the same few accounts at once; see concurrency.test.ts. Arguments: the database's URL,
// this process's number, how many commands, the account ids. Prints what it was told, as one line of JSON.

import { Ledger } from '../../src/ledger/ledger.ts';
import type { Actor } from '../../src/base/actor.ts';
import type { Command, Outcome } from '../../src/ledger/types.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { randomSource, type RandomSource } from './random-source.ts';

/** What a process says of its commands. */
export interface ChildReport {
  readonly executed: number;
  readonly words: Readonly<Record<string, number>>;
  /** By account: the sum of what this process was told to be posted, and not replayed. */
  readonly posted: Readonly<Record<string, string>>;
  /** Shared keys that this process was told to have posted. */
  readonly sharedPosted: readonly string[];
}

/** Commands that are on their way at the same time. */
const CALLERS = 100;

/** Every process makes the same commands under these keys, in an order of its own and some twice. */
const SHARED_KEYS = 300;

const [url = '', numberText = '', countText = '', ...idTexts] = process.argv.slice(2);
const accountIds = idTexts.map(BigInt);
const actor: Actor = { kind: 'job', id: `child-${numberText}` };

class Child {
  readonly #ledger: Ledger;
  readonly #random: RandomSource;
  readonly #words: Record<string, number> = {};
  readonly #posted = new Map<bigint, bigint>();
  readonly #sharedPosted: string[] = [];
  readonly #holds: { readonly accountId: bigint; readonly key: string; readonly amount: bigint }[] = [];
  readonly #entries: { readonly accountId: bigint; readonly seq: bigint; readonly amount: bigint }[] = [];
  #executed = 0;

  constructor(ledger: Ledger, random: RandomSource) {
    this.#ledger = ledger;
    this.#random = random;
  }

  async run(count: number): Promise<ChildReport> {
    const callers = Array.from({ length: CALLERS }, async () => {
      while (this.#executed < count) {
        this.#executed += 1;
        await this.#one(this.#executed);
      }
    });
    await Promise.all(callers);
    const posted = Object.fromEntries([...this.#posted].map(([id, sum]) => [id.toString(), sum.toString()]));
    return { executed: this.#executed, words: this.#words, posted, sharedPosted: this.#sharedPosted };
  }

  async #one(n: number): Promise<void> {
    const command = this.#command(n);
    const { database } = this.#ledger;
    const [outcome] =
      this.#random(50) === 0
        ? await database.write((trx) => this.#ledger.within(trx).execute([command]))
        : await this.#ledger.execute([command]);
    if (outcome !== undefined) this.#note(command, outcome);
  }

  #command(n: number): Command {
    const dice = this.#random(100);
    const accountId = this.#anyAccount();
    const base = { key: `${numberText}:${n}`, actor, accountId } as const;
    const entry = { kind: 'usage', contra: 'usage' } as const;
    if (dice < 25) return sharedCommand(this.#random(SHARED_KEYS));
    if (dice < 45) return { type: 'post', ...base, ...entry, amount: -BigInt(1 + this.#random(20)) };
    if (dice < 60)
      return { type: 'post', ...base, kind: 'payment', contra: 'payments', amount: BigInt(1 + this.#random(12)) };
    if (dice < 75) return { type: 'hold', ...base, amount: BigInt(1 + this.#random(10)) };
    if (dice < 80) return this.#transfer(n);
    const hold = this.#holds[this.#random(Math.max(1, this.#holds.length))];
    if (hold !== undefined && dice < 88) {
      const part = BigInt(1 + this.#random(Number(hold.amount)));
      return { type: 'capture', ...base, ...entry, accountId: hold.accountId, holdKey: hold.key, amount: part };
    }
    if (hold !== undefined && dice < 96)
      return { type: 'release', ...base, accountId: hold.accountId, holdKey: hold.key };
    const made = this.#entries[this.#random(Math.max(1, this.#entries.length))];
    if (made !== undefined) return { type: 'reverse', ...base, accountId: made.accountId, seq: made.seq };
    return this.#transfer(n);
  }

  #transfer(n: number): Command {
    const [from, step] = [this.#random(accountIds.length), 1 + this.#random(accountIds.length - 1)];
    const fromAccountId = accountIds[from] as bigint;
    const toAccountId = accountIds[(from + step) % accountIds.length] as bigint;
    const amount = BigInt(1 + this.#random(9));
    return { type: 'transfer', key: `${numberText}:${n}`, actor, fromAccountId, toAccountId, amount, kind: 'move' };
  }

  #anyAccount(): bigint {
    return accountIds[this.#random(accountIds.length)] as bigint;
  }

  #note(command: Command, outcome: Outcome): void {
    const word = outcome.status === 'refused' ? outcome.code : outcome.status;
    this.#words[word] = (this.#words[word] ?? 0) + 1;
    if (outcome.status !== 'posted') return;
    if (command.key.startsWith('shared:')) this.#sharedPosted.push(command.key);
    if (command.type === 'hold')
      this.#holds.push({ accountId: command.accountId, key: command.key, amount: command.amount });
    if (command.type === 'post') this.#moved(command.accountId, command.amount);
    if (command.type === 'capture') this.#moved(command.accountId, -(command.amount ?? 0n));
    if (command.type === 'transfer') {
      this.#moved(command.fromAccountId, -command.amount);
      this.#moved(command.toAccountId, command.amount);
    }
    if (command.type === 'reverse') {
      const made = this.#entries.find((one) => one.accountId === command.accountId && one.seq === command.seq);
      this.#moved(command.accountId, -(made?.amount ?? 0n));
    }
    const [after] = outcome.after;
    if (command.type === 'post' && after !== undefined) {
      this.#entries.push({ accountId: command.accountId, seq: after.seq, amount: command.amount });
    }
  }

  #moved(accountId: bigint, amount: bigint): void {
    this.#posted.set(accountId, (this.#posted.get(accountId) ?? 0n) + amount);
  }
}

/** The same whoever makes it, so that it must be posted once. */
function sharedCommand(index: number): Command {
  const accountId = accountIds[index % accountIds.length] as bigint;
  const amount = BigInt((index % 11) - 5);
  const key = `shared:${index}`;
  return { type: 'post', key, actor, accountId, amount: amount === 0n ? 3n : amount, kind: 'shared', contra: 'shared' };
}

const database = await openDatabase(url, { lockTimeoutMs: 30_000, poolMax: 4 });
const ledger = new Ledger(database);
const report = await new Child(ledger, randomSource(Number(numberText))).run(Number(countText));
await ledger.close();
await database.close();
process.stdout.write(`${JSON.stringify(report)}\n`);
