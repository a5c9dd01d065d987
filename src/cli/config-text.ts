import type { InstanceConfig } from '../app/config.ts';
import type { RecognisedSystem } from '../app/recognise-systems.ts';
import { registeredSystems } from '../app/registered-systems.ts';

/** The text of a typed configuration: instances, recognised systems with their mapping, and each policy's defaults as comments. */
export function configText(content: {
  readonly name: string;
  readonly instance: InstanceConfig;
  readonly systems: readonly RecognisedSystem[];
  /** The folder of backups, where it is not the one that is used without saying. */
  readonly backups?: string;
}): string {
  const systems = content.systems.flatMap(({ name, mapping }) => [
    `    ${name}: {`,
    ...(Object.keys(mapping).length === 0 ? [] : indented(`tables: ${literal(mapping)},`, 6)),
    '      // What differs from these defaults goes here.',
    '      policy: {',
    ...policyLines(name).map((line) => `        // ${line}`),
    '      },',
    '    },',
  ]);
  return [
    "import { defineConfig } from 'carryover';",
    '',
    'export default defineConfig({',
    '  instances: {',
    `    ${content.name}: ${literal(content.instance).replaceAll('\n', '\n    ')},`,
    '  },',
    '  systems: {',
    ...systems,
    '  },',
    ...(content.backups === undefined ? [] : [`  backups: { folder: ${JSON.stringify(content.backups)} },`]),
    '});',
    '',
  ].join('\n');
}

interface PolicyMember {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, PolicyMember>>;
}

function policyLines(system: string): readonly string[] {
  const schema: PolicyMember | undefined = registeredSystems[system]?.descriptor.policySchema;
  return memberLines(schema?.properties ?? {}, '');
}

function memberLines(properties: Readonly<Record<string, PolicyMember>>, indent: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, member]) => {
    if (member.properties !== undefined) {
      return [`${indent}${name}: {`].concat(memberLines(member.properties, `${indent}  `), `${indent}},`);
    }
    const remark = member.description === undefined ? '' : ` // ${member.description}`;
    return [`${indent}${name}: ${JSON.stringify(member.default)},${remark}`];
  });
}

/** A value as TypeScript: names without quotes where they need none. */
function literal(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(/"([A-Za-z_$][\w$]*)":/g, '$1:');
}

function indented(text: string, columns: number): readonly string[] {
  return text.split('\n').map((line) => `${' '.repeat(columns)}${line}`);
}
