import { hostname } from 'node:os';
import type { CutoverContext } from '../cutover-context.ts';

/** Who runs, as the lease shows it. */
export function holderOf(context: Pick<CutoverContext, 'holder'>): string {
  return context.holder ?? `${hostname().slice(0, 150)}:${process.pid}`;
}
