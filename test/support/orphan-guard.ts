import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/**
 * What the guard does: it reads which process to watch from its input, and when the input closes it ends that process
 * and removes the folder. The folder goes in several tries, because a set-up program may still be writing into it.
 */
const SCRIPT = `
watched=
while read -r signal pid; do watched=$pid; how=$signal; done
if [ -n "$watched" ] && [ "$watched" != 0 ]; then
  kill "-$how" "$watched" 2>/dev/null
  tries=0
  while kill -0 "$watched" 2>/dev/null && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
fi
tries=0
while [ -e "$1" ] && [ "$tries" -lt 10 ]; do rm -rf -- "$1" 2>/dev/null; sleep 0.5; tries=$((tries + 1)); done
`;

/**
 * Ends a server and removes its folder when this process goes away without doing so. The guard is a shell that waits on
 * a pipe which only this process holds open, and a pipe closes even after SIGKILL: no test run leaves a server behind.
 */
export class OrphanGuard {
  readonly #shell: ChildProcess;

  constructor(folder: string) {
    this.#shell = spawn('sh', ['-c', SCRIPT, 'orphan-guard', folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell.once('error', () => {});
    this.#shell.unref();
    const pipe = this.#shell.stdin;
    pipe?.once('error', () => {});
    if (pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  }

  /** Names the process to end, and the signal that ends it at once. */
  watch(pid: number, signal: NodeJS.Signals): void {
    this.#shell.stdin?.write(`${signal.replace(/^SIG/, '')} ${pid}\n`);
  }

  /** Says that the process is gone, because its number may soon belong to another one. */
  forget(): void {
    this.#shell.stdin?.write('TERM 0\n');
  }

  /** Ends the guard itself, after the folder is removed. */
  release(): void {
    this.#shell.kill('SIGKILL');
  }
}
