import { describe, expect, test } from 'vitest';
import { Instant } from '../../base/instant.ts';
import { cronOf, dueTick, lastTick, nextTick } from './due-tick.ts';
import type { JobRow } from './job-rows.ts';

const at = (text: string): Instant => Instant.parse(text);
const daily = cronOf({ pattern: '0 18 * * *', zone: 'Africa/Cairo' });
const TICK = at('2026-03-07T16:00:00Z');

function row(other: Partial<JobRow>): JobRow {
  return {
    system_name: 'tuition',
    job: 'reminders',
    epoch: 1n,
    holder: null,
    expires_at: null,
    tick_at: null,
    started_at: null,
    finished_at: null,
    succeeded_at: null,
    outcome: 'done',
    error_code: null,
    result: null,
    runs: 1n,
    failures: 0n,
    ...other,
  };
}

describe('ticks', () => {
  test('the last one is at or before now, the next one after it', () => {
    expect(lastTick(daily, TICK)).toEqual(TICK);
    expect(lastTick(daily, TICK.plusMillis(1))).toEqual(TICK);
    expect(lastTick(daily, TICK.plusMillis(-1))).toEqual(at('2026-03-06T16:00:00Z'));
    expect(nextTick(daily, TICK)).toEqual(at('2026-03-08T16:00:00Z'));
    expect(nextTick(daily, TICK.plusMillis(-1))).toEqual(TICK);
  });

  test('keep to the clocks of the zone when they are put forward and back', () => {
    expect(nextTick(daily, at('2026-04-23T20:00:00Z'))).toEqual(at('2026-04-24T15:00:00Z'));
    expect(nextTick(daily, at('2026-10-29T20:00:00Z'))).toEqual(at('2026-10-30T16:00:00Z'));
  });

  test('a pattern or zone that there is not is refused', () => {
    expect(() => cronOf({ pattern: '61 * * * *', zone: 'UTC' })).toThrow();
    expect(() => nextTick(cronOf({ pattern: '* * * * *', zone: 'Nowhere/None' }), TICK)).toThrow();
  });
});

describe('what is due', () => {
  const now = TICK.plusMillis(5_000);

  test('is a tick that nobody ran', () => {
    expect(dueTick(daily, undefined, now)).toEqual(TICK);
    expect(dueTick(daily, row({ tick_at: at('2026-03-06T16:00:00Z') }), now)).toEqual(TICK);
  });

  test('is not one that had its run, well or not', () => {
    expect(dueTick(daily, row({ tick_at: TICK }), now)).toBeUndefined();
    expect(dueTick(daily, row({ tick_at: TICK, outcome: 'failed' }), now)).toBeUndefined();
    expect(dueTick(daily, row({ tick_at: TICK.plusMillis(1) }), now)).toBeUndefined();
  });

  test('is one whose run died or was stopped, once nobody holds it', () => {
    const died = { tick_at: TICK, outcome: 'running', holder: 'dead' } as const;
    expect(dueTick(daily, row({ ...died, expires_at: now.plusMillis(1) }), now)).toBeUndefined();
    expect(dueTick(daily, row({ ...died, expires_at: now }), now)).toEqual(TICK);
    expect(dueTick(daily, row({ tick_at: TICK, outcome: 'stopped' }), now)).toEqual(TICK);
  });

  test('is a tick that was missed within the hour, and none that was missed for longer', () => {
    expect(dueTick(daily, undefined, TICK.plusMillis(3_600_000))).toEqual(TICK);
    expect(dueTick(daily, undefined, TICK.plusMillis(3_600_001))).toBeUndefined();
  });
});
