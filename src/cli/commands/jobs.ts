import { cronOf, nextTick } from '../../app/jobs/due-tick.ts';
import { isHeld } from '../../app/jobs/job-lease.ts';
import { readJobRows, rowOf, type JobRow, type JobRows } from '../../app/jobs/job-rows.ts';
import { configuredJobs } from '../../app/jobs/configured-jobs.ts';
import { runJobNow } from '../../app/jobs/run-job-now.ts';
import { SERVICE_SYSTEM, type ScheduledJob } from '../../app/jobs/scheduled-job.ts';
import { prepareServing, ServedInstance } from '../../app/served-instance.ts';
import { openTelemetry } from '../../app/telemetry/open-telemetry.ts';
import { tracedObserver } from '../../app/telemetry/trace-posts.ts';
import { CarryoverError } from '../../base/errors.ts';
import { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { cliJobUnknown, cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderTable } from '../render/render-table.ts';
import { renderValue } from '../render/render-value.ts';

/** `carryover jobs list` and `jobs run NAME`: what a scheduler or a cron line starts. */
export const defineJobs: DefineCommand = (program, bind) => {
  const jobs = program
    .command('jobs')
    .description('run the jobs of the systems and of the service, as a scheduler does; twice or late changes nothing');

  const list = jobs
    .command('list')
    .description('list the jobs, when each ran last and how that ended, and when it is due');
  bind(list, (run) =>
    onInstances(run, { mayDefault: true }, (instance, database) => listJobs(run, instance, database)),
  );

  const one = jobs
    .command('run')
    .argument('<job>', 'its name')
    .description('run one job once, and say what it did; ends with 5 while another process runs it')
    .option('--now <instant>', 'the present, in place of the database clock');
  bind<{ now?: string }>(one, (run, options, [wanted = '']) =>
    onInstances(run, { mayDefault: true }, async (instance, database) => {
      const now = options.now === undefined ? {} : { now: Instant.parse(options.now) };
      const app = await run.app();
      const logger = { warn: (_about: object, text: string): void => run.output.note(text) };
      const telemetry = await openTelemetry({ environment: app.environment, instance, logger });
      const observer = tracedObserver(telemetry);
      const service = new ServedInstance({ app, instance, database }, { telemetry, observer });
      try {
        const job = chooseJob(run, wanted, configuredJobs(service));
        await prepareServing(database);
        const result = await runJobNow(database, job, { ...now, signal: run.signal, telemetry });
        run.output.data({ instance, job: job.name, result });
        for (const line of renderValue(result)) run.output.line(line);
        return EXIT.done;
      } finally {
        await service.ledger.close();
        await telemetry?.close();
      }
    }),
  );
};

/** The job of that name in the system that was named, or in whichever has one. */
function chooseJob(run: CommandRun, wanted: string, jobs: readonly ScheduledJob[]): ScheduledJob {
  const asked = ofAskedSystem(run, jobs);
  const named = asked.filter(({ name }) => name === wanted);
  const [only] = named;
  if (only === undefined) {
    throw new CarryoverError(cliJobUnknown, {
      system: run.options.system ?? 'the configured systems',
      job: wanted,
      known: asked.map(({ name }) => name),
    });
  }
  if (named.length > 1) {
    throw new CarryoverError(cliUsage, {
      command: run.name,
      found: `"${wanted}", which ${named.map(({ system }) => system).join(' and ')} have`,
      expected: 'one of them named by --system',
    });
  }
  return only;
}

function ofAskedSystem(run: CommandRun, jobs: readonly ScheduledJob[]): readonly ScheduledJob[] {
  const { system } = run.options;
  return system === undefined ? jobs : jobs.filter((job) => job.system === system);
}

async function listJobs(run: CommandRun, instance: string, database: Database): Promise<number> {
  const app = await run.app();
  // A name that the configuration does not have is told as ever.
  if (run.options.system !== undefined && run.options.system !== SERVICE_SYSTEM) app.system(run.options.system);
  const service = new ServedInstance({ app, instance, database });
  try {
    const state = await jobState(database);
    const rows = ofAskedSystem(run, configuredJobs(service)).map((job) => listed(job, state));
    run.output.data({ instance, jobs: rows });
    const columns = ['system', 'job', 'what it does', 'last run', 'outcome', 'next run'].map((heading) => ({
      heading,
    }));
    const cells = rows.map((row) => [
      row.system,
      row.name,
      row.title,
      minutesOf(row.lastRunAt),
      row.errorCode === null ? (row.outcome ?? '-') : `${row.outcome} (${row.errorCode})`,
      minutesOf(row.nextRunAt),
    ]);
    for (const line of renderTable(columns, cells)) run.output.line(line);
    return EXIT.done;
  } finally {
    await service.ledger.close();
  }
}

/** A database that no job ever ran on has no table of them, and a list makes none. */
async function jobState(database: Database): Promise<JobRows> {
  const { introspection, statements } = database.dialect;
  const table = await introspection.table(database.handle, database.tableName('carryover_job_leases'));
  if (table !== undefined) return readJobRows(database);
  return { now: await statements.serverNow(database.handle), rows: [] };
}

/** A job as the list tells it; instants as texts, null for what never was. */
interface ListedJob {
  readonly system: string;
  readonly name: string;
  readonly title: string;
  readonly pattern: string;
  readonly zone: string;
  readonly lastRunAt: Instant | null;
  /** `died` for a run whose server gave no sign of life for the time of its lease. */
  readonly outcome: string | null;
  readonly errorCode: string | null;
  readonly nextRunAt: Instant | null;
}

function listed(job: ScheduledJob, { now, rows }: JobRows): ListedJob {
  const { system, name, title, schedule } = job;
  const row = rowOf(rows, job);
  return {
    system,
    name,
    title,
    pattern: schedule.pattern,
    zone: schedule.zone,
    lastRunAt: row?.started_at ?? null,
    outcome: row === undefined ? null : outcomeOf(row, now),
    errorCode: row?.error_code ?? null,
    nextRunAt: nextTick(cronOf(schedule), now) ?? null,
  };
}

function outcomeOf(row: JobRow, now: Instant): string | null {
  return row.outcome === 'running' && !isHeld(row, now) ? 'died' : row.outcome;
}

function minutesOf(at: Instant | null): string {
  return at === null ? '-' : at.toString().slice(0, 16).replace('T', ' ');
}
