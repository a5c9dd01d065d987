import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** A worker ended before it served. */
export const workerEnded: ErrorDefinition<{ place: number; end: string }> = defineError({
  code: 'HTTP_WORKER_ENDED',
  httpStatus: 500,
  retryable: false,
  summary: 'One of the processes that should serve together ended before it served.',
  message: ({ place, end }) => `Worker ${place} ended before it served: found ${end}, against a process that serves.`,
  hint: () => 'What it met stands above; without --workers the same error shows alone.',
});
