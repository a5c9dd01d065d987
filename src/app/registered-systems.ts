import type { SystemDescriptor } from '../cutover/descriptor.ts';
import { billingSystem } from '../systems/billing/index.ts';
import { billingJobs } from '../systems/billing/jobs.ts';
import { billingOperations } from '../systems/billing/operations/index.ts';
import type { Job } from '../systems/job.ts';
import type { AnyOperation } from '../systems/operation.ts';
import { tuitionSystem } from '../systems/tuition/index.ts';
import { tuitionOperations } from '../systems/tuition/operations/index.ts';

/** A system as the application runs it. Its policy's type is known only to the system; config checks values by its schema. */
export interface RegisteredSystem {
  readonly descriptor: SystemDescriptor<never>;
  readonly operations: readonly AnyOperation<never>[];
  readonly jobs: readonly Job<never>[];
}

/** The systems that come with Carryover, by name. */
export const registeredSystems: Readonly<Record<string, RegisteredSystem>> = {
  [tuitionSystem.name]: { descriptor: tuitionSystem, operations: tuitionOperations, jobs: [] },
  [billingSystem.name]: { descriptor: billingSystem, operations: billingOperations, jobs: billingJobs },
};
