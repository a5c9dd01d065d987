import { describe, expect, it } from 'vitest';
import { redactUrl } from './redact.ts';
import { checkReference, referenceFlaw } from './names.ts';

describe('references', () => {
  it.each([
    ['', 'an empty text'],
    [' a', 'a space at an end'],
    ['a ', 'a space at an end'],
    ['a\u0000', 'a control character'],
    ['a\n', 'a control character'],
    ['\ud800', 'half of a surrogate pair'],
    ['x'.repeat(192), '192 characters'],
  ])('refuse %j', (text, flaw) => {
    expect(referenceFlaw(text)).toBe(flaw);
    expect(() => checkReference('the key', text)).toThrow(/Cannot read the key/);
  });

  it('allow any other text', () => {
    expect(checkReference('the key', 'صف ١ 🎓')).toBe('صف ١ 🎓');
  });
});

describe('a redacted URL', () => {
  it.each([
    ['postgres://app:secret@db/x', 'postgres://app:***@db/x'],
    ['mysql://app:s@c:r/e?t@db:3306/x', 'mysql://app:***@db:3306/x'],
    ['postgres://db/x?user=app&password=secret', 'postgres://db/x?user=app&password=***'],
    ['postgres://app@db/x', 'postgres://app@db/x'],
    ['sqlite:/a/b.db', 'sqlite:/a/b.db'],
  ])('of %s shows no password', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});
