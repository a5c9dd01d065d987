import type { Job, JobSchedule } from '../../systems/job.ts';
import { pendingMigrations } from '../../sql/schema-migrator.ts';
import type { ConfiguredSystem } from '../app.ts';
import type { ServedInstance } from '../served-instance.ts';
import { SERVICE_SYSTEM, type JobRun, type ScheduledJob, type InstanceJob } from './scheduled-job.ts';
import { instanceJobs } from './instance-jobs.ts';

/**
 * When a system's job is due that does not say so itself. What it does is due at instants of its own (a period that begins, a purchase
 * nobody pays), so this is only how late it may be noticed.
 */
const SYSTEM_SCHEDULE: JobSchedule = { pattern: '*/10 * * * *', zone: 'UTC' };

/**
 * All jobs of an instance: those of its configured systems, then those of the service, then `more` of the service which need what only its
 * configuration has, such as channels. Throws `CONFIG_INVALID` for a wrong policy.
 */
export function jobsOf(service: ServedInstance, more: readonly InstanceJob[] = []): readonly ScheduledJob[] {
  const systems = service.app.systemNames.map((name) => service.app.system(name));
  return [
    ...systems.flatMap((system) => system.jobs.map((job) => bindSystemJob(service, system, job))),
    ...[...instanceJobs, ...more].map((job): ScheduledJob => ({
      system: SERVICE_SYSTEM,
      name: job.name,
      title: job.title,
      schedule: { pattern: job.pattern, zone: 'UTC' },
      run: (run) => job.run(service, run),
    })),
  ];
}

function bindSystemJob(service: ServedInstance, system: ConfiguredSystem, job: Job<never>): ScheduledJob {
  const { descriptor, policy } = system;
  return {
    system: descriptor.name,
    name: job.name,
    title: job.title,
    schedule: job.schedule?.(policy) ?? SYSTEM_SCHEDULE,
    run: async ({ now }: JobRun) => {
      // A system that is configured but was never carried over has no tables, and nothing to do.
      const pending = await pendingMigrations(service.database, descriptor.schemaMigrations);
      if (pending.length > 0) return { skipped: `${descriptor.name} has no tables here yet` };
      const actor = { kind: 'system' as const, id: `job-${job.name}` };
      return job.run(await service.contextOf(descriptor.name, { actor, ...(now === undefined ? {} : { now }) }));
    },
  };
}
