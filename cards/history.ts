/** The parts that every card about a procedure shares: facts, the chain, opinions, risk points. */
import { isReview } from '../domain/profile-steps.ts';
import type { RiskPointAnswer } from '../domain/self-check.ts';
import { procedureHistory, procedureRead, procedureRefresh } from './actions.ts';
import type { Button } from './button.ts';
import { pager } from './lists.ts';
import type { Block, Card, Fact, ListItem } from './model.ts';
import type { ActingName, HistoryLine, ProcedureCardView } from './procedure-view.ts';
import { othersTitle, type Titled } from './title.ts';
import {
  dateText,
  existenceTextOf,
  fieldLabels,
  instantText,
  roleText,
  shorten,
} from './wording.ts';

const actionTexts: Readonly<Record<HistoryLine['action'], string>> = {
  submitted: '提交',
  amended: '修改后提交',
  withdrawn: '撤回',
  commented: '补充意见',
  accepted: '采纳意见',
  explained: '未采纳，说明理由',
  closed: '结束征求意见',
  expired: '征求意见到期',
  discussed: '会议研究',
  agreed: '同意',
  checked: '核对无误',
  returned: '退回',
  decided: '审定通过',
  filed: '确认备案',
  recused: '申请回避',
  handedOver: '转交',
  skipped: '无需办理',
};

/** What `cards/title.ts` needs of a view. */
export const titled = ({ form, row }: ProcedureCardView): Titled => ({ form, ...row });

/** Whose form it is and until when. */
export function formFacts(view: ProcedureCardView): readonly Fact[] {
  const { dueOn, current } = view;
  return [
    ...objectFacts(view),
    ...prefilled(view),
    ...(dueOn === null || current === null ? [] : [{ label: '截止', value: dueText(view, dueOn) }]),
    ...submissionFacts(view),
  ];
}

function objectFacts(view: ProcedureCardView): readonly Fact[] {
  const { level, subjectName, departmentName, unitName, postNames } = view.row;
  const author = { label: '填报人', value: subjectName };
  if (level === 'team') return [{ label: '单位', value: unitName }, author];
  if (level === 'department') return [{ label: '部门', value: departmentName }, author];
  return [
    author,
    ...unitFact(view),
    { label: '部门', value: departmentName },
    { label: '岗位', value: postNames },
  ];
}

/** `社区矫正股 · 矫正执法岗`; who writes it where the form is shared. */
export const whereText = ({ row }: ProcedureCardView): string =>
  `${row.departmentName} · ${row.level === 'person' ? row.postNames : row.subjectName}`;

/** From when it may be given in, and whether that was too early or too late (PLAN-08). */
function submissionFacts({ punctuality, row }: ProcedureCardView): readonly Fact[] {
  if (punctuality === 'late') return [{ label: '提交情况', value: '逾期提交' }];
  if (row.earliestOn === null) return [];
  if (punctuality === null) return [{ label: '提交时间', value: `${dateText(row.earliestOn)}起` }];
  const early = `提前提交，规定自${dateText(row.earliestOn)}起`;
  return punctuality === 'early' ? [{ label: '提交情况', value: early }] : [];
}

/** What the program knows without asking (RISK-06); nothing for what is not on record. */
function prefilled({ prefill }: ProcedureCardView): readonly Fact[] {
  const powers = prefill.powers.join('、');
  return powers === '' ? [] : [{ label: '职权', value: powers }];
}

const unitFact = ({ prefill }: ProcedureCardView): readonly Fact[] =>
  prefill.unitName === '' ? [] : [{ label: '单位', value: prefill.unitName }];

function dueText(view: ProcedureCardView, dueOn: string): string {
  return dueOn < view.today ? `${dateText(dueOn)}，已逾期` : dateText(dueOn);
}

/** The chain, one line per step: who acts and how it stands. */
export function chainBlock(view: ProcedureCardView): Block {
  const facts = view.steps.map(({ step, state, people }): Fact => {
    const names = namesText(people.map(actingText));
    return {
      label: `${stateMarks[state]} ${step.name}`,
      value: names === '' ? chainNobody(state) : names,
    };
  });
  return { kind: 'facts', facts };
}

/** `B 代 A`: everybody sees in whose place somebody acts. */
export const actingText = ({ name, standsFor }: ActingName): string =>
  standsFor === undefined ? name : `${name} 代 ${standsFor}`;

/** People named in one line of the chain; of a whole department the first few and how many there are. */
const MOST_NAMES = 6;

const namesText = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join('、')
    : `${names.slice(0, MOST_NAMES).join('、')}等${names.length}人`;

const stateMarks = { done: '✓', current: '▶', ahead: '○', skipped: '—' } as const;
const chainNobody = (state: keyof typeof stateMarks): string =>
  state === 'skipped' || state === 'ahead' ? '无上一级，不需签署' : '';

/** Lines shown on a card about the form; the others stand on the pages of the history card. */
const RECENT = 6;
/** Characters of a line's detail on such a card. */
const DETAIL = 160;
/** Lines of a page of the history card: five opinions of full length fit into one message. */
const PAGE = 5;

const linesOf = (view: ProcedureCardView): readonly HistoryLine[] =>
  view.history.filter(({ action }) => action !== 'skipped');

/** What was done, by whom, when, with which opinion; the newest last. A button leads to all of it in full. */
export function historyBlocks(view: ProcedureCardView): readonly Block[] {
  const lines = linesOf(view);
  if (lines.length === 0) return [];
  const recent = lines.slice(-RECENT);
  const items = recent.map((line): ListItem => {
    const detail = detailText(line);
    const title = headline(view, line);
    return detail === '' ? { title } : { title, detail: shorten(detail, DETAIL) };
  });
  const more = lines.length > recent.length;
  const button: Button = {
    text: '查看办理记录',
    style: 'default',
    action: procedureHistory({ id: view.row.id, n: 0 }),
  };
  const blocks: readonly Block[] = [
    ...(more
      ? [{ kind: 'text' as const, muted: true, text: `以下是最近${recent.length}条。` }]
      : []),
    { kind: 'list', items },
    ...(more || lines.some((line) => detailText(line) !== '')
      ? [{ kind: 'buttons' as const, buttons: [button] }]
      : []),
  ];
  return [{ kind: 'details', title: `办理记录（${lines.length}条）`, blocks }];
}

/** Page `index` of everything done on the form, the newest first, nothing shortened. */
export function historyCard(view: ProcedureCardView, index: number): Card {
  const lines = linesOf(view).toReversed();
  const pages = Math.max(1, Math.ceil(lines.length / PAGE));
  const page = Math.min(index, pages - 1);
  const { id, subjectName, departmentName } = view.row;
  const title = othersTitle(titled(view));
  const back = { text: '返回', style: 'default' as const, action: procedureRefresh({ id }) };
  return {
    title,
    subtitle: `${subjectName} · ${departmentName}`,
    tone: 'neutral',
    tag: '办理记录',
    summary: `${title}：办理记录`,
    blocks: [
      ...lines.slice(page * PAGE, (page + 1) * PAGE).flatMap((line) => entryBlocks(view, line)),
      ...pager(page, pages, (n) => procedureHistory({ id, n })),
      { kind: 'buttons', buttons: [back] },
    ],
  };
}

function entryBlocks(view: ProcedureCardView, line: HistoryLine): readonly Block[] {
  const detail = detailText(line);
  return [
    { kind: 'heading', text: headline(view, line) },
    ...(detail === '' ? [] : [{ kind: 'text' as const, text: detail }]),
  ];
}

const headline = (view: ProcedureCardView, line: HistoryLine): string =>
  `${actorText(view, line)} · ${actionTexts[line.action]} · ${instantText(line.at, view.zone)}`;

/** `秦立言 · 股室负责人签署意见`: the step in the profile's own words, and who stood in for whom. */
export function actorText(view: ProcedureCardView, line: HistoryLine): string {
  const name = actorName(line);
  const step = view.form.steps.find(({ id }) => id === line.stepId);
  if (line.capacity === 'author' || step === undefined || step.kind === 'fill')
    return `${name} · ${roleText(line.capacity)}`;
  const isOwn = !isReview(step) || line.capacity === step.who;
  const standsIn = isOwn ? '' : `（由${roleText(line.capacity)}办理）`;
  return `${name} · ${step.name}${standsIn}`;
}

/** `B 代 A` where a deputy acted. */
function actorName({ actorName: own, capacity, detail, onBehalfOfName }: HistoryLine): string {
  const name = own ?? roleText(capacity);
  const standsFor = onBehalfOfName ?? detail.onBehalfOf;
  return actingText(standsFor === undefined ? { code: '', name } : { code: '', name, standsFor });
}

function detailText(line: HistoryLine): string {
  const attended = (line.attendeeNames ?? []).join('、');
  const parts = [
    ...(line.heldOn === null ? [] : [`会议：${dateText(line.heldOn)}，出席：${attended}`]),
    ...(line.detail.to === undefined ? [] : [`转交给：${line.toName ?? line.detail.to}`]),
    ...receiptText(line.detail),
    ...(line.opinion === null ? [] : [`${textLabel[line.action] ?? '意见'}：${line.opinion}`]),
  ];
  return parts.join('\n');
}

const textLabel: Readonly<Partial<Record<HistoryLine['action'], string>>> = {
  accepted: '答复',
  explained: '理由',
  discussed: '研究结果',
  recused: '理由',
  handedOver: '理由',
};

function receiptText({ addressee, receivedOn, reference }: HistoryLine['detail']) {
  if (addressee === undefined) return [];
  const paper =
    receivedOn === undefined ? '' : `，${dateText(receivedOn)}，文号：${reference ?? ''}`;
  return [`备案单位：${addressee}${paper}`];
}

/** The decision that ended the last round, as a sentence; null while nothing has been decided. */
export function lastVerdict(view: ProcedureCardView): HistoryLine | null {
  return (
    view.history.findLast(({ action }) => action === 'returned' || action === 'decided') ?? null
  );
}

/** Characters of an answer, and of all answers together, that a card about the whole form shows. */
const SHORT = 160;
const WHOLE = 1500;

/** The points of a form, in full while they are short, each with a button to its full text. */
export function pointsBlock(view: ProcedureCardView): Block {
  const full = view.points.map((point) => pointDetail(view, point));
  const fits = full.reduce((sum, text) => sum + text.length, 0) <= WHOLE;
  const items = view.points.map(
    (point, index): ListItem => ({
      title: pointTitle(view, point, index),
      detail: fits ? (full[index] ?? '') : pointDetail(view, point, SHORT),
      // Also beside a text that is whole here: drawing the card may shorten it to make everything fit.
      button: {
        text: '查看',
        style: 'default',
        action: procedureRead({ id: view.row.id, n: index }),
      },
    }),
  );
  return { kind: 'list', items, ordered: true };
}

/** `岗位职责风险（潜在）`, with its register number once it has one. */
export function pointTitle(view: ProcedureCardView, point: RiskPointAnswer, index: number): string {
  const type = view.profile.riskTypes.find(({ code }) => code === point.riskType);
  const number = view.registerNumbers[index];
  const kind = point.existence === '' ? '' : `（${existenceTextOf(point.existence)}）`;
  return `${type?.name ?? '未选类型'}${kind}${number === undefined ? '' : ` · ${number}`}`;
}

/** The answers of a point, one per line; each cut to `limit` characters if given. */
export function pointDetail(
  view: ProcedureCardView,
  point: RiskPointAnswer,
  limit = Number.MAX_SAFE_INTEGER,
): string {
  const picked = picksText(view, point);
  const lines = [
    `${fieldLabels.content}：${shorten(point.content, limit)}`,
    ...(picked === '' ? [] : [`${fieldLabels.manifestationPicks}：${picked}`]),
    `${fieldLabels.manifestation}：${shorten(point.manifestation, limit)}`,
    `${fieldLabels.measures}：${shorten(point.measures, limit)}`,
  ];
  return lines.join('\n');
}

function picksText(view: ProcedureCardView, point: RiskPointAnswer): string {
  const texts = new Map(
    view.profile.riskTypes.flatMap(({ manifestations }) =>
      manifestations.map((each) => [each.code, each.text]),
    ),
  );
  return point.manifestationPicks.map((code) => texts.get(code) ?? '').join('；');
}
