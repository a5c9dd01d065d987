import { Type, type TSchema } from 'typebox';

/** The school's rules. Every member has the documented default; config overrides what differs. */
export interface TuitionPolicy {
  /** IANA zone of the school: weekdays, months and session starts are told in it (T-38). */
  readonly zone: string;
  /** The money unit's name and decimals, such as `egp` and 2. */
  readonly currency: string;
  readonly currencyScale: number;
  readonly sessionsPerMonth: SessionsPerMonth;
  /** Sessions a pupil may be short of: 0 for new, 2 for returning. */
  readonly graceSessions: { readonly new: number; readonly returning: number };
  /** Calendar months after which a pupil counts as returning even without a payment (T-11). */
  readonly newForMonths: number;
  /** Attendance statuses that use up a session (T-08). */
  readonly countedStatuses: readonly string[];
  /** Two payment rows of one month: one plan whose due is the largest, or a plan each (T-07). */
  readonly duplicateMonths: 'one-plan' | 'each-row';
  /** A month that owes nothing gives its sessions free, or gives none (T-01). */
  readonly freeMonths: 'grant-plan' | 'grant-none';
  /** Share of enrolments that may have started on one day before it is an anomaly, in percent (T-12). */
  readonly sameDayEnrolmentsPercentMax: number;
  readonly gate: GatePolicy;
  /** Lifetime of a make-up credit, days. */
  readonly makeUpDays: number;
  /** Percent of revenue the school keeps where the group has no share of its own. */
  readonly centerPercentage: number;
}

/** How many sessions a month of fees buys (T-05). */
export interface SessionsPerMonth {
  /** `fixed`: the number below; `counted`: the sessions of the group in that month that were not cancelled, else the number below. */
  readonly from: 'fixed' | 'counted';
  readonly standard: number;
  /** By group id, for groups that differ. */
  readonly groups: Readonly<Record<string, number>>;
}

/** The door. */
export interface GatePolicy {
  /** Until this instant a pupil who would be refused for money is let in, and the refusal recorded as shadow (T-41). Null: enforced at once. */
  readonly enforcedFrom: string | null;
  /** Minutes before the start from which a scan counts, and after it until a scan is late, then very late. */
  readonly opensMinutesBefore: number;
  readonly lateMinutesMax: number;
}

const zone = Type.String({ default: 'Africa/Cairo', description: 'IANA zone of the school' });

/** Checks and defaults of `TuitionPolicy`. */
export const tuitionPolicySchema: TSchema = Type.Object(
  {
    zone,
    currency: Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$', default: 'egp', description: 'Unit of money' }),
    currencyScale: Type.Integer({ minimum: 0, maximum: 6, default: 2, description: 'Decimals of the unit of money' }),
    sessionsPerMonth: Type.Object(
      {
        from: Type.Union([Type.Literal('fixed'), Type.Literal('counted')], {
          default: 'fixed',
          description: 'A fixed number, or the sessions held',
        }),
        standard: Type.Integer({ minimum: 1, maximum: 100, default: 4, description: 'Sessions a month of fees buys' }),
        groups: Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: 100 }), {
          default: {},
          description: 'By group id, where it differs',
        }),
      },
      { additionalProperties: false, default: {} },
    ),
    graceSessions: Type.Object(
      {
        new: Type.Integer({
          minimum: 0,
          maximum: 100,
          default: 0,
          description: 'Sessions a new pupil may be short of',
        }),
        returning: Type.Integer({
          minimum: 0,
          maximum: 100,
          default: 2,
          description: 'Sessions a returning pupil may be short of',
        }),
      },
      { additionalProperties: false, default: {} },
    ),
    newForMonths: Type.Integer({
      minimum: 0,
      maximum: 120,
      default: 2,
      description: 'Calendar months until a pupil counts as returning',
    }),
    countedStatuses: Type.Array(Type.String(), {
      default: ['present', 'late'],
      description: 'Attendance statuses that use up a session',
    }),
    duplicateMonths: Type.Union([Type.Literal('one-plan'), Type.Literal('each-row')], {
      default: 'one-plan',
      description: 'Two payment rows of one month',
    }),
    freeMonths: Type.Union([Type.Literal('grant-plan'), Type.Literal('grant-none')], {
      default: 'grant-plan',
      description: 'A month that owes nothing',
    }),
    sameDayEnrolmentsPercentMax: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 20,
      description: 'Enrolments on one day before it is an anomaly, percent',
    }),
    gate: Type.Object(
      {
        enforcedFrom: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
          default: null,
          description: 'Shadow gate until this instant',
        }),
        opensMinutesBefore: Type.Integer({
          minimum: 0,
          maximum: 240,
          default: 30,
          description: 'Minutes before the start from which scans count',
        }),
        lateMinutesMax: Type.Integer({
          minimum: 0,
          maximum: 240,
          default: 10,
          description: 'Minutes after the start that are late, not very late',
        }),
      },
      { additionalProperties: false, default: {} },
    ),
    makeUpDays: Type.Integer({
      minimum: 1,
      maximum: 3650,
      default: 21,
      description: 'Lifetime of a make-up credit, days',
    }),
    centerPercentage: Type.Integer({
      minimum: 0,
      maximum: 100,
      default: 30,
      description: 'Percent of revenue the school keeps',
    }),
  },
  { additionalProperties: false },
);
