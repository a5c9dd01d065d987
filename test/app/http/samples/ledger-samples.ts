import type { Sample, World } from './sample.ts';

const spend = { kind: 'usage', contra: 'usage' };
const gift = { kind: 'gift', contra: 'gifts' };

async function opened(world: World): Promise<string> {
  const body = { system: 'shop', kind: 'wallet', owner: world.name('owner'), unit: 'usd' };
  return String((await world.call('ledger.open-account', { body }))['id']);
}

async function funded(world: World): Promise<string> {
  const accountId = await opened(world);
  await world.call('ledger.post', { body: { accountId, amount: '100', ...gift } });
  return accountId;
}

async function held(world: World): Promise<{ readonly accountId: string; readonly holdKey: string }> {
  const accountId = await funded(world);
  const command = { type: 'hold', key: 'held-1', accountId, amount: '10' };
  await world.call('ledger.bulk', { body: { commands: [command] } });
  return { accountId, holdKey: 'held-1' };
}

async function keyId(world: World): Promise<string> {
  const body = { label: world.name('key'), role: 'server' };
  return String((await world.call('keys.create', { body }, 'super_admin'))['id']);
}

/** A request for each route of the ledger, the keys and the service itself. */
export const ledgerSamples: Readonly<Record<string, Sample>> = {
  'service.alive': { as: 'user', request: () => ({}) },
  'health.alive': { as: 'user', request: () => ({}) },
  'health.ready': { as: 'user', request: () => ({}) },
  'health.metrics': { as: 'admin', request: () => ({}) },
  'ledger.list-accounts': { as: 'staff', request: () => ({ query: { system: 'shop', limit: '2' } }) },
  'ledger.open-account': {
    as: 'server',
    request: (world) => ({ body: { system: 'shop', kind: 'wallet', owner: world.name('owner'), unit: 'usd' } }),
  },
  'ledger.show-account': {
    as: 'staff',
    request: async (world) => ({ params: { accountId: (await held(world)).accountId } }),
  },
  'ledger.balance-at': {
    as: 'staff',
    request: async (world) => ({ params: { accountId: await funded(world) }, query: { at: '2026-01-01T00:00:00Z' } }),
  },
  'ledger.statement': { as: 'staff', request: async (world) => ({ params: { accountId: await funded(world) } }) },
  'ledger.post': {
    as: 'server',
    request: async (world) => ({ body: { accountId: await opened(world), amount: '12.50', ...gift } }),
  },
  'ledger.transfer': {
    as: 'server',
    request: async (world) => ({
      body: { accountId: await funded(world), toAccountId: await opened(world), amount: '1', kind: 'gift' },
    }),
  },
  'ledger.hold': {
    as: 'server',
    request: async (world) => ({ body: { accountId: await funded(world), amount: '10' } }),
  },
  'ledger.capture': {
    as: 'server',
    request: async (world) => ({ params: { ...(await held(world)) }, body: { amount: '4', ...spend } }),
  },
  'ledger.release': { as: 'server', request: async (world) => ({ params: { ...(await held(world)) }, body: {} }) },
  'ledger.reverse': {
    as: 'server',
    request: async (world) => ({ params: { accountId: await funded(world), seq: '1' }, body: {} }),
  },
  'ledger.bulk': {
    as: 'server',
    async request(world) {
      const accountId = await funded(world);
      const amounts = ['-1', '-1000'];
      const commands = amounts.map((amount, index) => {
        return { type: 'post', key: `bulk-${index}`, accountId, amount, ...spend };
      });
      return { body: { commands } };
    },
  },
  'ledger.trial-balance': { as: 'admin', request: () => ({ query: { system: 'shop' } }) },
  'ledger.verify': { as: 'admin', request: () => ({}) },
  'keys.create': {
    as: 'super_admin',
    request: (world) => ({ body: { label: world.name('key'), role: 'staff', subject: 'desk-1' } }),
  },
  'keys.list': { as: 'super_admin', request: () => ({}) },
  'keys.rotate': {
    as: 'super_admin',
    request: async (world) => ({ params: { keyId: await keyId(world) }, body: { overlapHours: 1 } }),
  },
  'keys.revoke': { as: 'super_admin', request: async (world) => ({ params: { keyId: await keyId(world) } }) },
};
