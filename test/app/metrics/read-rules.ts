/** An alert rule as Prometheus reads it. */
export interface AlertRule {
  readonly group: string;
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Members that a rule may have, as promtool knows them. */
const RULE_MEMBERS = new Set(['alert', 'expr', 'for', 'labels', 'annotations']);
const LINE = /^( *)(- )?([A-Za-z_]\w*):(?: (.+))?$/;

/**
 * Reads a rules file written in the plain part of YAML: comments, members, lists of objects, texts on one line without quotes. Throws an
 * Error that names the line for anything else, for a member that Prometheus does not know, and for a text that YAML would read otherwise.
 */
export function readRules(text: string): readonly AlertRule[] {
  const rules: Record<string, unknown>[] = [];
  const groups = new Set<string>();
  let group = '';
  let inner: Record<string, string> | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^ *(?:#.*)?$/.test(line)) continue;
    const [, indent = '', dash = '', member = '', value] = LINE.exec(line) ?? [];
    const fail = (why: string): Error => new Error(`Line ${index + 1} of the rules: ${why}: ${line}`);
    if (member === '') throw fail('no member');
    if (value !== undefined && (/^[[\]{}&*!|>'"%@`#?,-]/.test(value) || /: | #|:$/.test(value))) {
      throw fail('a text that needs quotes');
    }
    const depth = indent.length + dash.length;
    if (depth === 0 && line === 'groups:') continue;
    if (depth === 4 && member === 'name' && dash !== '' && value !== undefined) {
      if (groups.has(value)) throw fail('a group that there is already');
      groups.add((group = value));
    } else if (depth === 4 && line === '    rules:') inner = undefined;
    else if (depth === 8 && RULE_MEMBERS.has(member)) {
      if (dash !== '') rules.push({ group });
      const rule = rules.at(-1);
      if (rule === undefined || member in rule) throw fail('outside a rule, or twice in it');
      inner = value === undefined ? {} : undefined;
      rule[member] = value ?? inner;
    } else if (depth === 10 && inner !== undefined && value !== undefined) inner[member] = value;
    else throw fail('not a part of a rules file');
  }
  const flawed = rules.find((rule) => typeof rule['alert'] !== 'string' || typeof rule['expr'] !== 'string');
  if (flawed !== undefined) throw new Error(`A rule of ${String(flawed['group'])} lacks its name or its expression.`);
  return rules as unknown as readonly AlertRule[];
}
