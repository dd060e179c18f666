/** Answers to labelled fields: limits, completeness, and that nothing typed is lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusalText } from '../cards/wording.ts';
import {
  type Answer,
  type Answers,
  answerOf,
  answersSchema,
  completeAnswers,
  draftAnswers,
  isEmptyAnswer,
  mergeAnswers,
} from '../domain/answers.ts';
import type { ProfileField } from '../domain/profile-forms.ts';

const choices = [
  { value: 'a', text: '甲' },
  { value: 'ab', text: '乙' },
];
const fields: readonly ProfileField[] = [
  { name: 'title', label: '名称', kind: 'text', required: true, maxLength: 10 },
  { name: 'body', label: '内容', kind: 'longText', required: false, maxLength: 1000 },
  { name: 'count', label: '人数', kind: 'number', required: true },
  { name: 'day', label: '日期', kind: 'date', required: true },
  { name: 'one', label: '结果', kind: 'single', required: true, choices },
  { name: 'many', label: '材料', kind: 'multiple', required: false, choices },
];
const full: Answers = { title: '方案', count: '38', day: '2026-09-10', one: 'a' };
const said = (typed: Answers): string => {
  const result = completeAnswers(fields, typed);
  return result.ok ? 'accepted' : refusalText(result.refusal);
};

describe('what may be given in', () => {
  test('required fields; others may stay empty', () => {
    expect(completeAnswers(fields, full)).toEqual({ ok: true, value: full });
    const whole = { ...full, body: '全文', many: ['ab', 'a'] };
    expect(completeAnswers(fields, whole)).toEqual({ ok: true, value: whole });
  });

  test.each([
    ['title', '', '请填写“名称”后再提交。'],
    ['title', '   ', '请填写“名称”后再提交。'],
    ['title', '十一个字的名称就太长了啊', '“名称”最多10个字，请精简后再提交。'],
    ['body', '字'.repeat(1001), '“内容”最多1000个字，请精简后再提交。'],
    ['count', '三十八', '“人数”填写有误，请重新填写。'],
    ['count', '1e9', '“人数”填写有误，请重新填写。'],
    ['count', '9'.repeat(65), '“人数”最多64个字，请精简后再提交。'],
    ['day', '2026-02-30', '“日期”填写有误，请重新填写。'],
    ['one', 'nobody', '请填写“结果”后再提交。'],
    ['one', '__proto__', '请填写“结果”后再提交。'],
    ['strange', 'x', '表格中没有您填写的这一项，请发送“待办”打开最新的表格后再填写。'],
  ])('%s = %j is refused by its label', (name, value, sentence) => {
    expect(said({ ...full, [name]: value })).toBe(sentence);
  });

  test.each([['-12.5'], ['0'], ['123456789012345']])('%s is a number', (count) => {
    expect(said({ ...full, count })).toBe('accepted');
  });

  test('a list for a text and a text for a list count as nothing; what is not offered is left out', () => {
    expect(said({ ...full, title: ['方案'] })).toContain('名称');
    const result = draftAnswers(fields, { many: ['ab', 'x', 'ab'], one: 'x' });
    expect(result).toEqual({ ok: true, value: { many: ['ab'] } });
    expect(draftAnswers(fields, { many: 'ab' })).toEqual({ ok: true, value: {} });
  });

  test('inherited members are no answers', () => {
    const [field] = fields;
    if (field === undefined) throw new Error('no field');
    expect(answerOf({}, { ...field, name: 'toString' })).toBe('');
  });
});

const anyAnswers = fc.record(
  {
    title: fc.string({ maxLength: 12 }),
    body: fc.string(),
    count: fc.constantFrom('', '1', '12', 'x'),
    day: fc.constantFrom('', '2026-09-10', '2026-09-1'),
    one: fc.constantFrom('', 'a', 'ab', 'c'),
    many: fc.subarray(['a', 'ab', 'c']),
  },
  { requiredKeys: [] },
);

function expectHeld(together: Answer, part: Answer): void {
  if (isEmptyAnswer(part)) return;
  if (Array.isArray(part)) expect(together).toEqual(expect.arrayContaining(part));
  else expect(String(together).startsWith(part)).toBe(true);
}

describe('nothing typed is lost', () => {
  test('a draft that is taken keeps every answer that can be given, and fits its column', () => {
    fc.assert(
      fc.property(anyAnswers, (typed) => {
        const result = draftAnswers(fields, typed);
        if (!result.ok) return;
        answersSchema.parse({ answers: result.value });
        expect(draftAnswers(fields, result.value)).toEqual(result);
        for (const name of ['title', 'body'] as const)
          if ((typed[name] ?? '').trim() !== '') expect(result.value[name]).toBe(typed[name]);
      }),
    );
  });

  test('what was typed into an older card joins the draft, or is refused whole', () => {
    const kept = (typed: Answers): Answers => {
      const result = draftAnswers(fields, typed);
      return result.ok ? result.value : {};
    };
    fc.assert(
      fc.property(anyAnswers, anyAnswers, (first, second) => {
        const [draft, typed] = [kept(first), kept(second)];
        const merged = mergeAnswers(fields, draft, typed);
        if (merged === null) return;
        for (const field of fields)
          for (const part of [answerOf(draft, field), answerOf(typed, field)])
            expectHeld(answerOf(merged, field), part);
      }),
    );
  });

  test.each<[string, Answers, Answers, Answers | null]>([
    ['goes on', { title: '方' }, { title: '方案' }, { title: '方案' }],
    ['falls behind', { title: '方案' }, { title: '方' }, { title: '方案' }],
    ['adds a field', { title: '方案' }, { body: '全文' }, { title: '方案', body: '全文' }],
    ['contradicts', { title: '方案' }, { title: '办法' }, null],
    ['chooses anew', { one: 'a' }, { one: 'ab' }, null],
    ['ticks more', { many: ['a'] }, { many: ['a', 'ab'] }, { many: ['a', 'ab'] }],
    ['another day', { day: '2026-09-10' }, { day: '2026-09-11' }, null],
  ])('an older card that %s', (_name, draft, typed, expected) => {
    expect(mergeAnswers(fields, draft, typed)).toEqual(expected);
  });
});
