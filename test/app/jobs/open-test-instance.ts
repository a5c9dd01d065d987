import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../../src/app/app.ts';
import type { CarryoverConfig, SystemConfig } from '../../../src/app/config.ts';
import { openServedInstance, type ServedInstance } from '../../../src/app/served-instance.ts';
import { freshDatabase } from '../../support/fresh-database.ts';

/** Servers of one instance, on a database of their own. */
export interface TestServer {
  readonly url: string;
  readonly service: ServedInstance;
  /** One more server, with connections of its own. */
  another(): Promise<ServedInstance>;
  close(): Promise<void>;
}

/** Opens an instance for service: on an empty database, or on one that the caller made and removes. */
export async function openTestInstance(
  options: {
    readonly systems?: Readonly<Record<string, SystemConfig>>;
    readonly jobs?: CarryoverConfig['jobs'];
    readonly url?: string;
  } = {},
): Promise<TestServer> {
  const fresh = options.url === undefined ? await freshDatabase() : undefined;
  const url = options.url ?? fresh?.url ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'carryover-service-'));
  const { jobs, systems = {} } = options;
  const config = { instances: { test: { urlEnv: 'DATABASE_URL' } }, systems, ...(jobs === undefined ? {} : { jobs }) };
  const app = new App({ file: join(folder, 'carryover.config.json'), folder, config }, { DATABASE_URL: url });
  const services: ServedInstance[] = [];
  const another = async (): Promise<ServedInstance> => {
    const service = await openServedInstance(app, 'test');
    services.push(service);
    return service;
  };
  return {
    url,
    service: await another(),
    another,
    close: async () => {
      for (const service of services) await service.close();
      rmSync(folder, { recursive: true, force: true });
      await fresh?.drop();
    },
  };
}
