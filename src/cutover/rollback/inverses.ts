import { DROP_VIEW } from '../record/own-views.ts';

/** Removes the system's own tables. */
export const UNDO_TABLES = 'undo-tables';
/** Removes the system's accounts and entries. */
export const ERASE_LEDGER = 'erase-ledger';

const DROP_TRIGGERS = 'drop-triggers ';

/** Removes the triggers of a name from a table of the application. */
export function dropTriggers(name: string, table: string): string {
  return `${DROP_TRIGGERS}${name} ${table}`;
}

/** What a rollback can run, as the journal's `inverse` column names it. */
export type Inverse =
  | { readonly kind: 'undo-tables' }
  | { readonly kind: 'erase-ledger' }
  | { readonly kind: 'drop-view'; readonly view: string }
  | { readonly kind: 'drop-triggers'; readonly name: string; readonly table: string };

/** Reads an inverse. Throws a plain Error for one this release does not know: guessing would leave something behind. */
export function parseInverse(text: string): Inverse {
  if (text === UNDO_TABLES) return { kind: 'undo-tables' };
  if (text === ERASE_LEDGER) return { kind: 'erase-ledger' };
  if (text.startsWith(DROP_VIEW)) return { kind: 'drop-view', view: text.slice(DROP_VIEW.length) };
  if (text.startsWith(DROP_TRIGGERS)) {
    const [name = '', ...table] = text.slice(DROP_TRIGGERS.length).split(' ');
    return { kind: 'drop-triggers', name, table: table.join(' ') };
  }
  throw new Error(`The journal names the inverse "${text}", which this release does not know.`);
}
