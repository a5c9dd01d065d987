import { spawn } from 'node:child_process';

/** Runs apt-get and answers what it printed; of two runs at once the second waits for the first. Throws an Error with what it printed when it fails. */
export function aptGet(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const keep = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed);
      else
        reject(
          new Error(
            `Cannot run "apt-get ${args.join(' ')}": exit code ${code}, against 0. Read what it printed:\n${printed}`,
          ),
        );
    });
  });
}
