import { Type } from 'typebox';
import { defineRoute, type Route } from '../../../http/route.ts';
import { targetUnknown } from '../../app-errors.ts';
import { lookAtCutover, statusOf } from '../../cutover/look-at-cutover.ts';
import { readFindingRows, readQuarantine } from '../../cutover/read-quarantine.ts';
import { READERS } from '../ledger/ledger-scope.ts';
import type { ServeScope } from '../serve-scope.ts';
import * as wire from '../wire-fields.ts';
import { cutoverOf, systemPath } from './cutover-scope.ts';
import { lookAnswer, lookOf, statusAnswer, statusOfCutover } from './status-answers.ts';

const list: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/cutovers',
  name: 'cutover.list',
  title: 'List where the cutover of each system is, and its one next safe command',
  tag: 'cutover',
  access: { roles: READERS },
  answer: wire.closed({ rows: Type.Array(statusAnswer) }),
  errors: [],
  key: 'none',
  async handle(scope) {
    const rows: object[] = [];
    for (const system of scope.service.app.systemNames) {
      rows.push(statusOfCutover(await statusOf(cutoverOf(scope, system))));
    }
    return { rows };
  },
});

const show: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/cutovers/:system',
  name: 'cutover.show',
  title: 'Show a cutover with its stages, its newest journal lines, and how far both sides are apart',
  tag: 'cutover',
  access: { roles: READERS },
  params: systemPath,
  answer: lookAnswer,
  errors: [targetUnknown],
  key: 'none',
  handle: async (scope, { params }) => lookOf(await lookAtCutover(cutoverOf(scope, params['system']))),
});

interface FindingsQuery {
  readonly code?: string;
  readonly severity?: string;
  readonly after?: string;
  readonly limit: number;
}

const findings: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/cutovers/:system/findings',
  name: 'cutover.findings',
  title: 'List the rows that the newest pass found to need a policy or a person',
  tag: 'cutover',
  access: { roles: READERS },
  params: systemPath,
  query: wire.closed({
    code: wire.optional(wire.reference('Only this finding', 64)),
    severity: wire.optional(wire.oneOf(['info', 'review', 'stop'], 'Only findings of this severity')),
    limit: wire.limit,
    after: wire.optional(wire.after),
  }),
  answer: wire.closed({
    rows: Type.Array(
      wire.closed({
        id: wire.number('Id of the row'),
        code: wire.reference('The finding'),
        severity: wire.oneOf(['info', 'review', 'stop'], 'How much it matters'),
        title: Type.String({ description: 'What it means' }),
        treatment: Type.String({ description: 'What the policy in force does about it' }),
        subject: wire.reference('Which row'),
        details: Type.String({ description: 'Facts about it' }),
        foundAt: wire.instant('When it was found'),
      }),
    ),
    next: wire.next,
  }),
  errors: [targetUnknown],
  key: 'none',
  async handle(scope, { params, query }) {
    const { system, policy, database } = cutoverOf(scope, params['system']);
    const { limit, after, ...only } = query as unknown as FindingsQuery;
    const page = { ...only, limit: limit + 1, ...(after === undefined ? {} : { after: BigInt(after) }) };
    const found = await readFindingRows(database, system.name, page);
    const checks = new Map(system.findings.map((check) => [check.code, check]));
    const rows = found.slice(0, limit).map(({ id, code, severity, subject, details, found_at: foundAt }) => {
      const check = checks.get(code);
      return {
        id: id.toString(),
        code,
        severity,
        title: check?.title ?? code,
        treatment: check?.treatment(policy) ?? '',
        subject,
        details,
        foundAt: foundAt.toString(),
      };
    });
    return { rows, next: found.length > limit ? (found[limit - 1]?.id.toString() ?? null) : null };
  },
});

const quarantine: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/cutovers/:system/quarantine',
  name: 'cutover.quarantine',
  title: 'List the legacy rows that could not be carried and wait to be corrected',
  tag: 'cutover',
  access: { roles: READERS },
  params: systemPath,
  query: wire.closed({
    limit: wire.limit,
    after: wire.optional(wire.reference('The "next" of the page before; leave out for the first page')),
  }),
  answer: wire.closed({
    rows: Type.Array(
      wire.closed({
        source: wire.reference('The row'),
        table: wire.reference('The legacy table'),
        reason: wire.reference('Why it waits'),
        meaning: Type.String({ description: 'What the reason means' }),
        subject: wire.reference('Whom it is about'),
        firstSeenAt: wire.instant('Since when it waits'),
        lastSeenAt: wire.instant('When it was tried last'),
      }),
    ),
    next: wire.next,
  }),
  errors: [targetUnknown],
  key: 'none',
  async handle(scope, { params, query }) {
    const { system, database } = cutoverOf(scope, params['system']);
    const { limit, after } = query as unknown as { readonly limit: number; readonly after?: string };
    const page = { limit: limit + 1, ...(after === undefined ? {} : { after }) };
    const found = await readQuarantine(database, system.name, page);
    const meanings = new Map(system.facts.map(({ table, reasons }) => [table, reasons]));
    const rows = found.slice(0, limit).map((row) => ({
      source: row.source,
      table: row.legacy_table,
      reason: row.reason,
      meaning: meanings.get(row.legacy_table)?.[row.reason] ?? row.reason,
      subject: row.subject,
      firstSeenAt: row.first_seen_at.toString(),
      lastSeenAt: row.last_seen_at.toString(),
    }));
    return { rows, next: found.length > limit ? (found[limit - 1]?.source ?? null) : null };
  },
});

/** The routes that read cutovers. */
export const cutoverReadRoutes: readonly Route<ServeScope>[] = [list, show, findings, quarantine];
