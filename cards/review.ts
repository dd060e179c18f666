/** The reviewers' cards: read, write an opinion, agree or return; the deciding step records its meeting. */
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import { procedureRefresh, reviewAgree, reviewReturn } from './actions.ts';
import { contentBlock, contentHeading } from './content.ts';
import type { Field, FormValues } from './form.ts';
import {
  actorText,
  chainBlock,
  formFacts,
  historyBlocks,
  lastVerdict,
  titled,
  whereText,
} from './history.ts';
import type { Block, Card } from './model.ts';
import type { HistoryLine, ProcedureCardView } from './procedure-view.ts';
import { clauseNote, completedTag, ref } from './self-check.ts';
import { othersTitle } from './title.ts';
import { dateText, instantText } from './wording.ts';

/** What a reviewer typed into a card that was refused; shown again so that nothing is lost. */
export type ReviewEntered = {
  readonly opinion: string;
  readonly heldOn: string;
  readonly attendees: readonly string[];
};

/** The card of somebody who may act on the current step. */
export function reviewCard(view: ProcedureCardView, entered?: ReviewEntered): Card {
  const title = othersTitle(titled(view));
  const deciding = view.current?.kind === 'decide';
  return {
    title,
    subtitle: whereText(view),
    tone: 'active',
    tag: deciding ? '待审定' : '待签署',
    summary: `请${deciding ? '审定' : '审核'}${title}${view.dueOn === null ? '' : `，截止${dateText(view.dueOn)}`}`,
    blocks: [
      {
        kind: 'facts',
        facts: [...formFacts(view), { label: '当前环节', value: view.current?.name ?? '' }],
      },
      { kind: 'heading', text: contentHeading(view) },
      contentBlock(view),
      ...historyBlocks(view),
      {
        kind: 'form',
        form: { name: 'review', fields: reviewFields(view, entered), buttons: verdicts(view) },
      },
      clauseNote(view),
    ],
  };
}

function verdicts(view: ProcedureCardView) {
  return [
    { text: '同意', style: 'primary' as const, action: reviewAgree(ref(view)) },
    { text: '退回', style: 'danger' as const, action: reviewReturn(ref(view)) },
  ];
}

function reviewFields(
  view: ProcedureCardView,
  entered: ReviewEntered | undefined,
): readonly Field[] {
  const step = view.current;
  const always = step !== null && step.kind !== 'fill' && step.opinion === 'always';
  const opinion: Field = {
    kind: 'longText',
    name: 'opinion',
    label: '意见',
    required: always,
    help: always ? '同意或退回都要写明意见' : '退回时必须写明意见',
    maxLength: FIELD_LENGTH,
    value: entered?.opinion ?? '',
  };
  return step?.kind === 'decide' ? [...meetingFields(view, entered), opinion] : [opinion];
}

function meetingFields(
  view: ProcedureCardView,
  entered: ReviewEntered | undefined,
): readonly Field[] {
  return [
    {
      kind: 'date',
      name: 'heldOn',
      label: '会议日期',
      required: true,
      help: '领导小组开会的日期',
      value: entered?.heldOn ?? view.today,
    },
    {
      kind: 'multiple',
      name: 'attendees',
      label: '出席人员',
      required: true,
      help: '请选择实际出席会议的人员',
      choices: view.meetingMembers.map(({ code, name }) => ({ value: code, text: name })),
      value: entered?.attendees ?? [],
    },
  ];
}

/** Reads the review form's submitted values. */
export function reviewEntered(values: FormValues): ReviewEntered {
  const opinion = values['opinion'];
  const heldOn = values['heldOn'];
  const attendees = values['attendees'];
  return {
    opinion: typeof opinion === 'string' ? opinion : '',
    heldOn: typeof heldOn === 'string' ? heldOn : '',
    attendees: Array.isArray(attendees) ? attendees.filter((each) => typeof each === 'string') : [],
  };
}

/** The card of somebody who has nothing (more) to do: how it stands, and what this person decided. */
export function followCard(view: ProcedureCardView, viewer: string): Card {
  const own = view.history.findLast((line) => line.actorCode === viewer);
  const title = othersTitle(titled(view));
  const { status } = view.row.state;
  const completed = status === 'completed';
  const ended = completed || status === 'cancelled';
  return {
    title,
    subtitle: whereText(view),
    tone: completed ? 'success' : 'closed',
    tag: statusTag(view),
    summary: `${title}：${statusTag(view)}`,
    blocks: [
      ...outcomeBlocks(view, own),
      { kind: 'facts', facts: formFacts(view) },
      chainBlock(view),
      { kind: 'details', title: contentHeading(view), blocks: [contentBlock(view)] },
      ...historyBlocks(view),
      ...(ended
        ? []
        : [
            {
              kind: 'buttons' as const,
              buttons: [
                {
                  text: '刷新',
                  style: 'default' as const,
                  action: procedureRefresh({ id: view.row.id }),
                },
              ],
            },
          ]),
    ],
  };
}

/** How a form stands, in a few words. */
export function statusTag(view: ProcedureCardView): string {
  if (view.row.state.status === 'completed') return completedTag(view);
  if (view.row.state.status === 'scheduled') return '未开始';
  if (view.row.state.status === 'cancelled') return '已终止';
  if (view.current?.kind !== 'fill') return '审核中';
  return lastVerdict(view)?.action === 'returned' ? '已退回' : '填写中';
}

function outcomeBlocks(view: ProcedureCardView, own: HistoryLine | undefined): readonly Block[] {
  const line =
    own ?? view.history.findLast(({ action }) => action !== 'skipped' && action !== 'submitted');
  if (line === undefined || line.action === 'skipped') return [];
  const verb = verdictTexts[line.action];
  const numbers =
    view.registerNumbers.length === 0 ? '' : `\n登记编号：${view.registerNumbers.join('、')}`;
  const text = `${actorText(view, line)} · 已${verb} · ${instantText(line.at, view.zone)}${line.opinion === null ? '' : `\n意见：${line.opinion}`}${numbers}`;
  const tone = line.action === 'returned' || line.action === 'withdrawn' ? 'attention' : 'success';
  return [{ kind: 'notice', tone, text }];
}

const verdictTexts: Readonly<Record<Exclude<HistoryLine['action'], 'skipped'>, string>> = {
  submitted: '提交',
  withdrawn: '撤回',
  agreed: '同意',
  returned: '退回',
  decided: '审定通过',
};
