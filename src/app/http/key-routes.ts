import { Type } from 'typebox';
import { Instant } from '../../base/instant.ts';
import { ROLES, type Role } from '../../base/role.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { keyLabelTaken, keyUnknown } from '../identity/identity-errors.ts';
import type { KeyRecord } from '../identity/key-row.ts';
import type { ServeScope } from './serve-scope.ts';
import * as wire from './wire-fields.ts';

/** Whoever can make keys can do everything, so only those may who can anyway. */
const access = { roles: ['super_admin'] } as const;

const path = wire.closed({ keyId: Type.String({ pattern: '^[0-9a-z]{12}$', description: 'Id of the key' }) });

const record = {
  id: wire.reference('Id of the key'),
  label: wire.reference('What people call it'),
  role: wire.oneOf(ROLES, 'As what it calls'),
  subject: wire.reference('As whom it calls'),
  scopes: wire.nullable(Type.Array(wire.reference('A scope'), { description: 'The routes it is made for' })),
  createdAt: wire.instant('When it was made'),
  expiresAt: wire.nullable(wire.instant('When it ends by itself')),
  revokedAt: wire.nullable(wire.instant('When it was ended')),
};

const shown = wire.closed(
  {
    id: wire.reference('Id of the key'),
    label: wire.reference('What people call it'),
    key: wire.reference('The key itself: told this once, kept nowhere'),
  },
  'A new key',
);

interface NewKeyBody {
  readonly label: string;
  readonly role: Role;
  readonly subject?: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
}

const create: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/keys',
  name: 'keys.create',
  title: 'Make an API key; its text is told this once',
  tag: 'keys',
  access,
  body: wire.closed({
    label: wire.reference('What people call it, unique', 64),
    role: wire.oneOf(ROLES, 'As what it calls'),
    subject: wire.optional(wire.reference('As whom it calls; left out for the role server')),
    scopes: wire.optional(
      Type.Array(wire.reference('A name of a route, or its beginning up to a dot', 64), {
        minItems: 1,
        maxItems: 50,
        description: 'The routes it is made for; else every one that its role may use',
      }),
    ),
    expiresAt: wire.optional(wire.instant('When it ends by itself; else never')),
  }),
  answer: shown,
  status: 201,
  errors: [keyLabelTaken],
  // A repeated call finds the label taken: a key that nobody was told of is revoked, not told again.
  key: 'none',
  async handle({ keys }, { body, principal }) {
    const { expiresAt, ...wanted } = body as NewKeyBody;
    return keys.create(
      { ...wanted, ...(expiresAt === undefined ? {} : { expiresAt: Instant.parse(expiresAt) }) },
      principal.actor,
    );
  },
});

const list: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/keys',
  name: 'keys.list',
  title: 'List all keys ever made, newest first',
  tag: 'keys',
  access,
  answer: wire.closed({ rows: Type.Array(wire.closed(record)) }),
  errors: [],
  key: 'none',
  handle: async ({ keys }) => ({ rows: (await keys.list()).map(recordAnswer) }),
});

const rotate: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/keys/:keyId/rotation',
  name: 'keys.rotate',
  title: 'Make the successor of a key, and let the old one live a while',
  tag: 'keys',
  access,
  params: path,
  body: wire.closed({
    overlapHours: Type.Integer({ minimum: 0, maximum: 720, default: 24, description: 'How long both are accepted' }),
  }),
  answer: shown,
  status: 201,
  errors: [keyUnknown],
  // A repeated call would rotate the old key again, which leaves it as it is.
  key: 'none',
  handle: ({ keys }, { params, body, principal }) =>
    keys.rotate(params['keyId'] as string, (body as { overlapHours: number }).overlapHours, principal.actor),
});

const revoke: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/keys/:keyId/revocation',
  name: 'keys.revoke',
  title: 'End a key now',
  tag: 'keys',
  access,
  params: path,
  answer: wire.closed(record, 'The key as it was'),
  errors: [keyUnknown],
  key: 'none',
  handle: async ({ keys }, { params, principal }) =>
    recordAnswer(await keys.revoke(params['keyId'] as string, principal.actor)),
});

function recordAnswer({ createdAt, expiresAt, revokedAt, ...rest }: KeyRecord): object {
  return {
    ...rest,
    createdAt: createdAt.toString(),
    expiresAt: expiresAt?.toString() ?? null,
    revokedAt: revokedAt?.toString() ?? null,
  };
}

/** The routes of API keys. */
export const keyRoutes: readonly Route<ServeScope>[] = [create, list, rotate, revoke];
