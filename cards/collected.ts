/** What has gathered around a form: additions with their answers, receipts. */
import type { PeerComment } from '../domain/procedure-state.ts';
import type { Block, Fact, ListItem } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { shorten } from './wording.ts';

/** Characters of an addition in a list; the whole of it stands in the record. */
const SHORT = 160;

/** Which addressee has confirmed and which has not. */
export const receiptFacts = (view: ProcedureCardView): readonly Fact[] =>
  view.receipts.map(({ name, isFiled }) => ({
    label: `备案：${name}`,
    value: isFiled ? '已备案' : '待备案',
  }));

/** Every addition with its answer; nothing while there is none. */
export function commentBlocks(view: ProcedureCardView): readonly Block[] {
  const { comments } = view.row.state.collected;
  if (comments.length === 0) return [];
  const items = comments.map((comment): ListItem => commentItem(view, comment));
  return [
    {
      kind: 'details',
      title: `补充意见（${comments.length}条）`,
      blocks: [{ kind: 'list', items, ordered: true }],
    },
  ];
}

/** One addition, attributed, and what the author made of it. */
export function commentItem(view: ProcedureCardView, comment: PeerComment): ListItem {
  const name = view.names.get(comment.by) ?? actorOf(view, comment.by);
  const reply = comment.reply === null ? '' : `：${comment.reply}`;
  const answers = { accepted: `已采纳${reply}`, explained: `未采纳${reply}` } as const;
  const answer = comment.answer === null ? '尚未答复' : answers[comment.answer];
  return { title: `${name}（${answer}）`, detail: shorten(comment.text, SHORT) };
}

/** The name of somebody who has left the department since. */
const actorOf = (view: ProcedureCardView, code: string): string =>
  view.history.find(({ actorCode }) => actorCode === code)?.actorName ?? code;
