/** What a form stands for: texts, lists and records of them. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };

/** The members of a record, where it is one. */
export type Form = Record<string, FormValue>;

/** Reads `a[b][0][c]=d` as Stripe does. Throws an Error for a name that is no such path. */
export function parseForm(text: string): Form {
  const form: Form = {};
  for (const [path, value] of new URLSearchParams(text)) put(form, pathOf(path), value);
  return lists(form) as Form;
}

function pathOf(name: string): readonly string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (match === null) throw new Error(`"${name}" is no path of a form.`);
  return [match[1] ?? '', ...(match[2] ?? '').split(/[[\]]+/).filter((part) => part !== '')];
}

function put(form: Form, path: readonly string[], value: string): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    form[name] = value;
    return;
  }
  const inner = (form[name] ??= {});
  put(inner as Form, rest, value);
}

/** A record whose members are 0, 1, 2 is a list. */
function lists(value: FormValue): FormValue {
  if (typeof value === 'string') return value;
  const members = Object.entries(value).map(([name, inner]) => [name, lists(inner)] as const);
  const isList = members.length > 0 && members.every(([name], index) => name === String(index));
  return isList ? members.map(([, inner]) => inner) : Object.fromEntries(members);
}
