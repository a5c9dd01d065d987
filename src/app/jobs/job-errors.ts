import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** A job was to be run that another process runs. */
export const jobLeaseHeld: ErrorDefinition<{ system: string; job: string; holder: string; expiresAt: string }> =
  defineError({
    code: 'JOB_LEASE_HELD',
    httpStatus: 409,
    retryable: true,
    summary: 'A job was to be run while another process runs it.',
    message: ({ system, job, holder, expiresAt }) =>
      `Cannot run the job "${job}" of ${system}: "${holder}" runs it until ${expiresAt} at least, against nobody.`,
    hint: () => 'Try again later, or look at "carryover jobs list" to see when it ended.',
  });

/** A job ended after its lease had gone to another process. */
export const jobLeaseLost: ErrorDefinition<{ system: string; job: string; epoch: string }> = defineError({
  code: 'JOB_LEASE_LOST',
  httpStatus: 409,
  retryable: true,
  summary: 'A process that ran a job stood still for so long that another process took the job over.',
  message: ({ system, job, epoch }) =>
    `Cannot finish the job "${job}" of ${system}: lease number ${epoch} was taken over, against one that is still held.`,
  hint: () => 'Leave it to the process that holds the lease; what was done here is not done again by it.',
});
