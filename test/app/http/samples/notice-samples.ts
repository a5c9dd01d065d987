import type { Sample, World } from './sample.ts';

function someone(world: World): { readonly system: string; readonly recipient: string } {
  return { system: 'tuition', recipient: world.name('student') };
}

/** A request for each route of notices. */
export const noticeSamples: Readonly<Record<string, Sample>> = {
  'notices.list-dead': { as: 'staff', request: () => ({ query: { system: 'tuition', limit: '5' } }) },
  'notices.retry-dead': { as: 'admin', request: () => ({ body: { system: 'tuition' } }) },
  'notices.list-preferences': { as: 'staff', request: (world) => ({ query: { ...someone(world) } }) },
  'notices.set-preference': {
    as: 'staff',
    isElsewhere: true,
    request: (world) => ({ body: { ...someone(world), type: '*', channel: 'email', optedOut: false } }),
  },
  'notices.set-language': { as: 'staff', request: (world) => ({ body: { ...someone(world), language: 'ar' } }) },
  'notices.list-paused': { as: 'staff', request: () => ({}) },
  'notices.pause-channel': {
    as: 'admin',
    request: () => ({ params: { channel: 'email' }, body: { reason: 'the sample of a route' } }),
  },
  'notices.resume-channel': { as: 'admin', request: () => ({ params: { channel: 'email' } }) },
  'notices.whatsapp-verification': {
    as: 'user',
    isElsewhere: true,
    request: () => ({ query: { 'hub.mode': 'subscribe', 'hub.verify_token': 'a word', 'hub.challenge': '1' } }),
  },
  'notices.whatsapp-statuses': { as: 'user', isElsewhere: true, request: () => ({ body: { entry: [] } }) },
};
