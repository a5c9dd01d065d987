import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { answerVerification, verifyWhatsAppSignature } from './verify-whatsapp.ts';

const BODY = Buffer.from('{"entry":[]}');
const SIGNED = `sha256=${createHmac('sha256', 'secret').update(BODY).digest('hex')}`;

describe('the signature of a status webhook', () => {
  test('holds for these bytes and this secret only', () => {
    expect(verifyWhatsAppSignature('secret', BODY, SIGNED)).toBe(true);
    expect(verifyWhatsAppSignature('secret', Buffer.from('{"entry": []}'), SIGNED)).toBe(false);
    expect(verifyWhatsAppSignature('other', BODY, SIGNED)).toBe(false);
    for (const header of [undefined, '', 'sha256=', SIGNED.slice(0, -1), SIGNED.replace('sha256', 'sha1'), 'ü']) {
      expect(verifyWhatsAppSignature('secret', BODY, header)).toBe(false);
    }
  });

  test('an empty secret verifies nothing', () => {
    const signed = `sha256=${createHmac('sha256', '').update(BODY).digest('hex')}`;
    expect(verifyWhatsAppSignature('', BODY, signed)).toBe(false);
  });
});

describe('the question whether this is our webhook', () => {
  const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': 'token', 'hub.challenge': '1158201444' };

  test('is answered with its challenge where it knows the token', () => {
    expect(answerVerification(asked, 'token')).toBe('1158201444');
  });

  test.each([
    [{ ...asked, 'hub.verify_token': 'Token' }, 'token'],
    [{ ...asked, 'hub.mode': 'unsubscribe' }, 'token'],
    [{ ...asked, 'hub.verify_token': ['token'] }, 'token'],
    [{ ...asked, 'hub.challenge': '<script>' }, 'token'],
    [{ ...asked, 'hub.verify_token': '' }, ''],
    [{}, 'token'],
  ])('%j is not', (query, token) => {
    expect(answerVerification(query, token)).toBeUndefined();
  });
});
