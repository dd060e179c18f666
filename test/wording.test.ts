import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dateText,
  existenceTextOf,
  fieldLabels,
  instantText,
  refusalText,
  refusalToast,
  roleText,
  shorten,
} from '../cards/wording.ts';
import { addDays } from '../domain/calendar.ts';
import { roles } from '../domain/profile-terms.ts';
import type { RefusalCode } from '../domain/refusal.ts';
import { pointFields } from '../domain/self-check.ts';

const source = readFileSync(new URL('../domain/refusal.ts', import.meta.url), 'utf8');
const union = source.slice(
  source.indexOf('RefusalCode ='),
  source.indexOf('export type Refusal ='),
);
/** The members of the union as it is written; a code that is added is tested without being named here. */
const codes = [...union.matchAll(/\| '(\w+)'/g)].map(([, code]) => asCode(code));

/** The text was read out of the union itself. */
function asCode(text: string | undefined): RefusalCode {
  return text as RefusalCode;
}

const detail = {
  field: 'content',
  limit: '10',
  point: '2',
  step: '领导小组审定',
  person: '丁若溪',
  stage: '贯彻执行',
  lastDay: '2026-12-10',
  role: 'leading_group_office',
  unit: '青岚县司法局',
  profile: '司法局方案',
  question: '逾期几个工作日上报',
  key: '催办天数',
  kind: 'number',
  min: '1',
  max: '250',
  count: '3',
  name: '秦立言',
};

describe('refusals', () => {
  test('all codes are found', () => {
    expect(codes.length).toBeGreaterThanOrEqual(23);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test.each(codes)('%s is one polite Chinese sentence', (code) => {
    const text = refusalText({ code, detail });
    expect(text).not.toMatch(/[A-Za-z_{}]/);
    expect(text).toMatch(/^[\p{Script=Han}“].*[^。！]。$/u);
    expect(text.length).toBeLessThanOrEqual(60);
  });

  test.each(codes)('%s is never shown as a success', (code) => {
    expect(['warning', 'error']).toContain(refusalToast({ code, detail }).tone);
    expect(refusalToast({ code, detail }).text).toBe(refusalText({ code, detail }));
  });

  test('contract §6 an outdated card says so', () => {
    expect(refusalText({ code: 'stale' })).toContain('此卡片已更新');
    expect(refusalToast({ code: 'stale' }).tone).toBe('warning');
  });

  test('every field of a form has its own label, and a missing answer names it', () => {
    const asked = [...pointFields, 'opinion', 'heldOn', 'attendees', 'startOn', 'profile'];
    const texts = asked.map((field) => refusalText({ code: 'fieldRequired', detail: { field } }));
    expect(new Set(texts).size).toBe(asked.length);
    for (const text of texts) expect(text).not.toContain('必填项');
    expect(texts[1]).toContain(fieldLabels.content);
    const second = refusalText({ code: 'fieldRequired', detail: { field: 'content', point: '2' } });
    expect(second).toBe('请填写第2个风险点的“风险内容”后再提交。');
  });

  test('the day a stage ended is written as people write it', () => {
    expect(refusalText({ code: 'stageClosed', detail })).toContain('2026年12月10日(周四)');
  });
});

describe('dates', () => {
  test.each([
    ['2026-05-25', '2026年5月25日(周一)'],
    ['2026-12-10', '2026年12月10日(周四)'],
    ['2024-02-29', '2024年2月29日(周四)'],
    ['2026-10-04', '2026年10月4日(周日)'],
    ['2028-01-01', '2028年1月1日(周六)'],
  ])('%s is %s', (day, text) => {
    expect(dateText(day)).toBe(text);
  });

  test('seven days in a row are seven weekdays', () => {
    const texts = Array.from({ length: 7 }, (_, offset) => dateText(addDays('2026-05-25', offset)));
    expect(texts.map((text) => text.slice(-2, -1)).join('')).toBe('一二三四五六日');
  });

  test('an instant is shown in the zone, with the day it has there', () => {
    const instant = new Date('2026-05-24T16:05:59Z');
    expect(instantText(instant, 'Asia/Shanghai')).toBe('2026年5月25日(周一) 00:05');
    expect(instantText(instant, 'UTC')).toBe('2026年5月24日(周日) 16:05');
  });
});

describe('small words', () => {
  test('every role has a Chinese name of its own', () => {
    const names = roles.map(roleText);
    expect(new Set(names).size).toBe(roles.length);
    for (const name of names) expect(name).toMatch(/^\p{Script=Han}+$/u);
    expect(roleText('author')).toBe('填报人');
    expect(roleText('anything')).toBe('系统');
    expect([existenceTextOf('present'), existenceTextOf('potential')]).toEqual([
      '已经存在',
      '潜在',
    ]);
  });

  test.each([
    ['四个汉字', 4, '四个汉字'],
    ['五个汉字的', 4, '五个汉…'],
    ['😀😀😀😀', 4, '😀😀😀😀'],
    ['😀😀😀😀😀', 4, '😀😀😀…'],
    ['𠮷𠮷', 1, '…'],
    ['', 3, ''],
  ])('%s cut to %d is %s', (text, length, expected) => {
    expect(shorten(text, length)).toBe(expected);
  });

  test('a cut never splits a character and never exceeds its length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 20 }),
        (text, length) => {
          const cut = shorten(text, length);
          expect(cut.isWellFormed()).toBe(true);
          expect([...cut].length).toBeLessThanOrEqual(length);
          expect(text.startsWith(cut.replace(/…$/, '')) || cut === text).toBe(true);
        },
      ),
    );
  });
});
