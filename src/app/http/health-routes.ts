import { Type } from 'typebox';
import { defineRoute, Reply, type Route } from '../../http/route.ts';
import { checkReadiness } from '../metrics/check-readiness.ts';
import type { ServeScope } from './serve-scope.ts';
import * as wire from './wire-fields.ts';

/** Says that the process answers; whether what it needs does is `/readyz`. */
const alive: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/healthz',
  name: 'health.alive',
  title: 'Say that the process answers',
  tag: 'health',
  access: 'public',
  answer: wire.closed({ status: Type.Literal('ok') }),
  errors: [],
  key: 'none',
  handle: async () => ({ status: 'ok' }),
});

/** For whoever sends requests here: 503 tells it to send them elsewhere. */
const ready: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/readyz',
  name: 'health.ready',
  title: 'Say whether requests should be sent here; 503 where not',
  tag: 'health',
  access: 'public',
  answer: wire.closed({
    ready: Type.Boolean({ description: 'Whether all checks hold' }),
    checks: Type.Array(
      wire.closed({
        name: wire.oneOf(['database', 'schema', 'scheduler'], 'What was checked'),
        ok: Type.Boolean({ description: 'Whether it holds' }),
        detail: Type.String({ description: 'A few words for people' }),
      }),
    ),
  }),
  errors: [],
  key: 'none',
  async handle({ service, scheduler }) {
    const readiness = await checkReadiness(service, scheduler === undefined ? {} : { scheduler });
    return new Reply(readiness, { status: readiness.ready ? 200 : 503 });
  },
});

/** For Prometheus, which sends the key as its `authorization` says. The figures tell how much is bought and used, so they are not for everybody. */
const metrics: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/metrics',
  name: 'health.metrics',
  title: 'Show the figures of all that serves together here and of the instance, for Prometheus',
  tag: 'health',
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: { contentType: 'text/plain; version=0.0.4; charset=utf-8' },
  errors: [],
  key: 'none',
  handle: (scope) => scope.figuresText(),
});

/** What those ask who watch the service. */
export const healthRoutes: readonly Route<ServeScope>[] = [alive, ready, metrics];
