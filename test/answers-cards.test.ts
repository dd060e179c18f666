/** Forms of labelled fields as cards: everything that fits is shown, everything longer can be opened, nothing is marked up. */
import { describe, expect, test } from 'vitest';
import { answersOf } from '../cards/answers.ts';
import { partCard } from '../cards/content.ts';
import { procedureCard } from '../cards/procedure.ts';
import type { ProcedureCardView } from '../cards/procedure-view.ts';
import { renderLarkCard } from '../cards/render/lark.ts';
import { fillCard } from '../cards/self-check-form.ts';
import type { Answers } from '../domain/answers.ts';
import { nothingCollected } from '../domain/procedure-state.ts';
import type { ProfileField } from '../domain/profile-forms.ts';
import { emptyDraft } from '../domain/self-check.ts';
import { actionsOf, brokenRules } from './fixtures/lark/card-rules.ts';
import { answeredAsSuggested, whole } from './support/shipped-profile.ts';

const profile = answeredAsSuggested(whole);
const ID = '0198c7de-0000-7000-8000-000000000001';

type Seat = 'author' | 'reviewer' | 'completed';

function viewOf(code: string, answers: Answers, seat: Seat): ProcedureCardView {
  const form = profile.forms.find((each) => each.code === code);
  if (form === undefined) throw new Error(`no form ${code}`);
  const stepIndex = { author: 0, reviewer: 1, completed: 2 }[seat];
  return {
    row: {
      id: ID,
      subjectName: '秦立言',
      postNames: '',
      level: form.level,
      departmentName: '社区矫正股',
      unitName: '青岚县司法局',
      earliestOn: null,
      state: {
        status: seat === 'completed' ? 'completed' : 'open',
        stepIndex,
        version: seat === 'author' ? 0 : 1,
        revision: 3,
        subject: '0012',
        signed: [],
        collected: nothingCollected,
      },
    },
    profile,
    form,
    isAuthor: seat !== 'reviewer',
    mayAct: seat === 'reviewer',
    access: 'full',
    current: form.steps[stepIndex] ?? null,
    dueOn: '2026-12-20',
    today: '2026-12-11',
    zone: 'Asia/Shanghai',
    prefill: { unitName: '', powers: [] },
    draft: emptyDraft,
    points: [],
    draftAnswers: seat === 'author' ? answers : {},
    answers: seat === 'author' ? {} : answers,
    punctuality: seat === 'author' ? null : 'late',
    steps: [],
    history: [],
    registerNumbers: [],
    meetingMembers: [],
    standsFor: null,
    receipts: [],
    names: new Map(),
  };
}

const fieldsOf = (code: string): readonly ProfileField[] => {
  const content = profile.forms.find((each) => each.code === code)?.content;
  return content?.kind === 'fields' ? content.fields : [];
};

/** Every text as long as it may be. */
const fullOf = (code: string, letter: string): Answers =>
  Object.fromEntries(
    fieldsOf(code).map((field) => [
      field.name,
      'maxLength' in field ? letter.repeat(field.maxLength) : '',
    ]),
  );

const papers = profile.forms.flatMap(({ code, content }) =>
  content.kind === 'fields' ? [code] : [],
);

describe('PLAN-10 PLAN-11 a paper on a card', () => {
  test.each(papers)('%s shows its writer every answer again, however long', (code) => {
    const card = renderLarkCard(fillCard(viewOf(code, fullOf(code, '字'), 'author')));
    expect(brokenRules(card)).toEqual([]);
    expect(JSON.stringify(card)).not.toContain('未在此显示');
    expect(actionsOf(card).map(({ id }) => id)).toEqual(['answers.saveDraft', 'answers.submit']);
  });

  test.each(papers)('%s lets its reader open every long answer', (code) => {
    const view = viewOf(code, fullOf(code, '字'), 'reviewer');
    const card = renderLarkCard(procedureCard(view, '0007'));
    expect(brokenRules(card)).toEqual([]);
    const long = fieldsOf(code).filter(({ kind }) => kind === 'longText').length;
    const opened = actionsOf(card).filter(({ id }) => id === 'procedure.read');
    expect(opened).toHaveLength(long);
    const pages = fieldsOf(code).map((_, n) => JSON.stringify(partCard(view, n)));
    for (const [n, field] of fieldsOf(code).entries()) {
      const whole = 'maxLength' in field ? '字'.repeat(field.maxLength) : field.label;
      expect(pages[n]).toContain(whole);
    }
  });

  test('what is typed is never markup, and a choice is shown by its words', () => {
    const answers = { done: '<at id=all></at> **粗** [点](https://x.example)', rating: 'fair' };
    const card = renderLarkCard(
      procedureCard(viewOf('departmentReview', answers, 'reviewer'), '0007'),
    );
    const text = JSON.stringify(card);
    expect(text).not.toContain('<at id=all>');
    expect(text).not.toContain('](https://x.example)');
    expect(text).toContain('较好');
  });

  test('a finished paper says so, and that it came late', () => {
    const text = JSON.stringify(
      procedureCard(viewOf('departmentReview', { done: '完' }, 'completed'), '0012'),
    );
    expect(text).toContain('已办结');
    expect(text).toContain('逾期提交');
    expect(text).toContain('社区矫正股廉政风险防控自查报告');
    expect(text).not.toContain('登记编号');
  });

  test('a page that is not there is an empty page', () => {
    expect(partCard(viewOf('plan', {}, 'reviewer'), 99).blocks).toHaveLength(1);
  });
});

test('of hostile values only texts and lists of texts are read', () => {
  const values = { a: ' 文 ', b: ['x', 'y'], c: true };
  expect(answersOf(values)).toEqual({ a: '文', b: ['x', 'y'] });
});
