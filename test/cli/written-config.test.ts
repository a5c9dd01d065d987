import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openApp } from '../../src/app/app.ts';
import { configText } from '../../src/cli/config-text.ts';

it('the configuration that init writes loads, keeps the mapping, and passes the check of the policy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carryover-config-'));
  try {
    const mapping = {
      payments: { table: 'payments_payment', columns: { student_id: 'studentId', 'odd name': 'a-b' } },
    };
    const system = { name: 'tuition', mapping, found: 1, required: 1, problems: [] };
    const backups = '../vault "two"';
    const text = configText({ name: 'dev', instance: { urlEnv: 'SCHOOL_URL' }, systems: [system], backups });
    writeFileSync(join(folder, 'carryover.config.ts'), text);
    const app = await openApp(folder);
    expect(app.loaded.config.instances).toEqual({ dev: { urlEnv: 'SCHOOL_URL' } });
    expect(app.system(undefined).config.tables).toEqual(mapping);
    expect(app.loaded.config.backups).toEqual({ folder: backups });
    // Each default stands there as a comment; taking the comment marks away must give a configuration as well.
    writeFileSync(join(folder, 'explicit.config.ts'), text.replaceAll(/^( +)\/\/ ( *(?:\w+: .*|\},))$/gm, '$1$2'));
    const explicit = await openApp(folder, 'explicit.config.ts');
    expect(explicit.system('tuition').policy).toEqual(app.system('tuition').policy);
    expect(explicit.system('tuition').config.policy).not.toEqual({});
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
