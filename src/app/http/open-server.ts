import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { CarryoverError } from '../../base/errors.ts';
import { buildServer, type AnswerSeen } from '../../http/build-server.ts';
import { authenticateCallers } from '../../http/identity/authenticate-callers.ts';
import { tokenVerifier, type VerifyToken } from '../../http/identity/verify-token.ts';
import { configInvalid } from '../app-errors.ts';
import { fromEnvironment } from '../from-environment.ts';
import { keyVerifier } from '../identity/verify-keys.ts';
import type { ServeMetrics } from '../metrics/serve-metrics.ts';
import type { ServedInstance } from '../served-instance.ts';
import { traceRequests } from '../telemetry/trace-requests.ts';
import { toolVersion } from '../tool-version.ts';
import { STAFF } from '../../systems/access.ts';
import { configuredHttp, type HttpSettings, type JwtSettings } from './http-settings.ts';
import { allRoutes } from './all-routes.ts';
import { ServeScope } from './serve-scope.ts';

/** HS256 is safe with a secret that cannot be guessed; this many bytes are what its hash has. */
const SECRET_BYTES_MIN = 32;

/** A service with its server. */
export interface OpenServer {
  readonly server: FastifyInstance;
  readonly scope: ServeScope;
  readonly settings: HttpSettings;
  /** Stops taking requests and starting jobs, answers and ends those it has, then closes the service. */
  close(): Promise<void>;
}

/** Builds the server of a service; it listens when told to. Throws `CONFIG_INVALID` and `CONFIG_SECRET_MISPLACED` for rules of tokens that cannot hold. */
export async function openServer(service: ServedInstance, metrics: ServeMetrics, logger: Logger): Promise<OpenServer> {
  const { config } = service.app.loaded;
  const settings = configuredHttp(config);
  const scope = new ServeScope(service, metrics);
  const verifyToken = tokensOf(config.identity?.jwt as JwtSettings | undefined, service.app.environment);
  const server = await buildServer({
    scope,
    routes: allRoutes(service.app.systemNames),
    authenticate: authenticateCallers({ verifyKey: keyVerifier(scope.keys, service.database), verifyToken }),
    settings,
    logger,
    version: toolVersion,
    explain: (error) => service.database.explain(error),
    observe: (answer) => count(metrics, answer),
  });
  traceRequests(server, service.telemetry);
  return {
    server,
    scope,
    settings,
    async close() {
      const stopped = scope.scheduler?.stop();
      await server.close();
      await stopped;
      await service.close();
    },
  };
}

/** What was answered, what staff did, and which webhooks were refused. */
function count(metrics: ServeMetrics, { name, role, code, ...answer }: AnswerSeen): void {
  // A stream lasts as long as somebody watches, which says nothing of how quickly anything is answered.
  if (name !== 'cutover.events') metrics.requestEnded({ ...answer, ...(code === undefined ? {} : { code }) });
  const isDone = answer.method !== 'GET' && answer.method !== 'HEAD' && answer.status < 400;
  if (isDone && name !== undefined && role !== undefined && STAFF.includes(role))
    metrics.adminActions.inc({ action: name });
  if (name?.endsWith('webhook') === true && answer.status >= 400)
    metrics.webhookFailures.inc({ reason: code ?? 'unknown' });
}

function tokensOf(jwt: JwtSettings | undefined, environment: NodeJS.ProcessEnv): VerifyToken | undefined {
  if (jwt === undefined) return undefined;
  const { secretEnv, jwksUrl, issuer, audience, clockSkewSeconds, roleClaim, ownersClaim } = jwt;
  const flaw = flawOf(jwt);
  if (flaw !== undefined)
    throw new CarryoverError(configInvalid, { file: 'the configuration', path: 'identity.jwt', ...flaw });
  const secret =
    secretEnv === undefined ? undefined : fromEnvironment('identity.jwt.secretEnv', secretEnv, environment);
  if (secret !== undefined && Buffer.byteLength(secret) < SECRET_BYTES_MIN) {
    const expected = `at least ${SECRET_BYTES_MIN}`;
    throw new CarryoverError(configInvalid, {
      file: 'the environment',
      path: 'identity.jwt.secretEnv',
      found: 'a secret of few bytes',
      expected,
    });
  }
  const algorithms = jwt.algorithms ?? (secret === undefined ? ['RS256', 'ES256'] : ['HS256']);
  return tokenVerifier({
    ...(secret === undefined ? {} : { secret }),
    ...(jwksUrl === undefined ? {} : { jwksUrl }),
    algorithms,
    issuer,
    audience,
    clockSkewSeconds,
    roleClaim,
    ...(ownersClaim === undefined ? {} : { ownersClaim }),
  });
}

/** A public key taken for a secret would let anybody sign, so each way of proof has its algorithms. */
function flawOf({ secretEnv, jwksUrl, algorithms = [] }: JwtSettings): { found: string; expected: string } | undefined {
  if ((secretEnv === undefined) === (jwksUrl === undefined)) {
    return {
      found: secretEnv === undefined ? 'neither secretEnv nor jwksUrl' : 'both secretEnv and jwksUrl',
      expected: 'exactly one of them',
    };
  }
  const isSecret = secretEnv !== undefined;
  const wrong = algorithms.find((name) => (name === 'HS256') !== isSecret);
  return wrong === undefined
    ? undefined
    : {
        found: `the algorithm ${wrong}`,
        expected: isSecret ? 'HS256 with a secret' : 'RS256, ES256 or EdDSA with a key set',
      };
}
