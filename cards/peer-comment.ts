/** Cards of the peer-help step (大家帮, 群众帮): to add something, to answer what was added, to end it. */
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import {
  commentAccept,
  commentAdd,
  commentClose,
  commentExplain,
  commentShow,
  procedureRefresh,
  selfCheckOpen,
} from './actions.ts';
import type { Button } from './button.ts';
import { commentItem } from './collected.ts';
import { contentBlock, contentHeading } from './content.ts';
import { chainBlock, formFacts, historyBlocks, titled, whereText } from './history.ts';
import type { Block, Card, ListItem } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { clauseNote, primary, ref, withdrawButton } from './self-check.ts';
import { othersTitle, ownTitle } from './title.ts';
import { dateText } from './wording.ts';

/** For somebody who was asked: the points, and a field for an addition. What was typed is shown again after a refusal. */
export function askCard(view: ProcedureCardView, viewer: string, typed = ''): Card {
  const { state } = view.row;
  const title = othersTitle(titled(view));
  const due = view.dueOn === null ? '' : `，截止${dateText(view.dueOn)}`;
  const own = state.collected.comments.filter(({ by }) => by === viewer);
  return {
    title,
    subtitle: whereText(view),
    tone: own.length > 0 ? 'success' : 'active',
    tag: own.length > 0 ? '已提意见' : '征求意见',
    summary: `请对${title}提补充意见${due}`,
    blocks: [
      { kind: 'facts', facts: formFacts(view) },
      { kind: 'text', text: `${askText(view)}没有补充的，不必办理。` },
      contentBlock(view),
      ...(own.length === 0
        ? []
        : ([
            { kind: 'heading', text: `我的补充意见（${own.length}条）` },
            { kind: 'list', items: own.map((each) => commentItem(view, each)), ordered: true },
          ] as const)),
      {
        kind: 'form',
        form: {
          name: 'comment',
          fields: [
            {
              kind: 'longText',
              name: 'comment',
              label: '补充意见',
              required: true,
              help: '还有哪些风险，或者哪一条写得不准',
              maxLength: FIELD_LENGTH,
              value: typed,
            },
          ],
          buttons: [primary('提交意见', commentAdd(ref(view)))],
        },
      },
      clauseNote(view),
    ],
  };
}

/** What is asked for, by what the form speaks of. */
function askText({ form, row }: ProcedureCardView): string {
  if (form.content.kind === 'fields') return '请对填写的内容提出补充意见。';
  const places = {
    person: `${row.subjectName}岗位上`,
    department: row.departmentName,
    team: '领导班子',
  } as const;
  return `请帮助查找${places[row.level]}的廉政风险。`;
}

/** For the author: every addition with its answer, the way to change the form, and the end. */
export function collectingCard(view: ProcedureCardView): Card {
  const { comments } = view.row.state.collected;
  const open = comments.filter(({ answer }) => answer === null).length;
  return {
    title: ownTitle(titled(view)),
    tone: open > 0 ? 'attention' : 'active',
    tag: open > 0 ? `待答复${open}条` : '征求意见中',
    summary: open > 0 ? `有${open}条补充意见请您答复` : `${ownTitle(titled(view))}正在征求意见`,
    blocks: [
      { kind: 'facts', facts: formFacts(view) },
      {
        kind: 'text',
        text: '请逐条答复补充意见：采纳的，由您本人写进表格；不采纳的，写明理由。到期后自动进入下一步。',
      },
      ...additions(view),
      chainBlock(view),
      {
        kind: 'details',
        title: `我填写的${contentHeading(view)}`,
        blocks: [contentBlock(view)],
      },
      ...historyBlocks(view),
      { kind: 'buttons', buttons: authorButtons(view) },
      clauseNote(view),
    ],
  };
}

function additions(view: ProcedureCardView): readonly Block[] {
  const { comments } = view.row.state.collected;
  if (comments.length === 0) return [{ kind: 'text', muted: true, text: '还没有补充意见。' }];
  const items = comments.map((comment, n): ListItem => {
    const text = comment.answer === null ? '答复' : '查看';
    const action = commentShow({ id: view.row.id, n });
    return { ...commentItem(view, comment), button: { text, style: 'default', action } };
  });
  return [
    { kind: 'heading', text: `补充意见（${comments.length}条）` },
    { kind: 'list', items, ordered: true },
  ];
}

const authorButtons = (view: ProcedureCardView): readonly Button[] => [
  { text: '修改表格', style: 'default', action: selfCheckOpen(ref(view)) },
  {
    ...primary('结束征求意见', commentClose(ref(view))),
    confirm: { title: '结束征求意见', text: '结束后表格进入下一步。确定结束吗？' },
  },
  withdrawButton(view),
  { text: '刷新', style: 'default', action: procedureRefresh({ id: view.row.id }) },
];

/** One addition in full, with the answer to it. What was typed is shown again after a refusal. */
export function answerCard(view: ProcedureCardView, n: number, typed = ''): Card {
  const comment = view.row.state.collected.comments[n];
  const answerable = comment?.answer === null && view.isAuthor && view.current?.kind === 'comment';
  const back = procedureRefresh({ id: view.row.id });
  return {
    title: ownTitle(titled(view)),
    tone: 'neutral',
    tag: `第${n + 1}条意见`,
    summary: `${ownTitle(titled(view))}：第${n + 1}条补充意见`,
    blocks: [
      ...(comment === undefined
        ? []
        : ([
            { kind: 'heading', text: commentItem(view, comment).title },
            { kind: 'text', text: comment.text },
          ] as const)),
      ...(answerable ? [answerForm(view, n, typed)] : []),
      { kind: 'buttons', buttons: [{ text: '返回', style: 'default', action: back }] },
    ],
  };
}

const answerForm = (view: ProcedureCardView, n: number, typed: string): Block => ({
  kind: 'form',
  form: {
    name: 'answer',
    fields: [
      {
        kind: 'longText',
        name: 'reply',
        label: '答复',
        help: '不采纳的，必须写明理由',
        maxLength: FIELD_LENGTH,
        value: typed,
      },
    ],
    buttons: [
      primary('采纳', commentAccept({ ...ref(view), n })),
      { text: '不采纳', style: 'default', action: commentExplain({ ...ref(view), n }) },
    ],
  },
});
