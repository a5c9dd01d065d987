import type { SystemDescriptor } from '../cutover/descriptor.ts';
import { billingSystem } from '../systems/billing/index.ts';
import { billingJobs } from '../systems/billing/jobs.ts';
import { billingOperations } from '../systems/billing/operations/index.ts';
import type { Job } from '../systems/job.ts';
import type { Route } from '../http/route.ts';
import type { AnyOperation } from '../systems/operation.ts';
import type { SystemScope } from '../systems/operation-route.ts';
import { billingRoutes } from '../systems/billing/routes.ts';
import { tuitionRoutes } from '../systems/tuition/routes.ts';
import { tuitionSystem } from '../systems/tuition/index.ts';
import { tuitionJobs } from '../systems/tuition/jobs.ts';
import { tuitionOperations } from '../systems/tuition/operations/index.ts';

/** A system as the application runs it. Its policy's type is known only to the system; config checks values by its schema. */
export interface RegisteredSystem {
  readonly descriptor: SystemDescriptor<never>;
  readonly operations: readonly AnyOperation<never>[];
  readonly jobs: readonly Job<never>[];
  readonly routes: readonly Route<SystemScope>[];
}

/** The systems that come with Carryover, by name. */
export const registeredSystems: Readonly<Record<string, RegisteredSystem>> = {
  [tuitionSystem.name]: {
    descriptor: tuitionSystem,
    operations: tuitionOperations,
    jobs: tuitionJobs,
    routes: tuitionRoutes,
  },
  [billingSystem.name]: {
    descriptor: billingSystem,
    operations: billingOperations,
    jobs: billingJobs,
    routes: billingRoutes,
  },
};
