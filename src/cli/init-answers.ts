import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_NAME_PATTERN } from '../app/config.ts';
import type { RecognisedSystem } from '../app/recognise-systems.ts';
import { DEFAULT_BACKUP_FOLDER } from '../app/app.ts';
import type { Ask } from './conversation.ts';
import { renderBytes } from './render/render-numbers.ts';

/** What the database told. */
export interface InitFindings {
  /** Best match first. */
  readonly systems: readonly RecognisedSystem[];
  /** An upper estimate of the bytes of one backup. */
  readonly backupBytes: bigint;
}

/** What the options said; what is absent is asked for, or taken as found. */
export interface InitGiven {
  readonly name?: string;
  readonly backups?: string;
  /** Names of recognised systems. */
  readonly systems?: readonly string[];
  /** Where the configuration is written; a relative folder of backups is meant from there. */
  readonly folder: string;
}

/** What the configuration is written from. */
export interface InitAnswers {
  readonly name: string;
  readonly systems: readonly RecognisedSystem[];
  readonly backups: string;
}

const DEFAULT_NAME = 'dev';

/** Fills what the options left open by asking; without `ask` by what was found. */
export async function completeAnswers(
  findings: InitFindings,
  given: InitGiven,
  ask: Ask = ({ fallback = '' }) => Promise.resolve(fallback),
): Promise<InitAnswers> {
  const systems = given.systems ?? (await askSystems(findings.systems, ask));
  return {
    systems: findings.systems.filter(({ name }) => systems.includes(name)),
    name: given.name ?? (await ask({ text: 'What to call this instance?', fallback: DEFAULT_NAME, flawOf: nameFlaw })),
    backups: given.backups ?? (await askBackups(findings, given.folder, ask)),
  };
}

/** A name that the configuration takes; otherwise what is wrong with it. */
export function nameFlaw(name: string): string | undefined {
  return new RegExp(CONFIG_NAME_PATTERN).test(name)
    ? undefined
    : 'A name begins with a lower-case letter and has at most 32 lower-case letters, digits, - and _.';
}

/** One match needs no question. Of several, those that could run at once are proposed; where none could, the best. */
async function askSystems(recognised: readonly RecognisedSystem[], ask: Ask): Promise<readonly string[]> {
  const names = recognised.map(({ name }) => name);
  if (names.length <= 1) return names;
  const whole = recognised.filter(({ problems }) => problems.length === 0).map(({ name }) => name);
  const proposed = whole.length === 0 ? names.slice(0, 1) : whole;
  const shown = recognised.map(({ name, found, required }) => `${name} (${found} of ${required} tables)`);
  const answer = await ask({
    text: `Which of these systems are in it, with commas between: ${shown.join(', ')}?`,
    fallback: proposed.join(', '),
    flawOf: (text) => {
      const unknown = namesIn(text).find((name) => !names.includes(name));
      return unknown === undefined ? undefined : `"${unknown}" is none of ${names.join(', ')}.`;
    },
  });
  return namesIn(answer);
}

function namesIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** With the space there is, since that decides the answer. */
async function askBackups({ backupBytes }: InitFindings, folder: string, ask: Ask): Promise<string> {
  const { bavail, bsize } = await statfs(folder, { bigint: true });
  const space = `one takes up to ${renderBytes(backupBytes)}, ${renderBytes(bavail * bsize)} are free here`;
  return ask({
    text: `Where do backups go (${space})?`,
    fallback: DEFAULT_BACKUP_FOLDER,
    flawOf: (answer) => folderFlaw(path.resolve(folder, answer)),
  });
}

/** What keeps a folder from being made or written to. */
async function folderFlaw(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return folder === path.dirname(folder) ? undefined : folderFlaw(path.dirname(folder));
  if (!found.isDirectory()) return `${folder} is a file.`;
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return isWritable ? undefined : `${folder} cannot be written to.`;
}
