import { Type, type TSchema } from 'typebox';
import { dollarsOf } from './tier-policy.ts';

/** How much staff may do by themselves (U-33). Amounts are decimal texts of dollars. */
export interface LimitsPolicy {
  readonly admin: RoleLimits;
  readonly superAdmin: RoleLimits;
  /** One person's hands are not enough above this: another one approves. */
  readonly fourEyesAbove: string;
  /** Hours after which an adjustment that nobody has approved is given up. */
  readonly approvalHours: number;
  /** The rolling window over which what one person did is summed. */
  readonly windowHours: number;
  readonly bulk: BulkLimits;
}

/** What one role may move. */
export interface RoleLimits {
  /** By one adjustment, grant or refund of credits, up or down. */
  readonly maxPerAction: string;
  /** By all of them within the window. */
  readonly maxPerWindow: string;
}

/** What one bulk grant may give (U-31). */
export interface BulkLimits {
  readonly maxTotal: string;
  readonly usersMax: number;
}

/** Checks and defaults of `LimitsPolicy`. */
export const limitsSchema: TSchema = Type.Object(
  {
    admin: roleLimits('1000.00', '1000.00'),
    superAdmin: roleLimits('10000.00', '20000.00'),
    fourEyesAbove: dollarsOf('Another person must approve above this', '500.00'),
    approvalHours: Type.Integer({ minimum: 1, maximum: 720, default: 72, description: 'Hours to approve' }),
    windowHours: Type.Integer({ minimum: 1, maximum: 720, default: 24, description: 'Hours of the rolling window' }),
    bulk: Type.Object(
      {
        maxTotal: dollarsOf('Total of one bulk grant', '10000.00'),
        usersMax: Type.Integer({ minimum: 1, maximum: 1000, default: 1000, description: 'Users of one bulk grant' }),
      },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false, default: {} },
);

function roleLimits(perAction: string, perWindow: string): TSchema {
  return Type.Object(
    {
      maxPerAction: dollarsOf('By one action', perAction),
      maxPerWindow: dollarsOf('By all actions within the window', perWindow),
    },
    { additionalProperties: false, default: {} },
  );
}
