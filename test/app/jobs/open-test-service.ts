import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../../src/app/app.ts';
import type { SystemConfig } from '../../../src/app/config.ts';
import { openService, type Service } from '../../../src/app/service.ts';
import { freshDatabase } from '../../support/fresh-database.ts';

/** Servers of one instance, on a database of their own. */
export interface TestService {
  readonly url: string;
  readonly service: Service;
  /** One more server, with connections of its own. */
  another(): Promise<Service>;
  close(): Promise<void>;
}

/** Opens an instance for service: on an empty database, or on one that the caller made and removes. */
export async function openTestService(
  options: { readonly systems?: Readonly<Record<string, SystemConfig>>; readonly url?: string } = {},
): Promise<TestService> {
  const fresh = options.url === undefined ? await freshDatabase() : undefined;
  const url = options.url ?? fresh?.url ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'carryover-service-'));
  const config = { instances: { test: { urlEnv: 'DATABASE_URL' } }, systems: options.systems ?? {} };
  const app = new App({ file: join(folder, 'carryover.config.json'), folder, config }, { DATABASE_URL: url });
  const services: Service[] = [];
  const another = async (): Promise<Service> => {
    const service = await openService(app, 'test');
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
