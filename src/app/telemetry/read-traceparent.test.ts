import { expect, test } from 'vitest';
import { readTraceparent } from './read-traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test('a traceparent names the trace, the span and whether it is sampled', () => {
  expect(readTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
  expect(readTraceparent(`00-${TRACE}-${SPAN}-00`)).toMatchObject({ isSampled: false });
  expect(readTraceparent(`00-${TRACE}-${SPAN}-03`)).toMatchObject({ isSampled: true });
});

test('a version to come may say more, and its known part is read', () => {
  expect(readTraceparent(`42-${TRACE}-${SPAN}-01-more`)).toMatchObject({ traceId: TRACE });
});

test.each([
  ['nothing', undefined],
  ['two of them', [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]],
  ['another form', 'garbage'],
  ['the version that is forbidden', `ff-${TRACE}-${SPAN}-01`],
  ['more than its version has', `00-${TRACE}-${SPAN}-01-more`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['too few digits', `00-${TRACE.slice(1)}-${SPAN}-01`],
])('%s begins a trace of its own', (_what, header) => {
  expect(readTraceparent(header)).toBeUndefined();
});
