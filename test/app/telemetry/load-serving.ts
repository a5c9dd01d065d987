import { enableCompileCache, registerHooks } from 'node:module';

/**
 * A process that starts and ends a service, and prints which modules of OpenTelemetry it loaded. Its arguments: the address of a database,
 * and the folder of a configuration.
 */
enableCompileCache();
const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    const name = /@opentelemetry\/([^/]+)/.exec(url)?.[1];
    // The bare interface is what prom-client loads, whether anybody traces or not.
    if (name !== undefined && name !== 'api') loaded.add(name);
    return next(url, context);
  },
});

const [, , url = '', folder = ''] = process.argv;
const { App } = await import('../../../src/app/app.ts');
const { serveLogger } = await import('../../../src/app/http/serve-logger.ts');
const { startServing } = await import('../../../src/app/http/start-serving.ts');
const config = { instances: { test: { urlEnv: 'TEST_URL' } }, systems: {} };
const environment = { ...process.env, TEST_URL: url };
const app = new App({ file: `${folder}/carryover.config.json`, folder, config }, environment);
const serving = await startServing({ app, instance: 'test', port: 0, logger: serveLogger(process.stderr) });
const answer = await fetch(`${serving.address}/healthz`);
await serving.close();
process.stdout.write(JSON.stringify({ status: answer.status, loaded: [...loaded].toSorted() }));
