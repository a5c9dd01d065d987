import type { AnyOperation } from '../../operation.ts';
import type { TuitionPolicy } from '../policy.ts';

/** What staff and apps can do with tuition, in the order in which help lists it. */
export const tuitionOperations: readonly AnyOperation<TuitionPolicy>[] = [];
