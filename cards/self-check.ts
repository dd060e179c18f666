/** The author's cards: the task, the form itself, and how it goes on. */
import { isBlank } from '../domain/self-check.ts';
import { procedureRefresh, selfCheckOpen, selfCheckWithdraw } from './actions.ts';
import type { Button } from './button.ts';
import { commentBlocks, receiptFacts } from './collected.ts';
import { contentBlock, contentHeading } from './content.ts';
import { chainBlock, formFacts, historyBlocks, lastVerdict, titled } from './history.ts';
import { formPage } from './link.ts';
import type { Block, Card } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { completedTag, statusTag } from './status.ts';
import { ownTitle } from './title.ts';
import { dateText } from './wording.ts';

/** What the author sees of his own form. */
export function authorCard(view: ProcedureCardView): Card {
  const { status } = view.row.state;
  if (status === 'scheduled') return scheduledCard(view);
  if (status === 'completed') return completedCard(view);
  if (status === 'cancelled') return cancelledCard(view);
  return view.current?.kind === 'fill' ? toFillCard(view) : underReviewCard(view);
}

function scheduledCard(view: ProcedureCardView): Card {
  return {
    title: ownTitle(titled(view)),
    tone: 'neutral',
    tag: '未开始',
    summary: `${ownTitle(titled(view))}尚未开始`,
    blocks: [
      { kind: 'facts', facts: formFacts(view) },
      { kind: 'text', text: '填写阶段尚未开始，到时会自动发送卡片。' },
    ],
  };
}

function cancelledCard(view: ProcedureCardView): Card {
  return {
    title: ownTitle(titled(view)),
    tone: 'closed',
    tag: '已终止',
    summary: `${ownTitle(titled(view))}已终止`,
    blocks: [
      { kind: 'facts', facts: formFacts(view) },
      { kind: 'text', text: '这份表格已终止，无需再办理。如有疑问，请联系领导小组办公室。' },
      ...historyBlocks(view),
    ],
  };
}

function toFillCard(view: ProcedureCardView): Card {
  const verdict = lastVerdict(view);
  const returned = verdict?.action === 'returned' && view.row.state.version > 0;
  const written = view.draft.points.length + (isBlank(view.draft.current) ? 0 : 1);
  const due = view.dueOn === null ? '' : `，截止${dateText(view.dueOn)}`;
  return {
    title: ownTitle(titled(view)),
    tone: returned ? 'attention' : 'active',
    tag: returned ? '已退回' : '待填写',
    summary: returned
      ? `${ownTitle(titled(view))}被退回，请修改后重新提交`
      : `请填写${ownTitle(titled(view))}${due}`,
    blocks: [
      { kind: 'facts', facts: formFacts(view) },
      ...(returned ? [returnNotice(view)] : []),
      {
        kind: 'text',
        text: `${taskText(view)}${written > 0 ? `已写${written}个风险点，可继续填写。` : ''}`,
      },
      { kind: 'buttons', buttons: [primary(fillText(view), selfCheckOpen(ref(view)))] },
      pageLink(view),
      { kind: 'details', title: '提交后由谁审核', blocks: [chainBlock(view)] },
      ...historyBlocks(view),
      clauseNote(view),
    ],
  };
}

function returnNotice(view: ProcedureCardView): Block {
  const verdict = lastVerdict(view);
  return {
    kind: 'notice',
    tone: 'attention',
    text: `${verdict?.actorName ?? ''}退回：${verdict?.opinion ?? ''}`,
  };
}

function underReviewCard(view: ProcedureCardView): Card {
  const withdrawable = view.row.state.signed.length === 0;
  const filing = view.current?.kind === 'file';
  const buttons: readonly Button[] = [
    ...(withdrawable ? [withdrawButton(view)] : []),
    { text: '刷新', style: 'default', action: procedureRefresh({ id: view.row.id }) },
  ];
  return {
    title: ownTitle(titled(view)),
    tone: 'neutral',
    tag: statusTag(view),
    summary: `${ownTitle(titled(view))}${filing ? statusTag(view).replace('、', '，') : '已提交，正在审核'}`,
    blocks: [
      { kind: 'facts', facts: [...formFacts(view), ...receiptFacts(view)] },
      chainBlock(view),
      {
        kind: 'details',
        title: `我填写的${contentHeading(view)}`,
        blocks: [contentBlock(view)],
      },
      ...commentBlocks(view),
      ...historyBlocks(view),
      { kind: 'buttons', buttons },
    ],
  };
}

export const withdrawButton = (view: ProcedureCardView): Button => ({
  text: '撤回',
  style: 'default',
  action: selfCheckWithdraw(ref(view)),
  confirm: { title: '撤回表格', text: '撤回后可以修改，修改完需要重新提交。确定撤回吗？' },
});

function completedCard(view: ProcedureCardView): Card {
  return {
    title: ownTitle(titled(view)),
    tone: 'success',
    tag: completedTag(view),
    summary: `${ownTitle(titled(view))}${completedTag(view)}`,
    blocks: [
      { kind: 'facts', facts: formFacts(view) },
      {
        kind: 'notice',
        tone: 'success',
        text: resultText(view),
      },
      contentBlock(view),
      ...historyBlocks(view),
    ],
  };
}

function resultText(view: ProcedureCardView): string {
  const numbers = view.registerNumbers.join('、');
  const result =
    numbers === '' ? `${completedTag(view)}，内容已存档。` : `领导小组已审定，登记编号：${numbers}`;
  const opinion = view.history.findLast(({ action }) => action !== 'skipped')?.opinion ?? null;
  return opinion === null ? result : `${result}\n意见：${opinion}`;
}

const taskTexts = {
  person: '请对照岗位职责，查找本人岗位上的廉政风险点。',
  department: '请对照本部门职责和业务流程，组织人员查找本部门的廉政风险点。',
  team: '请对照领导班子的决策事项，查找班子的廉政风险点。',
} as const;

const taskText = ({ form }: ProcedureCardView): string =>
  form.content.kind === 'riskPoints'
    ? taskTexts[form.level]
    : '请按要求填写各项内容，可以先保存草稿，写好后提交。';

const fillText = ({ form }: ProcedureCardView): string =>
  form.content.kind === 'riskPoints' ? '填写自查表' : '填写表格';

export const ref = (view: ProcedureCardView) => ({ id: view.row.id, r: view.row.state.revision });
export const primary = (text: string, action: Button['action']): Button => ({
  text,
  style: 'primary',
  action,
});

/** The same form in the browser, where there is more room to write (the draft is one and the same). */
export const pageLink = (view: ProcedureCardView): Block => ({
  kind: 'links',
  links: [{ text: '在网页中填写', page: formPage(view.row.id) }],
});

/** Which clause asks for this, so that nobody has to take the program's word for it. */
export const clauseNote = (view: ProcedureCardView): Block => ({
  kind: 'text',
  muted: true,
  text: `依据：${view.profile.name}（${view.form.clause}）`,
});
