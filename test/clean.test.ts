import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, cleanValues } from '../handlers/clean.ts';

describe('user text', () => {
  test.each([
    ['nothing to do', '双人审核，定期抽查\n第二行\t后', '双人审核，定期抽查\n第二行\t后'],
    ['line ends of Windows and of old', '一\r\n二\r三', '一\n二\n三'],
    ['what a database cannot store', '一\u0000二', '一二'],
    ['control characters', '\u0007\u001b[31m一\u0085', '[31m一'],
    ['a turned reading direction', '退\u202e回\u2066\u2069', '退回'],
    ['invisible characters', '\u200b一\ufeff\u00ad二\u2060', '一二'],
    ['half a character', '一\ud83d二\udc00', '一\ufffd二\ufffd'],
    ['emoji with a joiner stay whole', '👩‍👧 好👍🏽', '👩‍👧 好👍🏽'],
    ['a character outside the first plane', '𠮷野', '𠮷野'],
  ])('%s', (_name, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  test('comes out storable, and cleaning again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cleaned = cleanText(text);
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned).not.toMatch(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
        expect(cleanText(cleaned)).toBe(cleaned);
      }),
    );
  });

  test('keeps everything that can be seen', () => {
    const visible = fc
      .string({ unit: 'grapheme-composite' })
      .filter((text) => !/\p{C}/u.test(text));
    fc.assert(
      fc.property(visible, (text) => {
        expect(cleanText(text)).toBe(text);
      }),
    );
  });
});

describe('submitted values', () => {
  test('texts and choices are cleaned, ticks stay', () => {
    expect(
      cleanValues({ content: '一\u0000', picks: ['a\u202e', 'b'], agreed: true, refused: false }),
    ).toEqual({ content: '一', picks: ['a', 'b'], agreed: true, refused: false });
    expect(cleanValues({})).toEqual({});
  });

  test('a field that is named like an object member is a field like any other', () => {
    const values: Record<string, string> = JSON.parse('{"__proto__":"x\\u0000","constructor":"y"}');
    const cleaned = cleanValues(values);
    expect(Object.entries(cleaned)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(cleaned)).toBe(Object.prototype);
  });
});
