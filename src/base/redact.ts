/** Replaces the password of a connection URL, whatever characters it holds, so that the URL can be shown. */
export function redactUrl(url: string): string {
  const schemeEnd = url.indexOf('://');
  if (schemeEnd === -1) return url;
  const authority = url.slice(schemeEnd + 3);
  const at = authority.lastIndexOf('@');
  if (at === -1) return url;
  const colon = authority.indexOf(':');
  if (colon === -1 || colon > at) return url;
  return `${url.slice(0, schemeEnd + 3)}${authority.slice(0, colon)}:***${authority.slice(at)}`;
}
