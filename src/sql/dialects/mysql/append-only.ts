import { APPEND_ONLY } from './classify.ts';
import { quoteName, quoteText } from './quote-name.ts';

/** Each trigger is one statement; the servers have none that sees TRUNCATE, for which the DROP privilege is needed. */
export function appendOnlyTriggers(table: string, deleteAllowedWhen?: string): readonly string[] {
  const refuse = `signal sqlstate '45000' set message_text = ${quoteText(refusal(table))}`;
  const onDelete =
    deleteAllowedWhen === undefined ? refuse : `if (${deleteAllowedWhen}) is not true then ${refuse}; end if`;
  return [
    `create trigger ${updateTrigger(table)} before update on ${quoteName(table)} for each row ${refuse}`,
    `create trigger ${deleteTrigger(table)} before delete on ${quoteName(table)} for each row ${onDelete}`,
  ];
}

/** See `Statements.dropAppendOnly`. */
export function dropAppendOnlyTriggers(table: string): readonly string[] {
  return [updateTrigger(table), deleteTrigger(table)].map((name) => `drop trigger if exists ${name}`);
}

/** The server cuts nothing off a message but refuses one of more than 128 characters. */
function refusal(table: string): string {
  return `${APPEND_ONLY}: rows of ${table} are never changed or deleted`.slice(0, 128);
}

function updateTrigger(table: string): string {
  return quoteName(`${table}_no_update`);
}

function deleteTrigger(table: string): string {
  return quoteName(`${table}_no_delete`);
}
