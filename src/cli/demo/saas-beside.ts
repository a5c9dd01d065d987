import { fork } from 'node:child_process';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandRun } from '../command.ts';
import type { SaasMessage, SaasOrder, SaasStory } from './saas-messages.ts';

/** How the SaaS ended: carried, or with the exit code of the error that it told. */
export type SaasEnd = SaasStory | { readonly failed: number };

/** The SaaS at work in a process of its own. */
export interface SaasBeside {
  /** Prints what it has said so far and goes on as it speaks; answers how it ended. Throws an Error where its process died. */
  tell(): Promise<SaasEnd>;
  /** Has it end after its step, prints what it said, and answers once it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts to carry the SaaS in its prepared folder, and keeps what it says until it is asked for. It is told to end when this command is,
 * and ends by itself when this process is gone.
 */
export function startSaas(run: CommandRun, on: Pick<SaasOrder, 'folder' | 'users'>): SaasBeside {
  const { options, output, signal } = run;
  const color = output.colors.isColorSupported;
  const order: SaasOrder = { ...on, json: output.json, color, debug: options.debug === true };
  const own = fileURLToPath(import.meta.url);
  const program = path.join(path.dirname(own), `saas-process${path.extname(own)}`);
  // It would compile the same modules again, which takes as long as its first stages.
  const cache = module.getCompileCacheDir();
  const child = fork(program, [JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...run.environment, ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }) },
  });
  const story = new Story(run);
  let died = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    died += text;
  });
  child.on('message', (message: SaasMessage) => story.hear(message));
  const end = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  const ended = new Promise<SaasEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      signal.removeEventListener('abort', end);
      if (story.end !== undefined) resolve(story.end);
      else reject(new Error(`the process of the SaaS ended by itself: ${died.trim() || 'it said nothing'}`));
    });
  });
  ended.catch(() => undefined);
  return {
    tell: () => {
      story.tell();
      return ended;
    },
    stop: async () => {
      end();
      await ended.catch(() => undefined);
      story.tell();
    },
  };
}

/** What the SaaS says: kept until it is its turn, then printed as it comes. */
class Story {
  end: SaasEnd | undefined;
  readonly #run: CommandRun;
  readonly #kept: SaasMessage[] = [];
  #isItsTurn = false;

  constructor(run: CommandRun) {
    this.#run = run;
  }

  hear(message: SaasMessage): void {
    if ('carried' in message) this.end = message.carried;
    else if ('failed' in message) this.end = message;
    else if (this.#isItsTurn) this.#print(message);
    else this.#kept.push(message);
  }

  tell(): void {
    this.#isItsTurn = true;
    for (const message of this.#kept.splice(0)) this.#print(message);
  }

  #print(message: SaasMessage): void {
    if (!('stream' in message)) return;
    const { output } = this.#run;
    const line = message.text.replace(/\n$/, '');
    if (message.stream === 'stderr') output.note(line);
    else if (output.json) output.data(JSON.parse(line));
    else output.line(line);
  }
}
