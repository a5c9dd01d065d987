import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import type { CarryoverConfig } from '../../../../src/app/config.ts';
import { OUTSIDE_SECRETS, TestServer } from '../test-server.ts';
import type { World } from './elsewhere.ts';

const whatsapp = {
  url: 'http://127.0.0.1:9',
  phoneNumberId: '15550100',
  accessTokenEnv: 'WHATSAPP_TOKEN',
  appSecretEnv: 'WHATSAPP_APP_SECRET',
  verifyTokenEnv: 'WHATSAPP_VERIFY_TOKEN',
};

/** Answers that need a channel for notices. */
export const noticeAnswers: World<TestServer> = {
  title: 'with a channel for notices',
  open: () => TestServer.open({ notices: { channels: { whatsapp } } } as unknown as Partial<CarryoverConfig>),
  close: (service) => service.close(),
  answers: {
    'notices.set-preference'(service) {
      const choice = { type: 'payment_reminder', channel: 'whatsapp', optedOut: true };
      const body = { system: 'tuition', recipient: 'student:77', ...choice };
      return {
        ask: () => service.ask('/api/notices/preferences', { method: 'PUT', as: 'staff', body }),
        says: { status: 'kept' },
        async after() {
          const listed = await service.ask('/api/notices/preferences?system=tuition&recipient=student:77', {
            as: 'staff',
          });
          expect(listed.body['rows']).toEqual([choice]);
        },
      };
    },
    'notices.whatsapp-verification'(service) {
      const query = new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.verify_token': OUTSIDE_SECRETS.WHATSAPP_VERIFY_TOKEN,
        'hub.challenge': '90210',
      });
      return { ask: () => service.ask(`/api/notices/whatsapp?${query.toString()}`), says: { text: '90210' } };
    },
    'notices.whatsapp-statuses'(service) {
      const statuses = ['wamid.1', 'wamid.2'].map((id) => ({
        id,
        status: 'sent',
        timestamp: '1790000000',
        recipient_id: '1',
      }));
      const entry = [{ id: '1', changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', statuses } }] }];
      const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
      const signature = createHmac('sha256', OUTSIDE_SECRETS.WHATSAPP_APP_SECRET).update(body).digest('hex');
      const headers = { 'x-hub-signature-256': `sha256=${signature}` };
      return {
        ask: () => service.ask('/api/notices/whatsapp', { method: 'POST', body, headers }),
        says: { recorded: 0, ignored: 2 },
      };
    },
  },
};
