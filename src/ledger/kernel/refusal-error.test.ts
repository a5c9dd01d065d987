import { describe, expect, it } from 'vitest';
import { CarryoverError } from '../../base/errors.ts';
import { account, NOW, sample, snapshot } from '../../../test/model/kernel-samples.ts';
import type { Command, Outcome, RefusalCode } from '../types.ts';
import { decide } from './decide.ts';
import { refusalDefinitions } from './refusal-definitions.ts';
import { refusalError } from './refusal-error.ts';

type Refused = Extract<Outcome, { status: 'refused' }>;

describe('the error of a refusal', () => {
  it('has the code, says what was found against what was expected, and names the next step', () => {
    const command = sample.post({ amount: -130n });
    const [outcome] = decide(snapshot({ accounts: [account()] }), [command], NOW).outcomes;
    const error = refusalError(command, outcome as Refused);
    expect(error).toBeInstanceOf(CarryoverError);
    expect(error).toMatchObject({ code: 'LEDGER_FLOOR_BREACHED', httpStatus: 409, retryable: false });
    expect(error.message).toBe(
      'Cannot post to account "1": found that -30 would be available, against a floor of 0. Take less (100 is available), credit the account first, or lower its floor.',
    );
    expect(error.details).toMatchObject({ accountId: '1', available: '100', floor: '0' });
  });

  it.each(Object.keys(sample) as Command['type'][])(
    'says what %s would have done, without the texts of the caller',
    (type) => {
      const command = { ...sample[type](), key: 'secret-key' };
      const refused: Refused = {
        status: 'refused',
        code: 'LEDGER_ACCOUNT_FROZEN',
        detail: { accountId: '1' },
        after: [],
      };
      const { message } = refusalError(command, refused);
      expect(message).toMatch(/^Cannot [a-z ]+"?.*account "1".*: found account 1 frozen, against open\. [A-Z].*\.$/);
      expect(message).not.toContain('secret-key');
    },
  );

  it('speaks also of a command whose type is none', () => {
    const command = { ...sample.post(), type: 'mint' } as unknown as Command;
    const [outcome] = decide(snapshot(), [command], NOW).outcomes;
    expect(refusalError(command, outcome as Refused).message).toMatch(
      /^Cannot accept a command: found type to be another text/,
    );
  });

  it.each(Object.entries(refusalDefinitions))(
    '%s is registered under its own code and is no retry',
    (code, definition) => {
      expect([definition.code, definition.retryable]).toEqual([code as RefusalCode, false]);
      expect(definition.summary).toMatch(/^[A-Z].*\.$/);
    },
  );
});
