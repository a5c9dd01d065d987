import { CarryoverError } from '../base/errors.ts';
import { requestUnreadable } from './http-errors.ts';

/**
 * Deepest nesting of a body that is read. Nothing that routes take is deeper than five; far more than that lets small bodies cost much,
 * since checks of a value go as deep as it does.
 */
const DEPTH_MAX = 16;

const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** A text that may name one of them: as it is, or escaped. All others are spared the look at each of their members. */
const FORBIDDEN_NAME = /__proto__|constructor|prototype|\\u/;

/** A body's JSON. Throws `HTTP_REQUEST_UNREADABLE` for no JSON, for one nested too deep, and for names that stand for an object's making. */
export function readJson(text: string): unknown {
  if (depthOf(text) > DEPTH_MAX) throw unreadable('JSON of too many levels', `at most ${DEPTH_MAX}`);
  try {
    return FORBIDDEN_NAME.test(text) ? JSON.parse(text, refuseNames) : JSON.parse(text);
  } catch (error) {
    if (error instanceof CarryoverError) throw error;
    throw unreadable('a body that is no JSON', 'JSON');
  }
}

function refuseNames(name: string, value: unknown): unknown {
  if (FORBIDDEN_NAMES.has(name))
    throw unreadable('a member of a name that no value may have', 'names of the documentation');
  return value;
}

function unreadable(found: string, expected: string): CarryoverError<{ found: string; expected: string }> {
  return new CarryoverError(requestUnreadable, { found, expected });
}

/** The deepest nesting of brackets outside of texts. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === BRACE || code === BRACKET) deepest = Math.max(deepest, (depth += 1));
    else if (code === BRACE_END || code === BRACKET_END) depth -= 1;
  }
  return deepest;
}

const [QUOTE, BACKSLASH, BRACE, BRACE_END, BRACKET, BRACKET_END] = Array.from('"\\{}[]', (one) => one.charCodeAt(0));
