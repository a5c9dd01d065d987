export * from './analyze/analysis.ts';
export { analyzeLegacy } from './analyze/analyze-legacy.ts';
export * from './backup-gate.ts';
export { contractCutover, type ContractRequest, type ContractResult } from './contract/contract-cutover.ts';
export * from './cutover-context.ts';
export * from './cutover-errors.ts';
export * from './cutover-limits.ts';
export { isStageBefore, STAGE_ORDER, type RunState, type StageName } from './cutover-state.ts';
export * from './descriptor.ts';
export * from './live-descriptor.ts';
export { legacySource, physicalColumn, physicalTable, WHOLE, type SourceParts } from './legacy-source.ts';
export { inspectLegacySchema, type LegacySchema } from './legacy-schema.ts';
export * from './preview/preview.ts';
export { previewRollback, type RollbackWish } from './preview/preview-rollback.ts';
export { previewSwitch } from './preview/preview-switch.ts';
export { coreMigrations, type CutoverPlan, type PlannedStep } from './plan/cutover-plan.ts';
export type { PlannedView } from './plan/planned-views.ts';
export * from './progress.ts';
export { rollbackCutover, type RollbackRequest, type RollbackResult } from './rollback/rollback-cutover.ts';
export { followLegacy, type Followed } from './run/follow-legacy.ts';
export { pauseCutover, unpauseCutover } from './run/control.ts';
export { cutoverStatus, type CutoverStatus } from './run/cutover-status.ts';
export { retryQuarantine } from './run/retry-quarantine.ts';
export { haltThresholds, haltUnderPressure, Throttle, throttleDefaults, type ThrottleLimits } from './run/throttle.ts';
export { runCutover, STAGES, type CutoverReport, type CutoverSpan } from './run/run-cutover.ts';
export { createCutovers } from './schema.ts';
export { defineStage, type CutoverRun, type Stage } from './stages/define-stage.ts';
export type { Rehearsal } from './stages/rehearse.ts';
export { nameCohort, type Selection } from './switch/cohort.ts';
export {
  describeSelection,
  listLosses,
  returnAccounts,
  type ReturnRequest,
  type ReturnResult,
} from './switch/return-accounts.ts';
export { switchAccounts, type SwitchRequest, type SwitchResult } from './switch/switch-accounts.ts';
export * from './tables.ts';
export { readProof, type Proof } from './verify/proof-file.ts';
export { verifyProof, type ProofCheck } from './verify/verify-proof.ts';
export * from './verify/verification.ts';
export { watchCutover, type WatchRequest, type WatchRound } from './watch/watch-cutover.ts';
