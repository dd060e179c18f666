/** Several forms on one card to agree to with one opinion (批量同意); to return one, its own card is opened. */

import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import type { Refusal } from '../domain/refusal.ts';
import { reviewAgreeAll, taskShow } from './actions.ts';
import { titled } from './history.ts';
import type { Block, Card, ListItem } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { othersTitle } from './title.ts';
import { dateText, refusalText, shorten } from './wording.ts';

/** Characters of a point on this card. */
const SHORT = 120;

/** The forms that wait for a signature. What was typed is shown again after a refusal. */
export function bulkCard(views: readonly ProcedureCardView[], typed = ''): Card {
  const count = views.length;
  const empty = { kind: 'text' as const, text: '目前没有可以批量同意的表格。' };
  return {
    title: '批量同意',
    tone: count === 0 ? 'neutral' : 'active',
    summary: count === 0 ? '没有可以批量同意的表格' : `${count}份表格可以批量同意`,
    blocks: [...(count === 0 ? [empty] : formBlocks(views, typed))],
  };
}

function formBlocks(views: readonly ProcedureCardView[], typed: string): readonly Block[] {
  const count = views.length;
  const forms = views.map(({ row }) => `${row.id}:${row.state.revision}`).join(',');
  const confirm = {
    title: '批量同意',
    text: `您将对以上${count}份表格签署同意，每份都留下签署记录。确定吗？`,
  };
  return [
    {
      kind: 'text',
      text: '请逐份审阅。需要退回的，点“查看”单独办理；审定不能批量办理。',
    },
    { kind: 'list', items: views.map(itemOf), ordered: true },
    {
      kind: 'form',
      form: {
        name: 'bulk',
        fields: [
          {
            kind: 'longText',
            name: 'opinion',
            label: '意见',
            required: true,
            help: '这条意见会写入以上每份表格',
            maxLength: FIELD_LENGTH,
            value: typed,
          },
        ],
        buttons: [
          {
            text: `同意以上${count}份`,
            style: 'primary',
            action: reviewAgreeAll({ forms }),
            confirm,
          },
        ],
      },
    },
  ];
}

function itemOf(view: ProcedureCardView): ListItem {
  const { row, points, current, dueOn, standsFor } = view;
  const lines = points.map(({ content, measures }) =>
    shorten(`风险：${content}；措施：${measures}`, SHORT),
  );
  const due = dueOn === null ? '' : `，截止${dateText(dueOn)}`;
  const standing = standsFor === null ? '' : `（代 ${standsFor}）`;
  return {
    title: `${othersTitle(titled(view))} · ${row.departmentName}`,
    detail: [`${current?.name ?? ''}${standing}${due}`, ...lines].join('\n'),
    button: { text: '查看', style: 'default', action: taskShow({ id: row.id }) },
  };
}

/** What became of the forms: how many are signed, and why the others are not. */
export const bulkDoneCard = (
  count: number,
  others: readonly { readonly subjectName: string | null; readonly refusal: Refusal | null }[],
): Card => ({
  title: '批量同意',
  tone: others.length === 0 ? 'success' : 'attention',
  summary: `已签署同意${count}份`,
  blocks: [
    { kind: 'text', text: `已签署同意${count}份。还有待签署的，请再次发送“批量同意”。` },
    ...others.map(({ subjectName, refusal }) => ({
      kind: 'notice' as const,
      tone: 'attention' as const,
      text: `${subjectName ?? '有一份表格'}：${refusal === null ? '' : refusalText(refusal)}`,
    })),
  ],
});
