import { expect, test } from 'vitest';
import { readTelemetrySettings, type ReadSettings } from './telemetry-settings.ts';

const SHARED = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

const sampler = (name: string, argument?: string): ReadSettings =>
  readTelemetrySettings({
    ...SHARED,
    OTEL_TRACES_SAMPLER: name,
    ...(argument === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: argument }),
  });

test('without an address there are no spans, whatever else is set', () => {
  expect(readTelemetrySettings({})).toEqual({ settings: undefined, flaws: [] });
  expect(readTelemetrySettings({ OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }).settings).toBeUndefined();
});

test('an address alone is enough', () => {
  expect(readTelemetrySettings(SHARED)).toEqual({
    settings: {
      url: 'http://collector:4318/v1/traces',
      headers: {},
      timeoutMs: 5_000,
      gatherMs: 5_000,
      serviceName: undefined,
      sampler: { followsParent: true, ratio: 1 },
    },
    flaws: [],
  });
});

test('the address for all signals gets the path of spans, and the one for spans is used as it is', () => {
  const url = (environment: NodeJS.ProcessEnv): string | undefined => readTelemetrySettings(environment).settings?.url;
  expect(url({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example/otlp/' })).toBe('https://c.example/otlp/v1/traces');
  expect(url({ ...SHARED, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c.example/spans' })).toBe(
    'https://c.example/spans',
  );
});

test('it can be switched off in both ways of the standard', () => {
  expect(readTelemetrySettings({ ...SHARED, OTEL_SDK_DISABLED: 'True' }).settings).toBeUndefined();
  expect(readTelemetrySettings({ ...SHARED, OTEL_TRACES_EXPORTER: 'none' }).settings).toBeUndefined();
  expect(readTelemetrySettings({ ...SHARED, OTEL_SDK_DISABLED: 'false' }).settings).toBeDefined();
});

test('headers are pairs whose values may be encoded, and those for spans go before those for all', () => {
  const { settings } = readTelemetrySettings({
    ...SHARED,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc=, x-team=one',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-team=two',
  });
  expect(settings?.headers).toEqual({ authorization: 'Basic abc=', 'x-team': 'two' });
});

test('the samplers of the standard are known', () => {
  expect(sampler('always_on').settings?.sampler).toEqual({ followsParent: false, ratio: 1 });
  expect(sampler('always_off').settings?.sampler).toEqual({ followsParent: false, ratio: 0 });
  expect(sampler('traceidratio', '0.25').settings?.sampler).toEqual({ followsParent: false, ratio: 0.25 });
  expect(sampler('parentbased_always_on').settings?.sampler).toEqual({ followsParent: true, ratio: 1 });
  expect(sampler('parentbased_always_off').settings?.sampler).toEqual({ followsParent: true, ratio: 0 });
  expect(sampler('parentbased_traceidratio').settings?.sampler).toEqual({ followsParent: true, ratio: 1 });
});

test('what nobody can follow is told without its value, and done without', () => {
  const secret = 'user:password@collector';
  const unusable = readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: `ftp://${secret}` });
  expect(unusable.settings).toBeUndefined();
  const half = readTelemetrySettings({
    ...SHARED,
    OTEL_EXPORTER_OTLP_HEADERS: secret,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_TIMEOUT: 'soon',
  });
  expect(half.settings).toMatchObject({ headers: {}, timeoutMs: 5_000 });
  const flaws = [unusable, half, sampler('jaeger_remote'), sampler('traceidratio', '2')].flatMap((read) => read.flaws);
  expect(flaws).toEqual([
    expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT is not an address'),
    expect.stringContaining('"grpc" is not spoken'),
    expect.stringContaining('OTEL_EXPORTER_OTLP_HEADERS is not of the form'),
    expect.stringContaining('OTEL_EXPORTER_OTLP_TIMEOUT is not a whole number'),
    expect.stringContaining('OTEL_TRACES_SAMPLER is none of'),
    expect.stringContaining('OTEL_TRACES_SAMPLER_ARG is not a number'),
  ]);
  expect(flaws.join('')).not.toContain(secret);
});
