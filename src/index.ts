// The public face of the package: what an application needs to keep balances and to drive a cutover from its own code.
// What is not here is not promised to stay as it is.

export { openApp, App, type ConfiguredSystem } from './app/app.ts';
export {
  defineConfig,
  type CarryoverConfig,
  type InstanceConfig,
  type QuarantineConfig,
  type SystemConfig,
} from './app/config.ts';
export { operationContext, type Caller } from './app/operation-context.ts';
export { prepareLedger } from './app/prepare-ledger.ts';
export { registeredSystems, type RegisteredSystem } from './app/registered-systems.ts';
export { formatActor, type Actor } from './base/actor.ts';
export { defineUnit, formatAmount, parseAmount, type Unit } from './base/amounts.ts';
export { CarryoverError, errorDefinitions, isError, type ErrorDefinition } from './base/errors.ts';
export { Instant } from './base/instant.ts';
export * from './cutover/backup/index.ts';
export * from './cutover/index.ts';
export { createLedger, Ledger, type LedgerOptions } from './ledger/ledger.ts';
export * from './ledger/reads/list-accounts.ts';
export { readBalanceAsOf, readBalanceAsRecorded } from './ledger/reads/read-balance-at.ts';
export * from './ledger/reads/read-balance.ts';
export {
  readStatement,
  type StatementEntry,
  type StatementPage,
  type StatementWanted,
} from './ledger/reads/read-statement.ts';
export * from './ledger/reads/read-trial-balance.ts';
export type { Session } from './ledger/store/session.ts';
export type * from './ledger/verify/ledger-verification.ts';
export { verifyLedger } from './ledger/verify/verify-ledger.ts';
export { LedgerWithin } from './ledger/ledger-within.ts';
export type { AccountSpec } from './ledger/store/open-accounts.ts';
export type { LedgerTables } from './ledger/tables.ts';
export type * from './ledger/types.ts';
export { Database, openDatabase, type DatabaseOptions } from './sql/database.ts';
export type { Handle, Trx } from './sql/engine.ts';
export type { SchemaMigration } from './sql/schema-migration.ts';
export type { AnyOperation, Operation, OperationContext } from './systems/operation.ts';
export { billingSystem } from './systems/billing/index.ts';
export { billingJobs } from './systems/billing/jobs.ts';
export { billingOperations } from './systems/billing/operations/index.ts';
export type { BillingPolicy } from './systems/billing/policy.ts';
export type { Job } from './systems/job.ts';
export { tuitionSystem } from './systems/tuition/index.ts';
export { tuitionOperations } from './systems/tuition/operations/index.ts';
export type { TuitionPolicy } from './systems/tuition/policy.ts';
