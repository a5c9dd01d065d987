import type { DefineCommand } from '../command.ts';
import { defineAccounts } from './accounts.ts';
import { defineAnalyze } from './analyze.ts';
import { defineBackup } from './backup.ts';
import { defineBackups } from './backups.ts';
import { defineBalance } from './balance.ts';
import { defineContract } from './contract.ts';
import { defineDemo } from './demo.ts';
import { defineDoctor } from './doctor.ts';
import { defineFindings } from './findings.ts';
import { defineInit } from './init.ts';
import { defineJobs } from './jobs.ts';
import { defineJournal } from './journal.ts';
import { defineKeys } from './keys.ts';
import { defineMigrate } from './migrate.ts';
import { definePayments } from './payments.ts';
import { definePause } from './pause.ts';
import { definePlan } from './plan.ts';
import { definePost } from './post.ts';
import { definePrune } from './prune.ts';
import { defineQuarantine } from './quarantine.ts';
import { defineRestore } from './restore.ts';
import { defineRollback } from './rollback.ts';
import { defineServe } from './serve.ts';
import { defineStages } from './stages.ts';
import { defineStatement } from './statement.ts';
import { defineStatus } from './status.ts';
import { defineSwitch } from './switch.ts';
import { defineSystemOperations } from './system-operations.ts';
import { defineTrialBalance } from './trial-balance.ts';
import { defineVerify } from './verify.ts';
import { defineWatch } from './watch.ts';

/** Every command, in the order of --help. */
export const commands: readonly DefineCommand[] = [
  defineDemo,
  defineInit,
  defineDoctor,
  defineAnalyze,
  defineFindings,
  definePlan,
  defineBackup,
  defineBackups,
  defineRestore,
  definePrune,
  defineMigrate,
  defineStages,
  defineVerify,
  defineSwitch,
  defineWatch,
  defineContract,
  defineStatus,
  defineQuarantine,
  definePause,
  defineRollback,
  defineJournal,
  defineAccounts,
  defineBalance,
  defineStatement,
  defineTrialBalance,
  definePost,
  defineServe,
  defineKeys,
  definePayments,
  defineJobs,
  defineSystemOperations,
];
