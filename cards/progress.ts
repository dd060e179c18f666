/** 进度: the person's own forms and the departments the person answers for. */
import type { Day } from '../domain/calendar.ts';
import type { ProcedureStatus } from '../domain/procedure.ts';
import { taskShow } from './actions.ts';
import type { Block, Card, ListItem } from './model.ts';
import { dateText } from './wording.ts';

export type OwnFormLine = {
  readonly procedureId: string;
  readonly formName: string;
  readonly stepName: string | null;
  readonly status: ProcedureStatus;
};

export type CycleLines = {
  readonly name: string;
  readonly stages: readonly {
    readonly name: string;
    readonly firstDay: Day;
    readonly lastDay: Day;
    readonly status: 'notStarted' | 'running' | 'ended';
  }[];
  readonly departments: readonly {
    readonly departmentName: string;
    readonly owed: number;
    readonly submitted: number;
    readonly completed: number;
  }[];
  readonly missing: readonly { readonly name: string; readonly departmentName: string }[];
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
    ],
  };
}

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
    { kind: 'heading', text: '我的自查表' },
    { kind: 'list', items },
  ];
}

function statusText(line: OwnFormLine): string {
  if (line.status === 'scheduled') return '尚未开始';
  if (line.status === 'completed') return '已审定登记';
  if (line.status === 'cancelled') return '已终止';
  return `当前环节：${line.stepName ?? ''}`;
}

function cycleBlocks(cycle: CycleLines): readonly Block[] {
  const sum = (key: 'owed' | 'submitted' | 'completed') =>
    cycle.departments.reduce((total, department) => total + department[key], 0);
  const [owed, submitted, completed] = [sum('owed'), sum('submitted'), sum('completed')];
  const percent = owed === 0 ? 0 : Math.floor((submitted * 100) / owed);
  return [
    { kind: 'heading', text: cycle.name },
    {
      kind: 'text',
      text: `应填${owed}份，已提交${submitted}份（${percent}%），已审定${completed}份。`,
    },
    { kind: 'text', muted: true, text: cycle.stages.map(stageText).join('\n') },
    {
      kind: 'table',
      columns: ['部门', '应填', '已提交', '已审定'],
      rows: cycle.departments.map((each) => [
        each.departmentName,
        String(each.owed),
        String(each.submitted),
        String(each.completed),
      ]),
    },
    ...missingBlocks(cycle, owed - submitted),
  ];
}

const stageStates = { notStarted: '未开始', running: '进行中', ended: '已结束' } as const;

const stageText = (stage: CycleLines['stages'][number]): string =>
  `${stage.name}：${dateText(stage.firstDay)}至${dateText(stage.lastDay)}，${stageStates[stage.status]}`;

function missingBlocks(cycle: CycleLines, missing: number): readonly Block[] {
  if (missing <= 0) return [];
  const names = cycle.missing
    .map(({ name, departmentName }) => `${name}（${departmentName}）`)
    .join('、');
  const more = missing > cycle.missing.length ? `等${missing}人` : '';
  return [
    {
      kind: 'details',
      title: `尚未提交（${missing}人）`,
      blocks: [{ kind: 'text', text: `${names}${more}` }],
    },
  ];
}
