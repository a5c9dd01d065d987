/** Which traces are recorded. */
export interface SamplerSettings {
  /** True where the caller's own decision counts, as its `traceparent` tells it. */
  readonly followsParent: boolean;
  /** Of the others, from 0 to 1. */
  readonly ratio: number;
}

/** Where spans go, and which. */
export interface TelemetrySettings {
  /** The whole address, with its path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long one export may take, its repetitions included. */
  readonly timeoutMs: number;
  /** How long finished spans are gathered before they are sent together. */
  readonly gatherMs: number;
  /** Undefined where the environment names none. */
  readonly serviceName: string | undefined;
  readonly sampler: SamplerSettings;
}

/** What the environment says; `flaws` are sentences about what it says and nobody can follow. */
export interface ReadSettings {
  /** Undefined where no spans are to be sent. */
  readonly settings: TelemetrySettings | undefined;
  readonly flaws: readonly string[];
}

/**
 * Half of what the standard has: a longer one holds up the end of the process while a collector hangs, a shorter one loses spans to a
 * collector that is only slow. Losing spans is the lesser evil.
 */
const TIMEOUT_MS = 5_000;
/** As the standard has it. */
const GATHER_MS = 5_000;

const EVERYTHING: SamplerSettings = { followsParent: true, ratio: 1 };

/**
 * Reads the standard environment of OpenTelemetry. Whatever is wrong in it is told and done without, as the standard wants it: spans must not
 * keep a service from starting. Values are not repeated, since an address or a header may hold a secret.
 */
export function readTelemetrySettings(environment: NodeJS.ProcessEnv): ReadSettings {
  const flaws: string[] = [];
  const value = (name: string): string | undefined => {
    const text = environment[name]?.trim();
    return text === '' ? undefined : text;
  };
  const isOff = value('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || value('OTEL_TRACES_EXPORTER') === 'none';
  const url = isOff ? undefined : urlOf(value, flaws);
  if (url === undefined) return { settings: undefined, flaws };
  if (value('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') === 'grpc' || value('OTEL_EXPORTER_OTLP_PROTOCOL') === 'grpc')
    flaws.push('The OTLP protocol "grpc" is not spoken; spans are sent as "http/json".');
  const headers = { ...headersOf('OTEL_EXPORTER_OTLP_HEADERS'), ...headersOf('OTEL_EXPORTER_OTLP_TRACES_HEADERS') };
  const timeoutMs = millis('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT') ?? millis('OTEL_EXPORTER_OTLP_TIMEOUT') ?? TIMEOUT_MS;
  const gatherMs = millis('OTEL_BSP_SCHEDULE_DELAY') ?? GATHER_MS;
  const serviceName = value('OTEL_SERVICE_NAME');
  return { settings: { url, headers, timeoutMs, gatherMs, serviceName, sampler: samplerOf(value, flaws) }, flaws };

  function millis(name: string): number | undefined {
    const text = value(name);
    if (text === undefined || /^[1-9]\d{0,8}$/.test(text)) return text === undefined ? undefined : Number(text);
    flaws.push(`${name} is not a whole number of milliseconds; it is left out.`);
    return undefined;
  }

  function headersOf(name: string): Record<string, string> {
    const read = readHeaders(value(name) ?? '');
    if (read === undefined) flaws.push(`${name} is not of the form "name=value,name=value"; it is left out.`);
    return read ?? {};
  }
}

type Value = (name: string) => string | undefined;

/** The address for spans is used as it is; that for all signals gets their path. */
function urlOf(value: Value, flaws: string[]): string | undefined {
  const own = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  const shared = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const [name, text] = value(own) === undefined ? [shared, value(shared)] : [own, value(own)];
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    flaws.push(`${name} is not an address of http or https; no spans are sent.`);
    return undefined;
  }
  if (name === shared) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url.href;
}

function readHeaders(text: string): Record<string, string> | undefined {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  try {
    return Object.fromEntries(
      pairs.map((pair) => {
        const [, name = '', content = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
        if (name === '') throw new URIError('no name');
        return [decodeURIComponent(name), decodeURIComponent(content)];
      }),
    );
  } catch {
    return undefined;
  }
}

function samplerOf(value: Value, flaws: string[]): SamplerSettings {
  const name = value('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const followsParent = name.startsWith('parentbased_');
  switch (name.replace(/^parentbased_/, '')) {
    case 'always_on':
      return { followsParent, ratio: 1 };
    case 'always_off':
      return { followsParent, ratio: 0 };
    case 'traceidratio':
      return { followsParent, ratio: ratioOf(value('OTEL_TRACES_SAMPLER_ARG'), flaws) };
    default:
      flaws.push('OTEL_TRACES_SAMPLER is none of the known samplers; "parentbased_always_on" is taken.');
      return EVERYTHING;
  }
}

function ratioOf(text: string | undefined, flaws: string[]): number {
  const ratio = Number(text ?? 1);
  if (ratio >= 0 && ratio <= 1) return ratio;
  flaws.push('OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1; 1 is taken.');
  return 1;
}
