import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import type { TSchema } from 'typebox';
import { checkValue } from '../../base/check-value.ts';
import { operationContext } from '../../app/operation-context.ts';
import { registeredSystems } from '../../app/registered-systems.ts';
import { CarryoverError } from '../../base/errors.ts';
import { Instant } from '../../base/instant.ts';
import { ROLES } from '../../base/role.ts';
import type { AnyOperation } from '../../systems/operation.ts';
import { cliUsage } from '../cli-errors.ts';
import type { Bind, CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderValue } from '../render/render-value.ts';

/** Whoever gives no role is the application's own server, so that one is not offered. */
const OFFERED_ROLES = ROLES.filter((role) => role !== 'server');

interface OperationOptions {
  readonly input?: string;
  readonly now?: string;
  readonly actor?: string;
  readonly role?: string;
}

/** `carryover <system> <operation>`: every operation of every system, its options made from the operation's input schema. */
export const defineSystemOperations: DefineCommand = (program, bind) => {
  for (const [name, { descriptor, operations }] of Object.entries(registeredSystems)) {
    const system = program.command(name).description(`operations of the system ${name}: ${descriptor.title}`);
    for (const operation of operations) defineOperationCommand(system, { bind, system: name, operation });
  }
};

function defineOperationCommand(
  parent: Command,
  { bind, system, operation }: { bind: Bind; system: string; operation: AnyOperation<never> },
): void {
  const command = parent.command(operation.name).description(operation.title);
  for (const [member, schema] of membersOf(operation.input))
    command.addOption(optionOf(operation.input, member, schema));
  command
    .option('--input <json>', 'the whole input as JSON, in place of its options')
    .option('--now <instant>', 'the present, in place of the database clock')
    .option('--actor <id>', 'who does it, for the audit (default: the user of this machine)')
    .addOption(new Option('--role <role>', 'as what they do it, where the system asks').choices(OFFERED_ROLES));
  bind<OperationOptions & Record<string, unknown>>(command, (run, options) => {
    const input = inputOf(run, operation, options);
    return onInstances(run, { mayDefault: !operation.writes }, async (instance, database) => {
      const app = await run.app();
      const caller = {
        actor: { kind: 'person' as const, id: options.actor ?? userInfo().username },
        ...(options.role === undefined ? {} : { role: options.role }),
        ...(options.now === undefined ? {} : { now: Instant.parse(options.now) }),
      };
      const context = await operationContext({ instance, database, system: app.system(system) }, caller);
      try {
        const result = await operation.run(context, input as never);
        run.output.data(result);
        for (const line of renderValue(result)) run.output.line(line);
        return EXIT.done;
      } finally {
        await context.ledger.close();
      }
    });
  });
}

interface MemberSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly enum?: readonly unknown[];
}

function membersOf(input: TSchema): [string, MemberSchema][] {
  return Object.entries((input as { properties?: Record<string, MemberSchema> }).properties ?? {});
}

function optionOf(input: TSchema, member: string, schema: MemberSchema): Option {
  const isRequired =
    (input as { required?: readonly string[] }).required?.includes(member) === true && schema.default === undefined;
  const words = member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const description = `${schema.description ?? member}${isRequired ? ' (required)' : ''}`;
  const option = new Option(schema.type === 'boolean' ? `--${words}` : `--${words} <value>`, description);
  const choices = schema.anyOf?.map((choice) => choice.const).filter((choice) => typeof choice === 'string');
  return choices !== undefined && choices.length > 0 && choices.length === schema.anyOf?.length
    ? option.choices(choices)
    : option;
}

function inputOf(
  run: CommandRun,
  operation: AnyOperation<never>,
  options: OperationOptions & Record<string, unknown>,
): unknown {
  const given = options.input === undefined ? collectOptions(operation.input, options) : parseInput(run, options.input);
  const checked = checkValue(operation.input, given);
  if ('value' in checked) return checked.value;
  const { path, found, expected } = checked.flaw;
  throw new CarryoverError(cliUsage, {
    command: run.name,
    found: `${path === '' ? 'the input' : path}: ${found}`,
    expected,
  });
}

function collectOptions(input: TSchema, options: Record<string, unknown>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [member, schema] of membersOf(input)) {
    const value = options[member];
    if (value === undefined) continue;
    given[member] =
      (schema.type === 'integer' || schema.type === 'number') && typeof value === 'string' && value.trim() !== ''
        ? Number(value)
        : value;
    if (schema.type === 'array' && typeof value === 'string')
      given[member] = value.split(',').map((item) => item.trim());
  }
  return given;
}

function parseInput(run: CommandRun, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CarryoverError(cliUsage, {
      command: run.name,
      found: '--input that is no JSON',
      expected: 'a JSON object',
    });
  }
}
