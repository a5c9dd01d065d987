import type { Logger } from 'pino';
import { CarryoverError, defineError, type ErrorDefinition } from '../../base/errors.ts';
import type { App } from '../app.ts';
import type { ShownKey } from '../identity/key-store.ts';
import { ServeMetrics } from '../metrics/serve-metrics.ts';
import { openServedInstance } from '../served-instance.ts';
import { openTelemetry } from '../telemetry/open-telemetry.ts';
import { tracedObserver } from '../telemetry/trace-posts.ts';
import type { FiguresLink } from '../workers/process-figures.ts';
import { openServer } from './open-server.ts';

/** Nothing can listen there. */
export const addressUnavailable: ErrorDefinition<{ address: string; found: string }> = defineError({
  code: 'HTTP_ADDRESS_UNAVAILABLE',
  httpStatus: 500,
  retryable: false,
  summary: 'The service cannot listen on the address that it was given.',
  message: ({ address, found }) => `Cannot listen on "${address}": found ${found}, against an address that is free.`,
  hint: () => 'Choose another with --host and --port, or end what listens there.',
});

/** What is served, and where. */
export interface Serving {
  /** `http://127.0.0.1:4300`. */
  readonly address: string;
  /** The administrator's key where this was the first start; told now and never again. */
  readonly firstKey: ShownKey | undefined;
  close(): Promise<void>;
}

/** What is to be served. */
export interface ServeRequest {
  readonly app: App;
  readonly instance: string;
  /** False where jobs are started elsewhere, by other processes or by cron. */
  readonly startsJobs?: boolean;
  readonly logger: Logger;
  /** Where this process is one of several that serve together. */
  readonly link?: FiguresLink | undefined;
  /** In place of the configuration's. */
  readonly host?: string;
  /** In place of the configuration's; 0 takes a free one. */
  readonly port?: number;
}

/**
 * Serves one instance. It never runs open: without a key there is one after the first start, and nobody gets in without. Throws what
 * `openServedInstance` and `openServer` throw, then `HTTP_ADDRESS_UNAVAILABLE`; then nothing stays open.
 */
export async function startServing(request: ServeRequest): Promise<Serving> {
  const { app, instance, logger } = request;
  const metrics = new ServeMetrics({ process: true });
  const telemetry = await openTelemetry({ environment: app.environment, instance, logger });
  const observer = tracedObserver(telemetry, metrics.ledgerObserver);
  const service = await openServedInstance(app, instance, { observer, telemetry }).catch(async (error: unknown) => {
    await telemetry?.close();
    throw error;
  });
  try {
    const opened = await openServer(service, metrics, logger);
    const { server, scope, settings } = opened;
    if (request.link !== undefined) scope.linkFigures(request.link);
    const host = request.host ?? settings.host;
    const port = request.port ?? settings.port;
    try {
      const address = await server.listen({ host, port });
      const close = async (): Promise<void> => {
        await opened.close();
        await telemetry?.close();
      };
      if (request.startsJobs !== false) scope.startJobs(logger);
      return { address, firstKey: await scope.keys.createFirst(), close };
    } catch (error) {
      await server.close();
      throw unavailable(error, `${host}:${port}`);
    }
  } catch (error) {
    await service.close();
    await telemetry?.close();
    throw error;
  }
}

const LISTEN_FLAWS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something that listens there',
  EACCES: 'no right to listen there',
  EADDRNOTAVAIL: 'no such address on this machine',
  ENOTFOUND: 'a name that leads nowhere',
};

function unavailable(error: unknown, address: string): unknown {
  const found = LISTEN_FLAWS[(error as NodeJS.ErrnoException).code ?? ''];
  return found === undefined ? error : new CarryoverError(addressUnavailable, { address, found }, error);
}
