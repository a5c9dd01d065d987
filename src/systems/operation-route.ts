import { Type, type TSchema } from 'typebox';
import type { Actor } from '../base/actor.ts';
import { inputInvalid } from '../base/base-errors.ts';
import { checkValue } from '../base/check-value.ts';
import { CarryoverError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import { defineRoute, type Method, type Route, type RouteRequest } from '../http/route.ts';
import type { AnyOperation, OperationContext } from './operation.ts';
import {
  acceptingNumbers,
  exactNumberReader,
  numbersFor,
  numberWriter,
  renamedMembers,
  renamedSchema,
  snakeCase,
} from './wire-names.ts';

/** What routes of operations work with: whatever opens a context for a caller. */
export interface SystemScope {
  contextOf(
    system: string,
    caller: {
      readonly actor: Actor;
      readonly role?: string;
      readonly owners?: readonly string[];
      readonly ipAddress?: string;
      readonly now?: Instant;
    },
  ): Promise<OperationContext<never>>;
}

/** Where an operation answers. */
export interface OperationAddress {
  readonly system: string;
  /** Members of the input may stand in it: `/api/tuition/payments/:paymentId/void`. */
  readonly path: string;
  /** GET for reads and POST for writes unless said otherwise. */
  readonly method?: Method;
  /** Unique; `<system>.<operation>` unless said otherwise. */
  readonly name?: string;
  /**
   * For addresses whose callers are there already: members are snake_case, amounts may be JSON numbers, a form's content type is read as
   * JSON, and a write without a key gets one of its own.
   */
  readonly isSeedStyle?: boolean;
  /** For callers of old: amounts of the answer are JSON numbers, written from the ledger's digits and never through a float. */
  readonly answersNumbers?: boolean;
  /** Members that this address sets itself. */
  readonly preset?: Readonly<Record<string, unknown>>;
  /** Members that these callers give another name; camelCase, by the operation's name. */
  readonly aliases?: Readonly<Record<string, string>>;
}

interface InputMembers {
  readonly properties: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
}

/** What a route needs to know of what it calls. */
export type Described = Pick<
  AnyOperation<never>,
  'name' | 'title' | 'input' | 'writes' | 'access' | 'answer' | 'errors'
>;

/** Runs what a route is of, once its input is checked. */
export type RunDescribed<Scope> = (scope: Scope, context: OperationContext<never>, input: never) => Promise<unknown>;

/**
 * The route of an operation: its schema checks the request, its access refuses the caller, its answer and errors stand in the document.
 * The key comes by the header; a user who leaves the owner out means themselves.
 */
export function operationRoute<Policy>(operation: AnyOperation<Policy>, address: OperationAddress): Route<SystemScope> {
  const run: RunDescribed<SystemScope> = (_scope, context, input) => operation.run(context, input);
  return describedRoute(operation, address, run);
}

/** As `operationRoute`, for what needs more than an operation's context, such as a provider of payments. */
export function describedRoute<Scope extends SystemScope>(
  operation: Described,
  address: OperationAddress,
  run: RunDescribed<Scope>,
): Route<Scope> {
  const { system, path, isSeedStyle = false } = address;
  const parts = partsOf(operation, address);
  const method = address.method ?? (operation.writes ? 'POST' : 'GET');
  const isInQuery = method === 'GET' || method === 'DELETE';
  const rest = isSeedStyle ? acceptingNumbers(renamedSchema(parts.rest, snakeCase)) : parts.rest;
  const { owner } = operation.access;
  const inputOf = inputReader(operation, address);
  const wireAnswer = answerWriter(operation, address);
  return defineRoute<Scope>({
    method,
    path,
    name: address.name ?? `${system}.${operation.name}`,
    title: operation.title,
    tag: system,
    access: operation.access,
    ...(parts.path === undefined ? {} : { params: parts.path }),
    ...(isInQuery ? { query: rest } : { body: rest }),
    answer: answerSchema(operation, address),
    errors: operation.errors,
    key: parts.hasKey ? (isSeedStyle ? 'optional' : 'required') : 'none',
    readsForms: isSeedStyle,
    ...(owner === undefined
      ? {}
      : { ownerOf: (request) => (inputOf(request) as Readonly<Record<string, unknown>>)[owner] as string | undefined }),
    async handle(scope, request) {
      const { actor, role, owners } = request.principal;
      const caller = {
        actor,
        ...(role === 'server' ? {} : { role }),
        ...(owners === undefined ? {} : { owners }),
        ipAddress: request.ipAddress,
      };
      const input = checkedInput(operation, inputOf(request));
      const result = await run(scope, await scope.contextOf(system, caller), input as never);
      return wireAnswer(result);
    },
  });
}

function answerSchema({ answer }: Pick<Described, 'answer'>, address: OperationAddress): TSchema {
  const named = address.isSeedStyle === true ? renamedSchema(answer, snakeCase) : answer;
  return address.answersNumbers === true ? numbersFor(named) : named;
}

/** Gives a result the names and forms that an address promises. */
function answerWriter({ answer }: Pick<Described, 'answer'>, address: OperationAddress): (result: unknown) => unknown {
  if (address.isSeedStyle !== true) return (result) => result;
  const asNumbers = address.answersNumbers === true ? numberWriter(answer) : (named: unknown): unknown => named;
  return (result) => asNumbers(renamedMembers(JSON.parse(JSON.stringify(result)), snakeCase));
}

function partsOf(
  operation: Described,
  { path, preset = {}, aliases = {} }: OperationAddress,
): { readonly path: TSchema | undefined; readonly rest: TSchema; readonly hasKey: boolean } {
  const { properties, required = [] } = operation.input as unknown as InputMembers;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const { owner } = operation.access;
  const members = Object.entries(properties).filter(([name]) => name !== 'key' && !(name in preset));
  for (const name of inPath)
    if (!(name in properties)) throw new Error(`${operation.name} has no member "${name}" for its path.`);
  const wanted = ([name, schema]: [string, TSchema]): [string, TSchema] => {
    const hasDefault = (schema as { readonly default?: unknown }).default !== undefined;
    const isOptional = hasDefault || !required.includes(name) || name === owner;
    return [aliases[name] ?? name, isOptional ? Type.Optional(schema) : schema];
  };
  const closed = (some: [string, TSchema][]): TSchema =>
    Type.Object(Object.fromEntries(some), { additionalProperties: false });
  return {
    path: inPath.length === 0 ? undefined : closed(members.filter(([name]) => inPath.includes(name))),
    rest: closed(members.filter(([name]) => !inPath.includes(name)).map(wanted)),
    hasKey: 'key' in properties,
  };
}

/** Gathers an operation's input from the parts of a request. */
function inputReader(operation: Described, address: OperationAddress): (request: RouteRequest) => unknown {
  const { isSeedStyle = false, preset = {}, aliases = {} } = address;
  const { owner } = operation.access;
  const camelCase = isSeedStyle ? camelCaseReader(operation.input, aliases) : (sent: object): object => sent;
  return (request) => {
    const { principal, query, body, params, key } = request;
    const own = owner !== undefined && principal.role === 'user' ? { [owner]: principal.actor.id } : {};
    const given = camelCase({ ...(query as object), ...(body as object | undefined) }, request.rawBody);
    return { ...own, ...given, ...params, ...preset, ...(key === '' ? {} : { key }) };
  };
}

/** Reads snake_case members by the names of the operation, and amounts by the digits that were sent. */
function camelCaseReader(
  input: TSchema,
  aliases: Readonly<Record<string, string>>,
): (sent: object, rawBody: string) => object {
  const { properties } = input as unknown as InputMembers;
  const names = new Map(Object.keys(properties).map((name) => [snakeCase(aliases[name] ?? name), name]));
  const exactNumbers = exactNumberReader(input, aliases);
  return (sent, rawBody) => {
    // Read twice only where a number may have lost digits.
    const hasNumbers = rawBody !== '' && Object.values(sent).some((value) => typeof value !== 'string');
    const exact = hasNumbers ? { ...sent, ...(exactNumbers(rawBody) as object) } : sent;
    return Object.fromEntries(Object.entries(exact).map(([name, value]) => [names.get(name) ?? name, value]));
  };
}

/** The whole input once more against the operation's own schema: what the address made optional must be there by now. */
function checkedInput(operation: Described, input: unknown): unknown {
  const checked = checkValue<unknown>(operation.input, input);
  if ('value' in checked) return checked.value;
  const { path, found, expected } = checked.flaw;
  throw new CarryoverError(inputInvalid, { what: path === '' ? 'the request' : `"${path}"`, found, expected });
}
