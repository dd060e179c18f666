/** The one card about a procedure for one viewer: author, reviewer whose turn it is, or somebody who follows it. */
import { procedureRefresh } from './actions.ts';
import { filingCard } from './filing.ts';
import { actingText, chainBlock, formFacts, titled, whereText } from './history.ts';
import type { Card } from './model.ts';
import { askCard, collectingCard } from './peer-comment.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { followCard, reviewCard } from './review.ts';
import { authorCard } from './self-check.ts';
import { statusTag } from './status.ts';
import { othersTitle } from './title.ts';

/** The live card of `view` for `viewer`. */
export function procedureCard(view: ProcedureCardView, viewer: string): Card {
  if (view.access === 'status') return statusCard(view);
  if (view.isAuthor)
    return view.current?.kind === 'comment' ? collectingCard(view) : authorCard(view);
  return view.mayAct ? actingCard(view, viewer) : followCard(view, viewer);
}

function actingCard(view: ProcedureCardView, viewer: string): Card {
  if (view.current?.kind === 'comment') return askCard(view, viewer);
  return view.current?.kind === 'file' ? filingCard(view) : reviewCard(view);
}

/** For a superior who is told that something is late: who has it and until when, nothing of what was written (ORG-21, ORG-29). */
function statusCard(view: ProcedureCardView): Card {
  const { id, state } = view.row;
  const title = othersTitle(titled(view));
  const ended = state.status === 'completed' || state.status === 'cancelled';
  const late = view.current !== null && view.dueOn !== null && view.dueOn < view.today;
  const tag = late ? '已逾期' : statusTag(view);
  const waiting = view.steps
    .filter((step) => step.state === 'current' && state.status === 'open')
    .flatMap(({ people }) => people.map(actingText));
  const refresh = {
    text: '刷新',
    style: 'default' as const,
    action: procedureRefresh({ id }),
  };
  return {
    title,
    subtitle: whereText(view),
    tone: late ? 'alarm' : 'neutral',
    tag,
    summary: `${title}：${tag}`,
    blocks: [
      {
        kind: 'facts',
        facts: [
          ...formFacts(view),
          ...(view.current === null ? [] : [{ label: '当前环节', value: view.current.name }]),
          ...(waiting.length === 0 ? [] : [{ label: '待办理人', value: waiting.join('、') }]),
        ],
      },
      chainBlock(view),
      {
        kind: 'text',
        muted: true,
        text: '您可以查看办理进度；填写内容和审核意见只供办理人员查看。',
      },
      ...(ended ? [] : [{ kind: 'buttons' as const, buttons: [refresh] }]),
    ],
  };
}

/** What stays of a card for somebody whom the form no longer concerns; it tells nothing of what was written (ORG-29). */
export const lapsedCard = (view: ProcedureCardView): Card => {
  const title = othersTitle(titled(view));
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
