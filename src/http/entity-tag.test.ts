import { describe, expect, test } from 'vitest';
import { entityTag, namesTag } from './entity-tag.ts';

const tag = entityTag('{"balance":"12.50"}');

describe('what a caller has already', () => {
  test.each([
    ['the tag itself', tag],
    ['the tag as a proxy weakened it', `W/${tag}`],
    ['anything at all', ' * '],
    ['one of a list', `"other", W/"another" ,${tag}`],
    ['one of a list with empty places', `"other",, ,${tag},`],
    ['one after a tag with a comma in it', `"a,b",${tag}`],
  ])('is named by %s', (_what, header) => {
    expect(namesTag(header, tag)).toBe(true);
  });

  test.each([
    ['another tag', entityTag('{"balance":"12.51"}')],
    ['nothing', ''],
    ['the tag without its quotes', tag.slice(1, -1)],
    ['the tag behind something that is no tag', `x, ${tag}`],
    ['the tag within another', `"x${tag.slice(1)}`],
    ['a star within a list', `"other", *`],
    ['a weak mark in small letters', `w/${tag}`],
  ])('is not named by %s', (_what, header) => {
    expect(namesTag(header, tag)).toBe(false);
  });

  test('is judged in time that grows with the header alone', () => {
    expect(namesTag('W/"'.repeat(5_000), tag)).toBe(false);
    expect(namesTag(`${', '.repeat(8_000)}${tag}`, tag)).toBe(true);
  });
});

test('a tag is of the bytes, in characters that a header has', () => {
  expect(entityTag('é')).not.toBe(entityTag('e'));
  expect(tag).toMatch(/^"[A-Za-z0-9_-]{43}"$/);
  expect(entityTag('{"balance":"12.50"}')).toBe(tag);
});
