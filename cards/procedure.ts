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
