import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  emailChannel,
  webhookChannel,
  whatsAppChannel,
  type EmailOptions,
  type OutgoingMessage,
  type SendResult,
} from '../../src/notices/index.ts';
import { Instant } from '../../src/base/instant.ts';
import { freePort } from '../support/free-port.ts';
import { HttpReceiver } from '../support/receivers/http-receiver.ts';
import { MailReceiver } from '../support/receivers/mail-receiver.ts';
import { apiError, WHATSAPP_ACCOUNT, WhatsAppReceiver } from '../support/receivers/whatsapp-receiver.ts';

const LIMITS = { cost: 5n, perMinute: 60, timeoutMs: 1000 };

const message: OutgoingMessage = {
  reference: '6f1c9a52-3b0e-4a67-9a1e-0d3d0c1b7c11',
  system: 'tuition',
  type: 'late_block',
  recipient: 'student:12',
  address: '201012345678',
  language: 'ar',
  title: 'تعذّر الدخول',
  text: 'وصل \u2068Omar <b>\u2069 متأخرًا.',
  templateName: 'tuition_late_block_v1',
  parameters: ['Omar'],
  noticedAt: '2026-03-07T10:00:00.000000Z',
};

describe('WhatsApp', () => {
  let receiver: WhatsAppReceiver;
  beforeAll(async () => {
    receiver = await WhatsAppReceiver.open();
  });
  afterAll(() => receiver.close());
  const send = (changes: { url?: string; accessToken?: string; timeoutMs?: number } = {}): Promise<SendResult> =>
    whatsAppChannel({
      ...LIMITS,
      url: receiver.url,
      phoneNumberId: WHATSAPP_ACCOUNT.phoneNumberId,
      accessToken: WHATSAPP_ACCOUNT.token,
      templateNames: {},
      languageCodes: { en: 'en', ar: 'ar', fa: 'fa' },
      ...changes,
    }).send(message);

  test('a message that is taken has the id of the provider', async () => {
    receiver.next = () => undefined;
    expect(await send()).toEqual({ outcome: 'sent', providerId: 'wamid.1' });
    expect(receiver.messages[0]).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '201012345678',
      type: 'template',
      template: {
        name: 'tuition_late_block_v1',
        language: { code: 'ar' },
        components: [{ type: 'body', parameters: [{ type: 'text', text: 'Omar' }] }],
      },
      biz_opaque_callback_data: message.reference,
    });
  });

  test.each([
    ['error 130429', apiError(429, 130_429), 'retry'],
    ['error 131026', apiError(400, 131_026), 'recipient'],
    ['error 132001', apiError(404, 132_001), 'template'],
    ['a gateway that gave up waiting', { status: 504, body: '<html>' }, 'ambiguous'],
    ['a success without an id', { status: 200, body: {} }, 'ambiguous'],
    ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1/' } }, 'template'],
    ['a limit of a proxy', { status: 429, body: '' }, 'retry'],
    ['a proxy that asks who we are', { status: 403, body: '' }, 'alarm'],
    ['a connection that breaks', 'drop', 'ambiguous'],
  ] as const)('%s', async (_name, reply, expected) => {
    receiver.next = () => reply;
    const result = await send();
    expect(result.outcome === 'refused' ? result.class : result.outcome).toBe(expected);
    expect(JSON.stringify(result)).not.toMatch(/2010|Omar|token/);
  });

  test('no answer in time is ambiguous, and nobody there is not', async () => {
    receiver.next = () => 'hang';
    expect(await send({ timeoutMs: 100 })).toMatchObject({ outcome: 'ambiguous', why: 'TIMEOUT' });
    expect(await send({ url: `http://127.0.0.1:${await freePort()}` })).toMatchObject({ outcome: 'retry' });
  });

  test('a token that is not accepted is an alarm', async () => {
    expect(await send({ accessToken: 'old' })).toEqual({ outcome: 'refused', class: 'alarm', why: 'error 190' });
  });
});

describe('e-mail', () => {
  let receiver: MailReceiver;
  beforeAll(async () => {
    receiver = await MailReceiver.open();
  });
  beforeEach(() => {
    receiver.fault = undefined;
    receiver.mails.length = 0;
  });
  afterAll(() => receiver.close());
  const send = (changes: Partial<EmailOptions> = {}, more: Partial<OutgoingMessage> = {}): Promise<SendResult> =>
    emailChannel({
      ...LIMITS,
      host: '127.0.0.1',
      port: receiver.port,
      security: 'none',
      login: { user: 'school', pass: 'secret' },
      from: 'The School <desk@school.example>',
      ...changes,
    }).send({ ...message, address: 'parent@family.example', ...more });

  test('is written from right to left in Arabic, as text and as HTML in which nothing of a name is markup', async () => {
    const providerId = `<${message.reference}@school.example>`;
    expect(await send()).toEqual({ outcome: 'sent', providerId });
    const [mail] = receiver.mails;
    expect(mail).toMatchObject({ from: 'desk@school.example', to: ['parent@family.example'] });
    const { headers, parts } = partsOf(mail?.content ?? '');
    expect(headers).toContain(`Message-ID: ${providerId}`);
    expect(headers).toContain('Auto-Submitted: auto-generated');
    expect(headers).toContain('Content-Language: ar');
    expect(parts.get('text/plain')?.trim()).toBe(message.text);
    expect(parts.get('text/html')).toContain('<html lang="ar" dir="rtl">');
    expect(parts.get('text/html')).toContain('Omar &#60;b&#62;');
  });

  test('is written from left to right in English', async () => {
    await send({}, { language: 'en', text: 'Omar was late.', title: 'Late' });
    expect(partsOf(receiver.mails[0]?.content ?? '').parts.get('text/html')).toContain('dir="ltr"');
  });

  test.each([
    [
      { at: 'recipient', code: 550 },
      { outcome: 'refused', class: 'recipient', why: 'EENVELOPE 550' },
    ],
    [
      { at: 'recipient', code: 451 },
      { outcome: 'retry', why: 'EENVELOPE 451' },
    ],
    [
      { at: 'content', code: 554 },
      { outcome: 'refused', class: 'template', why: 'EMESSAGE 554' },
    ],
    [
      { at: 'content', code: 452 },
      { outcome: 'retry', why: 'EMESSAGE 452' },
    ],
    [{ at: 'login' }, { outcome: 'refused', class: 'alarm', why: 'EAUTH 535' }],
  ] as const)('%j is %j', async (fault, expected) => {
    receiver.fault = fault;
    expect(await send()).toEqual(expected);
  });

  test('a server that takes the message and breaks off before it says so leaves it unknown', async () => {
    receiver.fault = { at: 'drop-after-content' };
    expect(await send()).toMatchObject({ outcome: 'ambiguous' });
    expect(receiver.mails).toHaveLength(1);
  });

  test('a server that is not there is asked again', async () => {
    expect(await send({ port: await freePort() })).toMatchObject({ outcome: 'retry' });
  });

  test('a server without the encryption that is asked for is an alarm, and is told no password', async () => {
    expect(await send({ security: 'starttls' })).toMatchObject({ outcome: 'refused', class: 'alarm' });
    expect(receiver.mails).toEqual([]);
  });

  test('what is no address is refused before anything is sent', async () => {
    for (const address of ['parent@family.example>\r\nRCPT TO:<other@family.example', 'two words']) {
      const result = await send({}, { address });
      expect(result).toMatchObject({ outcome: 'refused', class: 'recipient' });
    }
    expect(receiver.mails).toEqual([]);
  });

  test('a name cannot add a header or a recipient', async () => {
    await send({}, { title: 'Late\r\nBcc: other@family.example' });
    expect(receiver.mails[0]?.to).toEqual(['parent@family.example']);
    expect(partsOf(receiver.mails[0]?.content ?? '').headers).not.toMatch(/^Bcc:/m);
  });
});

describe('a webhook', () => {
  test('is signed over its time and its body, and names the delivery', async () => {
    const receiver = await HttpReceiver.open(() => ({ status: 204, body: '' }));
    const clock = { now: () => Instant.parse('2026-03-07T10:00:00Z') };
    const channel = webhookChannel({ ...LIMITS, url: `${receiver.url}/n`, secret: 'key', clock });
    expect(await channel.send(message)).toEqual({ outcome: 'sent', providerId: message.reference });
    receiver.answer = () => ({ status: 503, headers: { 'retry-after': '7' } });
    expect(await channel.send(message)).toEqual({ outcome: 'retry', why: 'status 503', afterMs: 7000 });
    receiver.answer = () => ({ status: 307, headers: { location: `${receiver.url}/elsewhere` } });
    expect(await channel.send(message)).toEqual({ outcome: 'retry', why: 'status 307' });
    await receiver.close();
    const [request] = receiver.requests;
    const mac = createHmac('sha256', 'key').update(`1772877600.${request?.body}`).digest('hex');
    expect(request?.headers['carryover-signature']).toBe(`t=1772877600,v1=${mac}`);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      id: message.reference,
      system: 'tuition',
      type: 'late_block',
      recipient: 'student:12',
      language: 'ar',
      title: message.title,
      text: message.text,
      noticedAt: message.noticedAt,
    });
    expect(receiver.requests.every(({ path }) => path === '/n')).toBe(true);
  });
});

/** The headers of a multipart e-mail with folded lines joined, and its parts decoded, by content type. */
function partsOf(content: string): { readonly headers: string; readonly parts: ReadonlyMap<string, string> } {
  const [head = '', ...rest] = content.split('\r\n\r\n');
  const boundary = /boundary="?([^"\r\n;]+)"?/.exec(head)?.[1] ?? '';
  const parts = rest
    .join('\r\n\r\n')
    .split(`--${boundary}`)
    .flatMap((part): readonly (readonly [string, string])[] => {
      const [partHead = '', ...body] = part.trimStart().split('\r\n\r\n');
      const type = /content-type: ([\w/]+)/i.exec(partHead)?.[1];
      return type === undefined ? [] : [[type, decoded(body.join('\r\n\r\n'), partHead)]];
    });
  return { headers: head.replaceAll(/\r\n[ \t]+/g, ' '), parts: new Map(parts) };
}

function decoded(body: string, head: string): string {
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
