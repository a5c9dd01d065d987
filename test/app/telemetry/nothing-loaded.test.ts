import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../support/fresh-database.ts';
import { Collector } from './collector.ts';

const PROGRAM = fileURLToPath(new URL('load-serving.ts', import.meta.url));

/** What a process that serves and is asked once has loaded of OpenTelemetry. */
async function loadedWith(environment: Readonly<Record<string, string>>): Promise<unknown> {
  const fresh = await freshDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'carryover-loaded-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, fresh.url, folder], {
      env: { ...process.env, ...environment },
    });
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await fresh.drop();
  }
}

test('without an address nothing of OpenTelemetry is loaded, and with one it is', async () => {
  expect(await loadedWith({})).toEqual({ status: 200, loaded: [] });
  const collector = await Collector.open();
  try {
    expect(await loadedWith(collector.environment)).toMatchObject({
      status: 200,
      loaded: expect.arrayContaining(['exporter-trace-otlp-http', 'sdk-trace']) as string[],
    });
    expect(collector.spans.map(({ name }) => name)).toContain('GET /healthz');
  } finally {
    await collector.close();
  }
}, 120_000);
