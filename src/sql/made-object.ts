/** What a DDL statement makes, by its physical names. */
export interface MadeObject {
  readonly kind: 'table' | 'view' | 'index' | 'trigger' | 'column';
  readonly name: string;
  /** The table an index, trigger or column is on; the object's own name for tables and views. */
  readonly table: string;
}

const NAME = '["`]?([A-Za-z_][A-Za-z0-9_]*)["`]?';
const FORMS: readonly { readonly kind: MadeObject['kind']; readonly form: RegExp; readonly tableFirst?: true }[] = [
  { kind: 'table', form: new RegExp(`^create\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?${NAME}`, 'i') },
  { kind: 'view', form: new RegExp(`^create\\s+view\\s+${NAME}`, 'i') },
  { kind: 'index', form: new RegExp(`^create\\s+(?:unique\\s+)?index\\s+${NAME}\\s+on\\s+${NAME}`, 'i') },
  { kind: 'trigger', form: new RegExp(`^create\\s+trigger\\s+${NAME}\\s[\\s\\S]*?\\bon\\s+${NAME}`, 'i') },
  { kind: 'column', form: new RegExp(`^alter\\s+table\\s+${NAME}\\s+add\\s+column\\s+${NAME}`, 'i'), tableFirst: true },
];
const REPEATABLE = /^(?:create\s+or\s+replace\b|drop\s+\w+\s+if\s+exists\b)/i;

/** What a statement makes, or undefined when it makes nothing of these kinds. */
export function madeObject(statement: string): MadeObject | undefined {
  for (const { kind, form, tableFirst } of FORMS) {
    const match = form.exec(statement.trim());
    if (match === null) continue;
    const [, first = '', second = first] = match;
    return tableFirst === true ? { kind, name: second, table: first } : { kind, name: first, table: second };
  }
  return undefined;
}

/** True for a statement that does no harm when it is run twice. */
export function isRepeatable(statement: string): boolean {
  return REPEATABLE.test(statement.trim());
}
