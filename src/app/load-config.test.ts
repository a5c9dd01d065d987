import { describe, expect, it } from 'vitest';
import { checkValue } from '../base/check-value.ts';
import { configSchema } from './config.ts';
import { resolveUrl } from './resolve-url.ts';
import { tuitionPolicySchema, type TuitionPolicy } from '../systems/tuition/policy.ts';

function flawOf(value: unknown): unknown {
  const checked = checkValue(configSchema, value);
  return 'flaw' in checked ? checked.flaw : undefined;
}

describe('the configuration', () => {
  it('names an unknown member and those that exist', () => {
    expect(flawOf({ instances: { dev: { uri: 'sqlite:a.db' } }, systems: {} })).toEqual({
      path: 'instances.dev.uri',
      found: 'a member that does not exist',
      expected: 'one of url, urlEnv, passwordEnv',
    });
  });

  it('names a missing member', () => {
    expect(flawOf({ instances: { dev: { url: 'sqlite:a.db' } } })).toMatchObject({ path: 'systems', found: 'nothing' });
  });

  it('names a member of the wrong type with what was found', () => {
    expect(flawOf({ instances: { dev: { url: 3 } }, systems: {} })).toMatchObject({
      path: 'instances.dev.url',
      found: '3',
    });
  });

  it('needs at least one instance', () => {
    expect(flawOf({ instances: {}, systems: {} })).toMatchObject({ path: 'instances' });
  });

  it('fills in the documented defaults of a policy, and does not change its input', () => {
    const input = { graceSessions: { returning: 3 } };
    const checked = checkValue<TuitionPolicy>(tuitionPolicySchema, input);
    expect(checked).toMatchObject({
      value: {
        zone: 'Africa/Cairo',
        graceSessions: { new: 0, returning: 3 },
        sessionsPerMonth: { from: 'fixed', standard: 4, groups: {} },
        gate: { enforcedFrom: null },
      },
    });
    expect(input).toEqual({ graceSessions: { returning: 3 } });
  });
});

describe('the URL of an instance', () => {
  it('refuses a password in the file', () => {
    expect(() =>
      resolveUrl('prod', { url: 'postgres://app:secret@db/school' }, { folder: '/x', environment: {} }),
    ).toThrow(/instances.prod.url.*holds a password.*passwordEnv/s);
  });

  it('puts the password of the environment into the URL, encoded', () => {
    expect(
      resolveUrl(
        'prod',
        { url: 'postgres://app@db/school', passwordEnv: 'PW' },
        { folder: '/x', environment: { PW: 'a@b:/%' } },
      ),
    ).toBe('postgres://app:a%40b%3A%2F%25@db/school');
  });

  it('says which variable is not set', () => {
    expect(() => resolveUrl('prod', { urlEnv: 'SCHOOL_URL' }, { folder: '/x', environment: {} })).toThrow(
      /"SCHOOL_URL" is not set/,
    );
  });

  it('wants exactly one of url and urlEnv', () => {
    expect(() => resolveUrl('prod', {}, { folder: '/x', environment: {} })).toThrow(/neither url nor urlEnv/);
    expect(() => resolveUrl('prod', { url: 'sqlite:a', urlEnv: 'B' }, { folder: '/x', environment: {} })).toThrow(
      /both url and urlEnv/,
    );
  });

  it('takes SQLite paths relative to the configuration', () => {
    expect(resolveUrl('dev', { url: 'sqlite:./a/b.db?mode=ro' }, { folder: '/conf', environment: {} })).toBe(
      'sqlite:/conf/a/b.db?mode=ro',
    );
    expect(resolveUrl('dev', { url: 'sqlite:/abs.db' }, { folder: '/conf', environment: {} })).toBe('sqlite:/abs.db');
    expect(resolveUrl('dev', { url: 'sqlite:///abs.db' }, { folder: '/conf', environment: {} })).toBe('sqlite:/abs.db');
  });
});
