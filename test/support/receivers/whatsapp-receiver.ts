import { HttpReceiver, type Reply } from './http-receiver.ts';

/** The number, token and secret of the account that stands for the provider's. */
export const WHATSAPP_ACCOUNT = { phoneNumberId: '106540352242922', token: 'EAAG-test-token', appSecret: 'app-secret' };

/** A message as the Cloud API takes it. */
export interface WhatsAppRequest {
  readonly to: string;
  readonly template: {
    readonly name: string;
    readonly language: { readonly code: string };
    readonly components: readonly { readonly parameters: readonly { readonly text: string }[] }[];
  };
  readonly biz_opaque_callback_data: string;
}

/** Stands for the WhatsApp Cloud API: checks what it is sent as that does, and answers with an id or an error. */
export class WhatsAppReceiver {
  readonly #http: HttpReceiver;
  /** Undefined for a message that is taken. */
  next: (message: WhatsAppRequest, count: number) => Reply | undefined | Promise<Reply | undefined> = () => undefined;

  private constructor(http: HttpReceiver) {
    this.#http = http;
  }

  /** Opens one on a free port. */
  static async open(): Promise<WhatsAppReceiver> {
    const http = await HttpReceiver.open(() => ({ status: 500 }));
    const receiver = new WhatsAppReceiver(http);
    http.answer = async (request, count) => {
      if (request.path !== `/v23.0/${WHATSAPP_ACCOUNT.phoneNumberId}/messages`) return apiError(404, 100);
      if (request.headers.authorization !== `Bearer ${WHATSAPP_ACCOUNT.token}`) return apiError(401, 190);
      const message = JSON.parse(request.body) as WhatsAppRequest & Record<string, unknown>;
      if (message['messaging_product'] !== 'whatsapp' || message['type'] !== 'template') return apiError(400, 100);
      if (!/^\d{8,15}$/.test(message.to)) return apiError(400, 131_026);
      return (await receiver.next(message, count)) ?? acceptedAs(`wamid.${count}`, message.to);
    };
    return receiver;
  }

  /** With the version, as settings have it. */
  get url(): string {
    return `${this.#http.url}/v23.0`;
  }

  /** The messages that arrived, also those it answered with an error. */
  get messages(): readonly WhatsAppRequest[] {
    return this.#http.requests.map(({ body }) => JSON.parse(body) as WhatsAppRequest);
  }

  /** Stops it. */
  close(): Promise<void> {
    return this.#http.close();
  }
}

/** The answer to a message that was taken. */
export function acceptedAs(id: string, to: string): Reply {
  return {
    status: 200,
    body: { messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to }], messages: [{ id }] },
  };
}

/** An error as the Graph API words it; its details name the number, as theirs do. */
export function apiError(status: number, code: number): Reply {
  const error = {
    message: `(#${code}) Something`,
    type: 'OAuthException',
    code,
    error_data: { details: 'to 201012345678' },
  };
  return { status, body: { error } };
}

/** A status as the provider's webhook tells it. */
export interface ToldStatus {
  readonly id: string;
  readonly status: string;
  readonly reference?: string;
  readonly code?: number;
}

/** The body of a status webhook. */
export function statusBody(...statuses: readonly ToldStatus[]): object {
  const told = statuses.map(({ id, status, reference, code }) => ({
    id,
    status,
    timestamp: '1772886000',
    recipient_id: '201012345678',
    ...(reference === undefined ? {} : { biz_opaque_callback_data: reference }),
    ...(code === undefined ? {} : { errors: [{ code, title: 'Something' }] }),
  }));
  const value = { messaging_product: 'whatsapp', metadata: {}, statuses: told };
  return { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value }] }] };
}
