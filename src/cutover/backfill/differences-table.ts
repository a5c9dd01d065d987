/** A chunk's table, by account and source: what is to be posted, what was posted before, and the fact as `history` gives it, where it does. */
export const DIFFERENCES = 'carryover_stage_differences';
