import type { Parts, Sample, World } from './sample.ts';

const reason = 'the sample of a route';

/** A user with 100 dollars beside the credits of the free tier. */
async function user(world: World): Promise<string> {
  const userId = world.name('user');
  await world.call('billing.open-user', { params: { userId }, body: {} });
  await world.call('billing.adjust-credits', { body: { user_id: userId, amount: '100', reason } }, 'super_admin');
  return userId;
}

async function authorized(world: World): Promise<{ readonly user_id: string; readonly source_id: string }> {
  const work = { user_id: await user(world), source_id: world.name('work') };
  await world.call('billing.authorize', { body: { ...work, amount: '1' } });
  return work;
}

async function purchase(world: World): Promise<{ readonly purchase_id: string; readonly payment_reference: string }> {
  const payment_reference = world.name('payment');
  const body = { user_id: await user(world), amount: '25.00', payment_reference };
  const { purchase_id: purchaseId } = await world.call('billing.start-purchase', { body });
  return { purchase_id: String(purchaseId), payment_reference };
}

async function paid(world: World): Promise<{ readonly purchase_id: string; readonly payment_reference: string }> {
  const names = await purchase(world);
  await world.call('billing.settle-purchase', { body: { purchase_id: names.purchase_id } });
  return names;
}

function subscription(userId: string): object {
  const monthStart = Math.floor(Date.now() / 1000) - 86_400;
  return {
    id: `sub_${userId}`,
    status: 'active',
    created: monthStart,
    current_period_start: monthStart,
    current_period_end: monthStart + 30 * 86_400,
    items: { data: [{ price: { id: 'price_tier_200_1000_monthly' } }] },
  };
}

const ofUser = async (world: World): Promise<Parts> => ({ query: { user_id: await user(world) } });
const atUser = async (world: World): Promise<Parts> => ({ params: { userId: await user(world) } });

const topUp = { enabled: true, threshold: '1', amount: '25.00', month_max: '100', day_count_max: 1 };

/** What a provider of payments has to be there for. */
const ofPayments = (as: Sample['as'], body: object): Sample => ({ as, isElsewhere: true, request: () => ({ body }) });

/** A request for each route of billing. */
export const billingSamples: Readonly<Record<string, Sample>> = {
  'billing.check': {
    as: 'server',
    request: async (world) => ({ body: { user_id: await user(world), amount: '1' } }),
  },
  'billing.check-status': {
    as: 'server',
    request: async (world) => ({ query: { user_id: await user(world), amount: '1' } }),
  },
  'billing.check-read': {
    as: 'server',
    request: async (world) => ({ query: { user_id: await user(world), amount: '1' } }),
  },
  'billing.available-models': { as: 'server', request: ofUser },
  'billing.project-limits': { as: 'server', request: ofUser },
  'billing.subscription-commitment': {
    as: 'server',
    async request(world) {
      const userId = await user(world);
      await world.call('billing.sync-subscription', { body: { user_id: userId, subscription: subscription(userId) } });
      return { params: { subscriptionId: `sub_${userId}` }, query: { user_id: userId } };
    },
  },
  'billing.migrate-user': {
    as: 'super_admin',
    request: async (world) => ({ params: { userId: await user(world) }, body: { dry_run: true } }),
  },
  'billing.deduct': {
    as: 'server',
    request: async (world) => ({ body: { user_id: await user(world), source_id: 'message-1', amount: 0.5 } }),
  },
  'billing.authorize': {
    as: 'server',
    request: async (world) => ({ body: { user_id: await user(world), source_id: 'message-1', amount: '1' } }),
  },
  'billing.settle': {
    as: 'server',
    request: async (world) => ({ body: { ...(await authorized(world)), amount: '0.4' } }),
  },
  'billing.release': { as: 'server', request: async (world) => ({ body: await authorized(world) }) },
  'billing.balance': { as: 'server', request: ofUser },
  'billing.subscription': { as: 'server', request: ofUser },
  'billing.transactions': { as: 'server', request: ofUser },
  'billing.usage-history': { as: 'server', request: ofUser },
  'billing.set-top-up-rule': {
    as: 'server',
    async request(world) {
      const userId = await user(world);
      const body = { user_id: userId, subscription: subscription(userId) };
      await world.call('billing.sync-subscription', { body });
      return { body: { user_id: userId, ...topUp } };
    },
  },
  'billing.start-purchase': {
    as: 'server',
    request: async (world) => ({
      body: { user_id: await user(world), amount: '25.00', checkout_reference: world.name('checkout') },
    }),
  },
  'billing.settle-purchase': {
    as: 'server',
    request: async (world) => ({ body: { purchase_id: (await purchase(world)).purchase_id } }),
  },
  'billing.fail-purchase': {
    as: 'server',
    request: async (world) => ({ body: { purchase_id: (await purchase(world)).purchase_id, reason } }),
  },
  'billing.sync-subscription': {
    as: 'server',
    async request(world) {
      const userId = await user(world);
      return { body: { user_id: userId, subscription: subscription(userId) } };
    },
  },
  'billing.record-refund': {
    as: 'server',
    async request(world) {
      const { payment_reference } = await paid(world);
      const provider_reference = world.name('refund');
      return { body: { payment_reference, provider_reference, amount: '5', status: 'succeeded' } };
    },
  },
  'billing.adjust-credits': {
    as: 'super_admin',
    request: async (world) => ({ body: { user_id: await user(world), amount: '-1.5', reason } }),
  },
  'billing.grant-credits': {
    as: 'super_admin',
    request: async (world) => ({ body: { user_id: await user(world), amount: '5', reason } }),
  },
  'billing.bulk-grant': {
    as: 'super_admin',
    request: async (world) => ({ body: { user_ids: [await user(world)], amount: '5', reason } }),
  },
  'billing.list-adjustments': { as: 'admin', request: ofUser },
  'billing.decide-adjustment': {
    as: 'super_admin',
    async request(world) {
      const body = { user_id: await user(world), amount: '900', reason };
      const { adjustment_id: adjustmentId } = await world.call('billing.grant-credits', { body }, 'admin');
      return { body: { adjustment_id: String(adjustmentId), decision: 'approve', reason } };
    },
  },
  'billing.refund-credits': {
    as: 'super_admin',
    request: async (world) => ({ body: { user_id: await user(world), amount: '1', reason } }),
  },
  'billing.refund-money': {
    as: 'super_admin',
    request: async (world) => ({ body: { purchase_id: (await paid(world)).purchase_id, reason } }),
  },
  'billing.resolve-refund': {
    as: 'super_admin',
    async request(world) {
      const body = { purchase_id: (await paid(world)).purchase_id, amount: '5', reason };
      const { refund_id: refundId } = await world.call('billing.refund-money', { body }, 'super_admin');
      return { params: { refundId: String(refundId) }, body: { outcome: 'succeeded' } };
    },
  },
  'billing.open-user': { as: 'admin', request: (world) => ({ params: { userId: world.name('user') }, body: {} }) },
  'billing.summary': { as: 'admin', request: atUser },
  'billing.user-transactions': { as: 'admin', request: atUser },
  'billing.user-usage-history': { as: 'admin', request: atUser },
  'billing.alerts': { as: 'admin', request: () => ({}) },
  'billing.old-check': { as: 'server', request: async (world) => ({ body: { user_id: await user(world) } }) },
  'billing.old-check-read': { as: 'server', request: ofUser },
  'billing.old-check-status': { as: 'server', request: ofUser },
  'billing.credit-balance': { as: 'server', request: ofUser },
  'billing.use-credits': {
    as: 'server',
    request: async (world) => ({ body: { user_id: await user(world), amount_dollars: 0.5, message_id: 'message-1' } }),
  },
  'billing.search-users': {
    as: 'staff',
    request: async (world) => ({ body: { query: await user(world) } }),
  },
  'billing.webhook': { as: 'server', isElsewhere: true, request: () => ({ body: { id: 'evt_1', type: 'ping' } }) },
  'billing.purchase-credits': ofPayments('server', { user_id: 'ann', amount: '25.00', via: 'checkout' }),
  'billing.create-checkout-session': ofPayments('server', { user_id: 'ann', price_id: 'price_tier_2_20' }),
  'billing.create-portal-session': ofPayments('server', { user_id: 'ann' }),
  'billing.cancel-subscription': ofPayments('server', { user_id: 'ann' }),
  'billing.reactivate-subscription': ofPayments('server', { user_id: 'ann' }),
  'billing.reconcile-user': ofPayments('server', { user_id: 'ann' }),
  'billing.refund': ofPayments('super_admin', { user_id: 'ann', amount: '5', reason, stripe_refund: false }),
};
