#!/usr/bin/env node
import cluster from 'node:cluster';
import module from 'node:module';
import { checkNodeVersion } from './check-node-version.ts';

// Checked before anything else is loaded, since an older Node fails inside a dependency with a message that helps nobody.
checkNodeVersion(process.versions.node);

// Half of a short command's time is spent on compiling the same modules again (0.8 s against 1.5 s from source, Node 24, 2026-11).
module.enableCompileCache();

const { runProgram } = await import('./run-program.ts');
const { commands } = await import('./commands/index.ts');

const abort = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    // Of several that serve together one says it.
    if (cluster.isPrimary) process.stderr.write('\nStopping after this step; press Ctrl-C again to end at once.\n');
    abort.abort();
  });
}

process.exitCode = await runProgram(commands, process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  folder: process.cwd(),
  environment: process.env,
  signal: abort.signal,
});
