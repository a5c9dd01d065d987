import { describe, expect, test } from 'vitest';
import { classifyWhatsAppError, whatsAppErrorCode } from './whatsapp-errors.ts';

describe('errors of the Cloud API', () => {
  test.each([
    ['retry', [4, 80_007, 130_429, 131_048, 131_056, 131_000, 2, 131_016]],
    ['alarm', [0, 190, 10, 368, 131_031, 133_010]],
    ['template', [132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016, 999_999]],
    ['recipient', [131_026, 131_047, 131_049, 131_050, 131_021]],
  ])('of the class %s are %j', (name, codes) => {
    for (const code of codes) {
      const result = classifyWhatsAppError(code);
      expect(result.outcome === 'refused' ? result.class : result.outcome).toBe(name);
    }
  });

  test('only a code is read', () => {
    expect(whatsAppErrorCode({ error: { code: 190, message: 'to 2010' } })).toBe(190);
    for (const body of [undefined, null, 7, {}, { error: 'x' }, { error: { code: '190' } }]) {
      expect(whatsAppErrorCode(body)).toBeUndefined();
    }
  });
});
