/** The reviewers' cards: read, write an opinion, agree or return; the deciding step records its meeting. */
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import type { Step } from '../domain/profile-steps.ts';
import { procedureRefresh, reviewAgree, reviewReturn, reviewStandIn } from './actions.ts';
import type { Button } from './button.ts';
import { commentBlocks } from './collected.ts';
import { contentBlock, contentHeading } from './content.ts';
import type { Field, FormValues } from './form.ts';
import { actorText, chainBlock, formFacts, historyBlocks, titled, whereText } from './history.ts';
import type { Block, Card } from './model.ts';
import type { HistoryLine, ProcedureCardView } from './procedure-view.ts';
import { clauseNote, ref } from './self-check.ts';
import { statusTag } from './status.ts';
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
  const words = stepWords[view.current?.kind ?? 'sign'] ?? stepWords.sign;
  return {
    title,
    subtitle: whereText(view),
    tone: 'active',
    tag: words.tag,
    summary: `请${words.ask}${title}${view.dueOn === null ? '' : `，截止${dateText(view.dueOn)}`}`,
    blocks: [
      {
        kind: 'facts',
        facts: [...formFacts(view), { label: '当前环节', value: view.current?.name ?? '' }],
      },
      ...standingFor(view),
      { kind: 'heading', text: contentHeading(view) },
      contentBlock(view),
      ...commentBlocks(view),
      ...historyBlocks(view),
      {
        kind: 'form',
        form: { name: 'review', fields: reviewFields(view, entered), buttons: verdicts(view) },
      },
      { kind: 'buttons', buttons: [standInButton(view)] },
      clauseNote(view),
    ],
  };
}

const stepWords: Readonly<
  Partial<
    Record<Step['kind'], { readonly tag: string; readonly ask: string; readonly agree: string }>
  > & {
    readonly sign: { readonly tag: string; readonly ask: string; readonly agree: string };
  }
> = {
  sign: { tag: '待签署', ask: '审核', agree: '同意' },
  decide: { tag: '待审定', ask: '审定', agree: '同意' },
  meeting: { tag: '待研究', ask: '记录会议研究', agree: '记录研究结果' },
  check: { tag: '待核对', ask: '核对', agree: '核对无误' },
};

/** A deputy is told in whose place he acts. */
export const standingFor = ({ standsFor }: ProcedureCardView): readonly Block[] =>
  standsFor === null
    ? []
    : [
        {
          kind: 'notice',
          tone: 'attention',
          text: `您代 ${standsFor} 办理，办理记录中会注明代理关系。`,
        },
      ];

export const standInButton = (view: ProcedureCardView): Button => ({
  text: '转交或回避',
  style: 'default',
  action: reviewStandIn({ id: view.row.id }),
});

function verdicts(view: ProcedureCardView) {
  const { agree } = stepWords[view.current?.kind ?? 'sign'] ?? stepWords.sign;
  return [
    { text: agree, style: 'primary' as const, action: reviewAgree(ref(view)) },
    { text: '退回', style: 'danger' as const, action: reviewReturn(ref(view)) },
  ];
}

function reviewFields(
  view: ProcedureCardView,
  entered: ReviewEntered | undefined,
): readonly Field[] {
  const step = view.current;
  const records = step?.kind === 'meeting';
  const always = records || (step !== null && 'opinion' in step && step.opinion === 'always');
  const help = records ? '研究的结果；退回时写明理由' : '同意或退回都要写明意见';
  const opinion: Field = {
    kind: 'longText',
    name: 'opinion',
    label: '意见',
    required: always,
    help: always ? help : '退回时必须写明意见',
    maxLength: FIELD_LENGTH,
    value: entered?.opinion ?? '',
  };
  return step?.kind === 'decide' || records
    ? [...meetingFields(view, entered), opinion]
    : [opinion];
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
      help: '开会的日期',
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
      ...commentBlocks(view),
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
  amended: '修改后提交',
  withdrawn: '撤回',
  commented: '提出补充意见',
  accepted: '采纳意见',
  explained: '说明未采纳的理由',
  closed: '结束征求意见',
  expired: '到期结束征求意见',
  discussed: '记录会议研究结果',
  agreed: '同意',
  checked: '核对无误',
  returned: '退回',
  decided: '审定通过',
  filed: '确认备案',
  recused: '申请回避',
  handedOver: '转交',
};
