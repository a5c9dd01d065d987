import path from 'node:path';

/** What URLs of the engines look like, for help texts. */
export const URL_EXAMPLES: readonly string[] = [
  'sqlite:./file.db',
  'postgres://user@host/name',
  'mysql://user@host/name',
];

/** The URL of a database that is a file of this machine; the path is relative or absolute. */
export function fileUrl(file: string): string {
  return `sqlite:${file.replaceAll('%', '%25').replaceAll('?', '%3F')}`;
}

/** A URL whose relative file is meant from that folder, made absolute; any other URL as it is. */
export function withAbsoluteFile(url: string, folder: string): string {
  const match = /^(sqlite|file):(?:\/\/)?(\.{0,2}[^?]*)(\?.*)?$/.exec(url);
  if (match === null) return url;
  const [, scheme, file = '', query = ''] = match;
  return `${scheme}:${path.resolve(folder, file)}${query}`;
}
