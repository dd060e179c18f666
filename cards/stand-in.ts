/** Hand-over (转交) and recusal (回避): who takes the task, and why. */
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import { procedureRefresh, reviewHandOver, reviewRecuse } from './actions.ts';
import { titled, whereText } from './history.ts';
import type { Card } from './model.ts';
import type { PersonName, ProcedureCardView } from './procedure-view.ts';
import { ref } from './self-check.ts';
import { othersTitle } from './title.ts';

export type StandInEntered = { readonly to: string; readonly reason: string };

/** Asks to whom the task goes, or why its holder stands aside. What was typed is shown again after a refusal. */
export function standInCard(
  view: ProcedureCardView,
  takers: readonly PersonName[],
  entered: StandInEntered = { to: '', reason: '' },
): Card {
  const title = othersTitle(titled(view));
  const back = procedureRefresh({ id: view.row.id });
  return {
    title,
    subtitle: whereText(view),
    tone: 'neutral',
    tag: '转交或回避',
    summary: `${title}：转交或回避`,
    blocks: [
      {
        kind: 'text',
        text: '转交：选择接办人并写明理由。回避：与填报人有利害关系的，写明理由，由其他人员接办；回避后您不再办理这份表格。',
      },
      {
        kind: 'form',
        form: {
          name: 'standIn',
          fields: [
            {
              kind: 'single',
              name: 'to',
              label: '转交给',
              help: '回避时不必选择',
              choices: takers.map(({ code, name }) => ({ value: code, text: name })),
              value: entered.to,
            },
            {
              kind: 'longText',
              name: 'reason',
              label: '理由',
              required: true,
              maxLength: FIELD_LENGTH,
              value: entered.reason,
            },
          ],
          buttons: [
            { text: '转交', style: 'primary', action: reviewHandOver(ref(view)) },
            {
              text: '申请回避',
              style: 'danger',
              action: reviewRecuse(ref(view)),
              confirm: { title: '申请回避', text: '回避后不能恢复。确定回避吗？' },
            },
          ],
        },
      },
      { kind: 'buttons', buttons: [{ text: '返回', style: 'default', action: back }] },
    ],
  };
}
