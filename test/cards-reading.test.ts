/** Nothing of a form is unreadable: every answer and every opinion is on some card that buttons lead to. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partCard } from '../cards/content.ts';
import { historyCard } from '../cards/history.ts';
import type { Card } from '../cards/model.ts';
import { procedureCard } from '../cards/procedure.ts';
import type { HistoryLine, ProcedureCardView } from '../cards/procedure-view.ts';
import { registerCard } from '../cards/register.ts';
import { registerTable } from '../cards/register-table.ts';
import { reminderCard } from '../cards/reminder.ts';
import { renderLarkCard } from '../cards/render/lark.ts';
import { fillCard } from '../cards/self-check-form.ts';
import { nothingCollected } from '../domain/procedure-state.ts';
import { emptyDraft, type RiskPointAnswer } from '../domain/self-check.ts';
import { actionsOf, brokenRules, nodesOf } from './fixtures/lark/card-rules.ts';
import { form, pointWith, profile } from './support/shipped-profile.ts';

const ID = '0198c2f0-7a55-7c3e-8f00-0123456789ab';

/** Texts with everything that markdown or JSON makes longer. */
const longText = fc
  .array(
    fc.constantFrom('险', '防控', '<b>', '*', '"', '\\', '\n', '\n  ', '😀', '&', '1. ', '`'),
    {
      minLength: 1,
      maxLength: 1000,
      size: 'max',
    },
  )
  .map((parts) => `甲${parts.join('').slice(0, 998).toWellFormed()}乙`);
const anyPoint = fc
  .record({ content: longText, manifestation: longText, measures: longText })
  .map((texts): RiskPointAnswer => pointWith(texts));

const round = (version: number, opinions: readonly string[]): readonly HistoryLine[] => {
  const line = (
    stepId: string,
    action: HistoryLine['action'],
    capacity: string,
    opinion: string | null,
  ): HistoryLine => ({
    stepId,
    action,
    actorCode: '0012',
    actorName: '秦立言',
    capacity,
    opinion,
    version,
    at: new Date('2026-09-21T01:00:00Z'),
    heldOn: action === 'returned' ? '2026-09-21' : null,
    attendeeNames: action === 'returned' ? ['沈远乔', '离任的人'] : null,
    detail: {},
    onBehalfOfName: null,
    toName: null,
  });
  return [
    line('fill', 'submitted', 'author', null),
    line('headOpinion', 'agreed', 'department_head', opinions[0] ?? ''),
    line('leaderOpinion', 'agreed', 'principal_leader', opinions[1] ?? ''),
    line('groupDecision', 'returned', 'leading_group_office', opinions[2] ?? ''),
  ];
};

type Seat = 'reviewer' | 'decider' | 'follower' | 'author' | 'completed' | 'superior';

function viewOf(
  points: readonly RiskPointAnswer[],
  history: readonly HistoryLine[],
  seat: Seat,
  over: Partial<ProcedureCardView> = {},
): ProcedureCardView {
  const stepIndex = seat === 'decider' ? 3 : 1;
  const completed = seat === 'completed';
  return {
    row: {
      id: ID,
      subjectName: '丁若溪',
      postNames: '矫正执法岗',
      level: 'person',
      departmentName: '社区矫正股',
      unitName: '青岚县司法局',
      earliestOn: null,
      state: {
        status: completed ? 'completed' : 'open',
        stepIndex: completed ? 4 : stepIndex,
        version: 1,
        revision: 3,
        subject: '0013',
        signed: [],
        collected: nothingCollected,
      },
    },
    profile,
    form,
    isAuthor: seat === 'author' || completed,
    mayAct: seat === 'reviewer' || seat === 'decider',
    access: seat === 'superior' ? 'status' : 'full',
    current: completed ? null : (form.steps[stepIndex] ?? null),
    dueOn: '2026-09-29',
    today: '2026-09-21',
    zone: 'Asia/Shanghai',
    prefill: { unitName: '', powers: [] },
    draft: emptyDraft,
    points,
    draftAnswers: {},
    answers: {},
    punctuality: 'onTime',
    steps: form.steps.map((step, index) => ({
      step,
      state: index < stepIndex ? 'done' : index === stepIndex ? 'current' : 'ahead',
      people: [{ code: '0012', name: '秦立言' }],
    })),
    history,
    registerNumbers: [],
    standsFor: null,
    receipts: [],
    names: new Map(),
    meetingMembers: Array.from({ length: 30 }, (_, n) => ({ code: `m${n}`, name: `成员${n}` })),
    ...over,
  };
}

/** Every card that the buttons of `first` lead to, itself included. */
function reachable(view: ProcedureCardView, first: Card): readonly string[] {
  const texts: string[] = [];
  const seen = new Set<string>();
  const waiting: Card[] = [first];
  for (let card = waiting.pop(); card !== undefined; card = waiting.pop()) {
    const drawn = renderLarkCard(card);
    expect(brokenRules(drawn)).toEqual([]);
    texts.push(...nodesOf(drawn).map(([node]) => String(node['content'] ?? '')));
    for (const { id, payload } of actionsOf(drawn)) {
      const { n } = Object(payload);
      const key = `${id} ${n}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (id === 'procedure.read') waiting.push(partCard(view, n));
      if (id === 'procedure.history') waiting.push(historyCard(view, n));
    }
  }
  return texts;
}

describe('B5 a reviewer can read the whole text', () => {
  test.each<Seat>(['reviewer', 'decider', 'follower', 'author', 'completed'])('%s', (seat) => {
    fc.assert(
      fc.property(
        fc.array(anyPoint, { minLength: 1, maxLength: 10, size: 'max' }),
        fc.array(fc.array(longText, { minLength: 3, maxLength: 3 }), { maxLength: 8, size: 'max' }),
        (points, opinions) => {
          const history = opinions.flatMap((each, index) => round(index + 1, each));
          const view = viewOf(points, history, seat);
          const texts = reachable(view, procedureCard(view, '0012'));
          const everything = points.flatMap((point) => [
            `风险内容：${point.content}`,
            `表现形式：${point.manifestation}`,
            `防控措施：${point.measures}`,
          ]);
          for (const text of [...everything, ...opinions.flat().map((each) => `意见：${each}`)])
            expect(texts.some((shown) => shown.includes(text))).toBe(true);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('the fullest form: ten points and eight rounds of 1000 characters each', () => {
    const long = '险'.repeat(1000);
    const points = Array.from({ length: 10 }, () =>
      pointWith({ content: long, manifestation: long, measures: long }),
    );
    const opinion = '议'.repeat(1000);
    const history = Array.from({ length: 8 }, (_, n) =>
      round(n + 1, [opinion, opinion, opinion]),
    ).flat();
    const view = viewOf(points, history, 'decider');
    const texts = reachable(view, procedureCard(view, '0012'));
    expect(texts.filter((text) => text.includes(long))).toHaveLength(10);
    expect(texts.filter((text) => text.includes(opinion))).toHaveLength(24);
  });

  test('a short form stands whole on the review card', () => {
    const view = viewOf([pointWith()], [], 'reviewer');
    const text = JSON.stringify(procedureCard(view, '0012'));
    expect(text).toContain('双人审核，定期抽查');
    expect(text).not.toContain('…');
  });
});

describe('what cards say', () => {
  test('B1 ORG-29 a superior sees who has it and until when, nothing of what was written', () => {
    const view = viewOf([pointWith()], round(1, ['机密意见', '二', '三']), 'superior');
    const card = procedureCard({ ...view, today: '2026-10-12' }, '0001');
    const text = JSON.stringify(renderLarkCard(card));
    for (const shown of ['丁若溪', '股室负责人签署意见', '秦立言', '2026年9月29日(周二)', '已逾期'])
      expect(text).toContain(shown);
    for (const hidden of ['审批材料', '机密意见', 'procedure.read', 'procedure.history', 'review.'])
      expect(text).not.toContain(hidden);
  });

  test('a step is called by its own name, and who stands in says so', () => {
    const [, , agreed] = round(1, ['一', '二', '三']);
    if (agreed === undefined) throw new Error('no line');
    const text = JSON.stringify(historyCard(viewOf([], [agreed], 'follower'), 0));
    expect(text).toContain('秦立言 · 分管领导签署意见（由主要负责人办理） · 同意 · ');
  });

  test('those who attended are shown by name although they have left', () => {
    const view = viewOf([], round(1, ['一', '二', '三']), 'follower', { meetingMembers: [] });
    expect(JSON.stringify(procedureCard(view, '0012'))).toContain('出席：沈远乔、离任的人');
  });

  test('RISK-06 the form and the task name unit and powers, and omit what is not on record', () => {
    const prefill = { unitName: '青岚县司法局', powers: ['财务管理', '内部管理'] };
    const [fill] = form.steps;
    const writing = { current: fill ?? null, prefill };
    const view = viewOf([], [], 'author', writing);
    for (const card of [fillCard(view), procedureCard(view, '0013')]) {
      const text = JSON.stringify(card);
      expect(text).toContain('{"label":"单位","value":"青岚县司法局"}');
      expect(text).toContain('{"label":"职权","value":"财务管理、内部管理"}');
    }
    const bare = JSON.stringify(fillCard({ ...view, prefill: { unitName: '', powers: [] } }));
    expect(bare).not.toMatch(/"label":"(单位|职权)"/);
  });

  test.each([
    ['before', '2026-09-25', '请及时办理。'],
    ['onDue', '2026-09-27', '即将到期，请尽快办理。'],
    ['onDue', '2026-09-21', '今天到期，请尽快办理。'],
    ['onDue', '2026-09-20', '已经逾期，请立即办理。'],
    ['after', '2026-09-18', '已经逾期，请立即办理。'],
  ] as const)('PLAN-32 a reminder %s of %s told on 2026-09-21: %s', (kind, dueOn, words) => {
    const line = {
      kind,
      dueOn,
      procedureId: ID,
      title: '表',
      stepName: '签署',
      assigneeName: '秦',
    };
    const card = reminderCard([line], '2026-09-21');
    expect(JSON.stringify(card)).toContain(words);
    expect(card.title).toBe(dueOn < '2026-09-21' ? '逾期提醒' : '办理提醒');
  });

  test('the export button names the unit when there are several', () => {
    const unit = (code: string) => ({ code, name: `${code}局` });
    const texts = (codes: readonly string[]) =>
      JSON.stringify(
        registerCard({ lines: [], total: 1, page: 0, pages: 1, exportable: codes.map(unit) }),
      );
    expect(texts(['甲'])).toContain('"导出表格"');
    expect(texts(['甲', '乙'])).toContain('"导出表格（甲局）"');
    expect(texts(['甲', '乙'])).toContain('"导出表格（乙局）"');
  });

  test('several picks are joined in Chinese', () => {
    const [, row] = registerTable(
      [
        {
          registerNumber: '1',
          level: 'department',
          departmentName: '股',
          postNames: '岗',
          personName: '人',
          riskTypeName: '型',
          existence: 'present',
          content: '内容',
          manifestationTexts: ['甲', '乙'],
          manifestation: '表现',
          measures: '措施',
          registeredAt: new Date('2026-09-21T01:00:00Z'),
        },
      ],
      'Asia/Shanghai',
    );
    expect(row).toContain('甲；乙');
    const picked = pointWith({ manifestationPicks: ['dereliction', 'dualDuty'] });
    expect(JSON.stringify(partCard(viewOf([picked], [], 'reviewer'), 0))).toContain(
      '责任心不强，不履职或履职不到位；一岗双责没有落实',
    );
  });
});
