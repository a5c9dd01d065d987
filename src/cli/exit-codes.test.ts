import { describe, expect, it } from 'vitest';
import { configMissing, targetMissing } from '../app/app-errors.ts';
import { CarryoverError, errorDefinitions } from '../base/errors.ts';
import { inputInvalid } from '../base/base-errors.ts';
import { CUTOVER_EXIT_CODES, cutoverRolledBack } from '../cutover/index.ts';
import { ledgerQueueFull } from '../ledger/ledger-errors.ts';
import { cliNotConfirmed, ledgerNotMade } from './cli-errors.ts';
import { EXIT, EXIT_MEANINGS, exitCodeOf } from './exit-codes.ts';

describe('the exit code', () => {
  it.each([
    ['no configuration', new CarryoverError(configMissing, { folder: '.', looked: [] }), EXIT.usage],
    ['no target', new CarryoverError(targetMissing, { what: 'instance', known: [] }), EXIT.usage],
    ['a wrong input', new CarryoverError(inputInvalid, { what: 'x', found: 'y', expected: 'z' }), EXIT.usage],
    ['nobody confirmed', new CarryoverError(cliNotConfirmed, { command: 'x', what: 'y' }), EXIT.usage],
    ['no ledger yet', new CarryoverError(ledgerNotMade, { instance: 'dev', system: 'tuition' }), EXIT.refused],
    ['a full queue', new CarryoverError(ledgerQueueFull, { waiting: 2, waitingMax: 1 }), EXIT.tryLater],
    ['anything unforeseen', new TypeError('x is not a function'), EXIT.failed],
  ])('of %s', (_what, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it('of a run that was rolled back is 4', () => {
    const details = { instance: 'dev', system: 'tuition', stage: 'verify' as const, reason: 'x', code: 'Y' };
    expect(exitCodeOf(new CarryoverError(cutoverRolledBack, details))).toBe(EXIT.failed);
  });

  it('each has one meaning in the help', () => {
    expect(EXIT_MEANINGS.map(([code]) => code)).toEqual(Object.values(EXIT));
  });

  it('codes listed for cutovers exist', () => {
    const known = new Set(errorDefinitions().map(({ code }) => code));
    expect(Object.keys(CUTOVER_EXIT_CODES).filter((code) => !known.has(code))).toEqual([]);
  });
});
