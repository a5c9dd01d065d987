/** How a class of errors behaves towards a caller, before any particular occurrence is known. */
export interface ErrorDefinition<Details extends object = Record<string, unknown>> {
  /** Stable name such as `LEDGER_FLOOR_BREACHED`. Never renamed, never reused for another meaning. */
  readonly code: string;
  /** The status an HTTP answer carries for it. */
  readonly httpStatus: number;
  /** True when the same call may succeed later without any change by the caller. */
  readonly retryable: boolean;
  /** One sentence for docs/errors.md: when it happens. */
  readonly summary: string;
  /** `Cannot <verb> <thing> "<id>": <found>, against <expected>.` Never personal data, secrets or SQL parameters. */
  readonly message: (details: Details) => string;
  /** The imperative next step, appended to the message. */
  readonly hint: (details: Details) => string;
}

/** The one error class. What differs between errors is the definition, not a subclass. */
export class CarryoverError<Details extends object = Record<string, unknown>> extends Error {
  readonly code: string;
  readonly details: Readonly<Details>;
  readonly httpStatus: number;
  readonly retryable: boolean;
  readonly hint: string;

  constructor(definition: ErrorDefinition<Details>, details: Details, cause?: unknown) {
    const hint = definition.hint(details);
    super(`${definition.message(details)} ${hint}`, cause === undefined ? undefined : { cause });
    this.name = 'CarryoverError';
    this.code = definition.code;
    this.details = details;
    this.httpStatus = definition.httpStatus;
    this.retryable = definition.retryable;
    this.hint = hint;
  }
}

/**
 * What an error says happened, as a sentence and without its next step: for a message that names another step. A driver's error, whose
 * text has no full stop, gets one.
 */
export function happeningOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const happening = error instanceof CarryoverError ? text.slice(0, -error.hint.length).trimEnd() : text;
  return /[.!?]$/.test(happening) ? happening : `${happening}.`;
}

const registry = new Map<string, ErrorDefinition<never>>();

/**
 * Registers a definition, so that docs/errors.md and the tests see every code there is.
 * Throws a plain Error when the code is taken: two meanings for one code are a programming mistake.
 */
export function defineError<Details extends object>(definition: ErrorDefinition<Details>): ErrorDefinition<Details> {
  if (registry.has(definition.code)) throw new Error(`The error code ${definition.code} is defined twice.`);
  registry.set(definition.code, definition);
  return definition;
}

/** Every definition registered by the modules loaded so far, by code. */
export function errorDefinitions(): readonly ErrorDefinition<never>[] {
  return [...registry.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

/** When an error of that code happens, in one sentence. */
export function summaryOf(code: string): string {
  return registry.get(code)?.summary ?? code;
}

/** True for a CarryoverError raised from that definition. */
export function isError<Details extends object>(
  error: unknown,
  definition: ErrorDefinition<Details>,
): error is CarryoverError<Details> {
  return error instanceof CarryoverError && error.code === definition.code;
}
