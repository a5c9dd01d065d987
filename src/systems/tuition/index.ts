import type { SystemDescriptor } from '../../cutover/descriptor.ts';
import { tuitionAccounts, tuitionUnits } from './accounts.ts';
import { tuitionCopies } from './copies.ts';
import { tuitionExpected } from './expected.ts';
import { tuitionFacts } from './facts.ts';
import { attendanceFindings } from './findings/attendance-findings.ts';
import { balanceFindings } from './findings/balance-findings.ts';
import { enrolmentFindings } from './findings/enrolment-findings.ts';
import { paymentFindings } from './findings/payment-findings.ts';
import { tuitionHistory } from './history.ts';
import { tuitionInvariants } from './invariants.ts';
import { tuitionLegacy, tuitionWalk } from './legacy.ts';
import { createMirroredPayments } from './live/create-mirrored-payments.ts';
import { tuitionCaptured } from './live/captured.ts';
import { tuitionCarryBack } from './live/carry-back.ts';
import { tuitionPolicySchema, type TuitionPolicy } from './policy.ts';
import { tuitionRollbackLimits } from './rollback-limits.ts';
import { createTuition } from './schema.ts';
import { tuitionShared } from './shared-rows.ts';
import { tuitionViews } from './views.ts';

/** Tuition: what pupils paid for, came to and owe, per group, from the tables of a school's application. */
export const tuitionSystem: SystemDescriptor<TuitionPolicy> = {
  name: 'tuition',
  title: 'Session credits of a school, with a door that refuses who has none',
  policySchema: tuitionPolicySchema,
  units: tuitionUnits,
  legacy: tuitionLegacy,
  walk: tuitionWalk,
  schemaMigrations: [createTuition, createMirroredPayments],
  shared: tuitionShared,
  accounts: tuitionAccounts,
  history: tuitionHistory,
  expected: tuitionExpected,
  facts: tuitionFacts,
  copies: tuitionCopies,
  findings: [...balanceFindings, ...enrolmentFindings, ...paymentFindings, ...attendanceFindings],
  invariants: tuitionInvariants,
  rollbackLimits: tuitionRollbackLimits,
  views: tuitionViews,
  live: { captured: tuitionCaptured, carryBack: tuitionCarryBack },
};
