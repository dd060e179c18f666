/** The one card about a procedure for one viewer: author, reviewer whose turn it is, or somebody who follows it. */
import type { Card } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { followCard, reviewCard } from './review.ts';
import { authorCard } from './self-check.ts';

/** The live card of `view` for `viewer`. */
export function procedureCard(view: ProcedureCardView, viewer: string): Card {
  if (view.isAuthor) return authorCard(view);
  return view.mayAct ? reviewCard(view) : followCard(view, viewer);
}

/** What stays of a card for somebody whom the form no longer concerns; it tells nothing of what was written (ORG-29). */
export const lapsedCard = (view: ProcedureCardView): Card => {
  const title = `${view.row.subjectName}的${view.form.name}`;
  return {
    title,
    tone: 'closed',
    tag: '无需办理',
    summary: `${title}：目前无需您办理`,
    blocks: [
      { kind: 'text', muted: true, text: '目前不需要您办理。需要您办理时，系统会另发卡片。' },
    ],
  };
};

/** What is left of a message that a newer one has replaced. */
export const retiredCard: Card = {
  title: '此卡片已更新',
  tone: 'closed',
  summary: '此卡片已更新',
  blocks: [
    {
      kind: 'text',
      muted: true,
      text: '此卡片已由新卡片代替，请在会话底部查看最新卡片，或发送“待办”。',
    },
  ],
};
