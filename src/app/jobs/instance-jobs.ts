import { compareJob, mirrorJob } from './mirror-job.ts';
import { pruneJob } from './prune-job.ts';
import type { InstanceJob } from './scheduled-job.ts';
import { sweepJob } from './sweep-job.ts';
import { verifyJob } from './verify-job.ts';

/** The jobs that belong to no system. A name stands once in it; a scheduler, `carryover jobs` and the metrics take it from here. */
export const instanceJobs: readonly InstanceJob[] = [sweepJob, mirrorJob, compareJob, pruneJob, verifyJob];
