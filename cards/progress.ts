/** 进度: the person's own forms and the departments the person answers for. */
import type { Day } from '../domain/calendar.ts';
import type { ProcedureStatus } from '../domain/procedure-state.ts';
import type { Level } from '../domain/profile-forms.ts';
import { taskShow } from './actions.ts';
import type { Chart } from './chart.ts';
import { PROGRESS_PAGE } from './link.ts';
import type { Block, Card, ListItem } from './model.ts';
import { dateText } from './wording.ts';

export type OwnFormLine = {
  readonly procedureId: string;
  readonly formName: string;
  readonly stepName: string | null;
  readonly status: ProcedureStatus;
};

export type StageLine = {
  readonly name: string;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly status: 'notStarted' | 'running' | 'ended';
};

export type FormLine = Omit<Counts, 'late'> & {
  readonly name: string;
  /** Given in before the first day, or after the last (PLAN-08). */
  readonly early: number;
  readonly late: number;
};

export type UnstaffedLine = { readonly objectName: string; readonly formName: string };

export type CycleLines = {
  readonly name: string;
  readonly stages: readonly StageLine[];
  readonly departments: readonly {
    readonly departmentName: string;
    readonly owed: number;
    readonly submitted: number;
    readonly completed: number;
    readonly late: number;
  }[];
  readonly forms: readonly FormLine[];
  readonly missing: readonly {
    readonly level: Level;
    readonly name: string;
    readonly departmentName: string;
    readonly formName: string;
  }[];
  readonly unstaffed: readonly UnstaffedLine[];
};

/** The progress card; without own forms and cycles it says so. */
export function progressCard(own: readonly OwnFormLine[], cycles: readonly CycleLines[]): Card {
  const nothing = own.length === 0 && cycles.length === 0;
  return {
    title: '工作进度',
    tone: 'neutral',
    summary: '工作进度',
    blocks: [
      ...(nothing ? [{ kind: 'text' as const, text: '目前没有正在进行的工作。' }] : []),
      ...ownBlocks(own),
      ...cycles.flatMap(cycleBlocks),
      ...(cycles.length === 0 ? [] : [pageLink]),
    ],
  };
}

const pageLink: Block = {
  kind: 'links',
  links: [{ text: '在网页中查看', page: PROGRESS_PAGE }],
};

function ownBlocks(own: readonly OwnFormLine[]): readonly Block[] {
  if (own.length === 0) return [];
  const items = own.map(
    (line): ListItem => ({
      title: line.formName,
      detail: statusText(line),
      button: { text: '查看', style: 'default', action: taskShow({ id: line.procedureId }) },
    }),
  );
  return [
    { kind: 'heading', text: '我的表格' },
    { kind: 'list', items },
  ];
}

export function statusText(line: OwnFormLine): string {
  if (line.status === 'scheduled') return '尚未开始';
  if (line.status === 'completed') return '已审定登记';
  if (line.status === 'cancelled') return '已终止';
  return `当前环节：${line.stepName ?? ''}`;
}

function cycleBlocks(cycle: CycleLines): readonly Block[] {
  const total = totalOf(cycle.departments);
  const done = doneText(cycle);
  return [
    { kind: 'heading', text: cycle.name },
    { kind: 'text', text: totalText(total, done) },
    { kind: 'text', muted: true, text: cycle.stages.map(stageText).join('\n') },
    { kind: 'chart', chart: progressChart(cycle.departments, done) },
    {
      kind: 'table',
      columns: ['部门', '应填', '已提交', done, '逾期'],
      rows: cycle.departments.map((each) => [
        each.departmentName,
        String(each.owed),
        String(each.submitted),
        String(each.completed),
        String(each.late),
      ]),
    },
    ...formBlocks(cycle),
    ...missingBlocks(cycle, total.owed - total.submitted),
    ...unstaffedBlocks(cycle),
  ];
}

/** By form, where there are several; and what came too early or too late (PLAN-08). */
function formBlocks({ forms }: CycleLines): readonly Block[] {
  const table: Block = {
    kind: 'table',
    columns: ['表格', '应填', '已提交', '已办结'],
    rows: forms.map((each) => [
      each.name,
      String(each.owed),
      String(each.submitted),
      String(each.completed),
    ]),
  };
  const marked = forms.flatMap(({ name, early, late }) => [
    ...(early > 0 ? [`${name}提前提交${early}份`] : []),
    ...(late > 0 ? [`${name}逾期提交${late}份`] : []),
  ]);
  return [
    ...(forms.length > 1 ? [table] : []),
    ...(marked.length > 0 ? [{ kind: 'text' as const, text: `${marked.join('；')}。` }] : []),
  ];
}

/** Forms nobody can write, because the post that writes them is vacant (ORG-25). */
const unstaffedBlocks = ({ unstaffed }: CycleLines): readonly Block[] =>
  unstaffed.length === 0
    ? []
    : [{ kind: 'notice', tone: 'attention', text: unstaffedText(unstaffed) }];

export function unstaffedText(unstaffed: readonly UnstaffedLine[]): string {
  const names = unstaffed.map(({ objectName, formName }) => `${objectName}（${formName}）`);
  return `暂无人填写：${names.join('、')}。请先明确负责人，系统会自动发送表格。`;
}

/** Not every paper is decided upon by the leading group. */
export const doneText = ({ forms }: { readonly forms: readonly unknown[] }): string =>
  forms.length > 1 ? '已办结' : '已审定';

export type Counts = {
  readonly owed: number;
  readonly submitted: number;
  readonly completed: number;
  readonly late: number;
};

/** The counts of several departments together. */
export const totalOf = (departments: readonly Counts[]): Counts =>
  departments.reduce(
    (sum, each) => ({
      owed: sum.owed + each.owed,
      submitted: sum.submitted + each.submitted,
      completed: sum.completed + each.completed,
      late: sum.late + each.late,
    }),
    { owed: 0, submitted: 0, completed: 0, late: 0 },
  );

/** Whole percent, rounded down, so that 100 means everything. */
export const percentOf = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.floor((part * 100) / whole);

function totalText({ owed, submitted, completed, late }: Counts, done: string): string {
  const delayed = late === 0 ? '' : `，逾期${late}份`;
  return `应填${owed}份，已提交${submitted}份（${percentOf(submitted, owed)}%），${done}${completed}份${delayed}。`;
}

/** Bars of a chart; more would not be readable on a telephone. */
const BARS = 12;

/** Every department as a bar; of many departments those with the most forms missing. */
export function progressChart(
  departments: readonly (Counts & { readonly departmentName: string })[],
  done: string,
  limit = BARS,
): Chart {
  const missing = (each: Counts): number => each.owed - each.submitted;
  const many = departments.length > limit;
  const shown = many
    ? departments.toSorted((a, b) => missing(b) - missing(a)).slice(0, limit)
    : departments;
  return {
    title: many ? `未提交最多的${limit}个部门（份）` : '各部门完成情况（份）',
    parts: [done, '审核中', '未提交'],
    bars: shown.map((each) => ({
      label: each.departmentName,
      counts: [each.completed, each.submitted - each.completed, missing(each)],
    })),
  };
}

export const stageStates = { notStarted: '未开始', running: '进行中', ended: '已结束' } as const;

/** The days of a stage; a single day is said once. */
export const stageDays = ({ firstDay, lastDay }: StageLine): string =>
  firstDay === lastDay ? dateText(firstDay) : `${dateText(firstDay)}至${dateText(lastDay)}`;

const stageText = (stage: StageLine): string =>
  `${stage.name}：${stageDays(stage)}，${stageStates[stage.status]}`;

function missingBlocks(cycle: CycleLines, missing: number): readonly Block[] {
  if (missing <= 0) return [];
  const onlyPeople = cycle.forms.length <= 1;
  const count = onlyPeople ? `${missing}人` : `${missing}份`;
  const names = cycle.missing.map((each) => missingText(each, onlyPeople)).join('、');
  const more = missing > cycle.missing.length ? `等${count}` : '';
  return [
    {
      kind: 'details',
      title: `尚未提交（${count}）`,
      blocks: [{ kind: 'text', text: `${names}${more}` }],
    },
  ];
}

/** Whom it waits for; with several forms also for which one, and whose. */
function missingText(
  { level, name, departmentName, formName }: CycleLines['missing'][number],
  onlyPeople: boolean,
): string {
  if (onlyPeople) return `${name}（${departmentName}）`;
  return level === 'person'
    ? `${name}（${departmentName}，${formName}）`
    : `${departmentName}（${formName}，${name}）`;
}
