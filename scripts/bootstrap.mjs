// Runs a script of this project on the project's own Node, after installing what the lock file names where that is
// missing or differs. It is plain JavaScript without imports from node_modules, because it is the first thing that runs
// after a clone, on whatever Node the system has.
//
//   node scripts/bootstrap.mjs <script> [arguments]

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isWindows = process.platform === 'win32';
const binFolder = join(root, 'node_modules', '.bin');
const projectNode = join(root, 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(4);
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** True when every package of the lock file is installed in that version; npm writes what it installed when it is done. */
function isInstalled() {
  const wanted = readLock(join(root, 'package-lock.json'));
  const found = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || found === undefined || !existsSync(projectNode)) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const installed = found[path];
    // An optional package is one platform's binary, absent on every other platform.
    if (installed === undefined) return entry.optional === true || entry.devOptional === true;
    return installed.version === entry.version && installed.integrity === entry.integrity;
  });
}

function npm(...args) {
  // Under `npm test` the node_modules/.bin of this project is on the path, and npm is about to replace it.
  const path = (process.env.PATH || '')
    .split(delimiter)
    .filter((folder) => folder !== binFolder)
    .join(delimiter);
  const options = { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, PATH: path } };
  const npmScript = process.env.npm_execpath;
  const result =
    npmScript !== undefined && /npm-cli\.c?js$/.test(npmScript)
      ? spawnSync(process.env.npm_node_execpath || process.execPath, [npmScript, ...args], options)
      : spawnSync('npm', args, { ...options, shell: isWindows });
  if (result.status === 0) return;
  const found = result.error === undefined ? `exit code ${result.status}` : result.error.message;
  fail(
    `Cannot install what package-lock.json names: "npm ${args.join(' ')}" ended with ${found}, against 0. ` +
      'Read the lines above; npm 7 or newer and a package registry within reach are needed.',
  );
}

function install() {
  process.stderr.write('Installing what package-lock.json names (npm ci) ...\n');
  // Without scripts: npm would compile better-sqlite3, which carries its binaries, and ask for Python and a compiler.
  npm('ci', '--ignore-scripts', '--loglevel=error');
  // The one script that is needed: it places the binary of the project's own Node.
  npm('rebuild', 'node', '--ignore-scripts=false', '--loglevel=error');
  if (!isInstalled()) {
    fail(
      'Cannot use node_modules: it differs from package-lock.json after "npm ci", against equal. Remove node_modules and run it again.',
    );
  }
}

/** What runs this script, and what runs that: npm starts a shell, which starts this. Where the system does not tell, it is empty. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    // The name before it may have spaces and brackets of its own.
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return String(process.ppid);
  }
}

/** Calls back when npm is gone without a word: it passes no signal on when it is told to end by itself. */
function whenNpmIsGone(callback) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const atFirst = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === atFirst) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined)
  fail('Cannot run a script: none named, against one. Type "node scripts/bootstrap.mjs scripts/test.ts".');
if (!isInstalled()) install();

const child = spawn(projectNode, [join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: [binFolder, process.env.PATH].join(delimiter) },
});
// The terminal sends Ctrl-C to both processes; this one only stays until the other has cleaned up.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
whenNpmIsGone(() => child.kill('SIGTERM'));
child.on('error', (error) =>
  fail(`Cannot run "${projectNode}": ${error.message}. Remove node_modules and run it again.`),
);
child.on('close', (code, signal) => process.exit(code === null ? 128 + (constants.signals[signal] || 0) : code));
