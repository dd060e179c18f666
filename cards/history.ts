/** The parts that every card about a procedure shares: facts, the chain, opinions, risk points. */
import type { RiskPointAnswer } from '../domain/self-check.ts';
import { procedureRead } from './actions.ts';
import type { Block, Fact, ListItem } from './model.ts';
import type { HistoryLine, ProcedureCardView } from './procedure-view.ts';
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
  withdrawn: '撤回',
  agreed: '同意',
  returned: '退回',
  decided: '审定通过',
  skipped: '无需办理',
};

/** Whose form it is and until when. */
export function formFacts(view: ProcedureCardView): readonly Fact[] {
  const { row, dueOn, current } = view;
  return [
    { label: '填报人', value: row.subjectName },
    { label: '部门', value: row.departmentName },
    { label: '岗位', value: row.postNames },
    ...(dueOn === null || current === null ? [] : [{ label: '截止', value: dueText(view, dueOn) }]),
  ];
}

function dueText(view: ProcedureCardView, dueOn: string): string {
  return dueOn < view.today ? `${dateText(dueOn)}，已逾期` : dateText(dueOn);
}

/** The chain, one line per step: who acts and how it stands. */
export function chainBlock(view: ProcedureCardView): Block {
  const facts = view.steps.map(({ step, state, people }): Fact => {
    const names = people.map(({ name }) => name).join('、');
    return {
      label: `${stateMarks[state]} ${step.name}`,
      value: names === '' ? chainNobody(state) : names,
    };
  });
  return { kind: 'facts', facts };
}

const stateMarks = { done: '✓', current: '▶', ahead: '○', skipped: '—' } as const;
const chainNobody = (state: keyof typeof stateMarks): string =>
  state === 'skipped' || state === 'ahead' ? '无上一级，不需签署' : '';

/** What was done, by whom, when, with which opinion; the newest version last. */
export function historyBlocks(view: ProcedureCardView): readonly Block[] {
  const lines = view.history.filter(({ action }) => action !== 'skipped');
  if (lines.length === 0) return [];
  const items = lines.map(
    (line): ListItem => ({ title: headline(view, line), ...detailOf(view, line) }),
  );
  return [
    { kind: 'details', title: `办理记录（${items.length}条）`, blocks: [{ kind: 'list', items }] },
  ];
}

function headline(view: ProcedureCardView, line: HistoryLine): string {
  const name = line.actorName ?? roleText(line.capacity);
  const what = actionTexts[line.action];
  return `${name}（${roleText(line.capacity)}）${what} · ${instantText(line.at, view.zone)}`;
}

function detailOf(view: ProcedureCardView, line: HistoryLine): { readonly detail?: string } {
  const names = new Map(view.meetingMembers.map(({ code, name }) => [code, name]));
  const attended = (line.attendees ?? []).map((code) => names.get(code) ?? code).join('、');
  const parts = [
    ...(line.heldOn === null ? [] : [`会议：${dateText(line.heldOn)}，出席：${attended}`]),
    ...(line.opinion === null ? [] : [`意见：${line.opinion}`]),
  ];
  return parts.length === 0 ? {} : { detail: parts.join('\n') };
}

/** The decision that ended the last round, as a sentence; null while nothing has been decided. */
export function lastVerdict(view: ProcedureCardView): HistoryLine | null {
  return (
    view.history.findLast(({ action }) => action === 'returned' || action === 'decided') ?? null
  );
}

const SHORT = 160;

/** The points of a form, shortened, each with a button to its full text when something was cut. */
export function pointsBlock(view: ProcedureCardView): Block {
  const items = view.points.map((point, index): ListItem => {
    const full = pointDetail(view, point);
    const detail = pointDetail(view, point, SHORT);
    const button = {
      text: '查看',
      style: 'default' as const,
      action: procedureRead({ id: view.row.id, n: index }),
    };
    return {
      title: pointTitle(view, point, index),
      detail,
      ...(full === detail ? {} : { button }),
    };
  });
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
  return point.manifestationPicks.map((code) => texts.get(code) ?? '').join(';');
}
