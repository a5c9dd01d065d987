/** Replaces every password of a connection URL, whatever characters it holds, so that the URL can be shown. */
export function redactUrl(url: string): string {
  return redactAuthority(url).replace(/([?&](?:password|pass|pwd|sslpassword)=)[^&#]*/gi, '$1***');
}

function redactAuthority(url: string): string {
  const schemeEnd = url.indexOf('://');
  if (schemeEnd === -1) return url;
  const rest = url.slice(schemeEnd + 3);
  // The last @ ends the credentials: a password may hold one, a host may not.
  const at = rest.lastIndexOf('@');
  const colon = rest.indexOf(':');
  if (at === -1 || colon === -1 || colon > at) return url;
  return `${url.slice(0, schemeEnd + 3)}${rest.slice(0, colon)}:***${rest.slice(at)}`;
}
