import type { Parts, Sample } from './sample.ts';

const params = { system: 'tuition' };

function at(as: Sample['as'], parts: Parts = {}): Sample {
  // A cutover has to be there to be looked at and moved.
  return { as, isElsewhere: true, request: () => ({ params, ...parts }) };
}

const selection = { who: 'all' };
const token = 'x'.repeat(64);
const rollback = { selection, acceptLosses: false, reason: 'the sample of a route' };

/** A request for each route of cutovers, of the form that the route takes. */
export const cutoverSamples: Readonly<Record<string, Sample>> = {
  'cutover.list': { as: 'staff', isElsewhere: true, request: () => ({}) },
  'cutover.show': at('staff'),
  'cutover.findings': at('staff'),
  'cutover.quarantine': at('staff'),
  'cutover.events': at('staff'),
  'cutover.pause': at('admin', { body: { reason: 'the sample of a route' } }),
  'cutover.resume': at('admin'),
  'cutover.retry-quarantine': at('admin'),
  'cutover.actions': at('staff'),
  'cutover.action': at('staff', { params: { ...params, actionId: '0'.repeat(32) } }),
  'cutover.preview-switch': at('super_admin', { body: { selection } }),
  'cutover.switch': at('super_admin', { body: { selection, token } }),
  'cutover.preview-rollback': at('super_admin', { body: rollback }),
  'cutover.rollback': at('super_admin', { body: { ...rollback, token } }),
};
