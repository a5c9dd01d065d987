import { hmacOf, isSameText } from '../channels/sign-body.ts';

/** True when the header `X-Hub-Signature-256` signs exactly these bytes with the app's secret. */
export function verifyWhatsAppSignature(appSecret: string, rawBody: Uint8Array, header: string | undefined): boolean {
  // An empty secret would make a signature that everybody can make.
  if (header === undefined || appSecret === '') return false;
  return isSameText(header, `sha256=${hmacOf(appSecret, rawBody)}`);
}

/**
 * The answer to the provider's question whether this is our webhook: the challenge, to be sent back as plain text, or undefined where the
 * question is not of the provider, which deserves a 403.
 */
export function answerVerification(
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
  verifyToken: string,
): string | undefined {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query;
  if (mode !== 'subscribe' || typeof token !== 'string' || typeof challenge !== 'string') return undefined;
  if (verifyToken === '' || !isSameText(token, verifyToken)) return undefined;
  // It is sent back to whoever asked: nothing that a browser would take for more than text.
  return /^[\w.-]{1,256}$/.test(challenge) ? challenge : undefined;
}
