/** The cards that answer typed commands: 帮助, 待办, 进度, 台账, and the launch of a self-check. */
import { type Day, dayOf } from '../domain/calendar.ts';
import type { Profile } from '../domain/profile.ts';
import {
  commandRun,
  cycleLaunch,
  cyclePropose,
  registerExport,
  registerPage,
  taskPage,
  taskShow,
} from './actions.ts';
import type { Button } from './button.ts';
import type { Block, Card, ListItem } from './model.ts';
import { dateText, existenceTextOf, shorten } from './wording.ts';

export type TaskLine = {
  readonly procedureId: string;
  readonly title: string;
  readonly stepName: string;
  readonly dueOn: Day;
};

const PAGE = 10;

/** Everything that waits for a person, the most urgent first, ten to a page. */
export function taskListCard(tasks: readonly TaskLine[], page: number, today: Day): Card {
  const pages = Math.max(1, Math.ceil(tasks.length / PAGE));
  const index = Math.min(page, pages - 1);
  const overdue = tasks.filter(({ dueOn }) => dueOn < today).length;
  const shown = tasks.slice(index * PAGE, (index + 1) * PAGE);
  const items = shown.map(
    (task): ListItem => ({
      title: task.title,
      detail: `${task.stepName} · 截止${dateText(task.dueOn)}${task.dueOn < today ? '，已逾期' : ''}`,
      button: { text: '查看', style: 'default', action: taskShow({ id: task.procedureId }) },
    }),
  );
  const count = tasks.length === 0 ? '没有待办事项' : `待办事项${tasks.length}项`;
  return {
    title: '我的待办',
    tone: overdue > 0 ? 'attention' : 'active',
    ...(overdue > 0 ? { tag: `逾期${overdue}项` } : {}),
    summary: count,
    blocks: [
      {
        kind: 'text',
        text:
          tasks.length === 0
            ? '目前没有需要您办理的事项。'
            : `共${tasks.length}项，按截止日期排列。`,
      },
      ...(items.length === 0 ? [] : [{ kind: 'list' as const, items }]),
      ...pager(index, pages, (n) => taskPage({ n })),
    ],
  };
}

function pager(
  index: number,
  pages: number,
  action: (n: number) => Button['action'],
): readonly Block[] {
  if (pages <= 1) return [];
  const buttons: readonly Button[] = [
    ...(index > 0
      ? [{ text: '上一页', style: 'default' as const, action: action(index - 1) }]
      : []),
    ...(index < pages - 1
      ? [{ text: '下一页', style: 'default' as const, action: action(index + 1) }]
      : []),
  ];
  return [
    { kind: 'text', muted: true, text: `第${index + 1}页，共${pages}页` },
    { kind: 'buttons', buttons },
  ];
}

export type HelpLine = { readonly word: string; readonly text: string };

/** What this person can do here. */
export function helpCard(lines: readonly HelpLine[], intro: string): Card {
  return {
    title: '廉哨 · 使用帮助',
    tone: 'neutral',
    summary: '廉哨使用帮助',
    blocks: [
      { kind: 'text', text: intro },
      { kind: 'list', items: lines.map(({ word, text }) => ({ title: word, detail: text })) },
      {
        kind: 'buttons',
        buttons: lines.map(({ word }) => ({
          text: word,
          style: 'default' as const,
          action: commandRun({ word }),
        })),
      },
    ],
  };
}

export type RegisterCardLine = {
  readonly registerNumber: string;
  readonly personName: string;
  readonly departmentName: string;
  readonly riskTypeName: string;
  readonly existence: 'present' | 'potential';
  readonly content: string;
};

/** A page of the register; `exportable` units get a button that sends the whole register as a file. */
export function registerCard(view: {
  readonly lines: readonly RegisterCardLine[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly exportable: readonly string[];
}): Card {
  const items = view.lines.map(
    (line): ListItem => ({
      title: line.registerNumber,
      detail: `${line.departmentName} · ${line.personName} · ${line.riskTypeName}(${existenceTextOf(line.existence)})\n${shorten(line.content, 60)}`,
    }),
  );
  const exports = view.total === 0 ? [] : view.exportable;
  return {
    title: '廉政风险点台账',
    tone: 'neutral',
    summary: `台账共${view.total}条`,
    blocks: [
      {
        kind: 'text',
        text:
          view.total === 0
            ? '台账中还没有您可以查看的风险点。'
            : `共${view.total}条，按登记编号从新到旧排列。`,
      },
      ...(items.length === 0 ? [] : [{ kind: 'list' as const, items }]),
      ...pager(view.page, view.pages, (n) => registerPage({ n })),
      ...(exports.length === 0
        ? []
        : [
            {
              kind: 'buttons' as const,
              buttons: exports.map((unit) => ({
                text: '导出表格',
                style: 'default' as const,
                action: registerExport({ unit }),
              })),
            },
          ]),
    ],
  };
}

/** Offers the launch to somebody who may do it. */
export function proposeCard(
  units: readonly { readonly code: string; readonly name: string }[],
): Card {
  return {
    title: '发起自查',
    tone: 'active',
    summary: '可以发起新一轮自查',
    blocks: [
      { kind: 'text', text: '目前没有需要您填写的自查表。您可以为下列单位发起新一轮自查。' },
      {
        kind: 'buttons',
        buttons: units.map(({ code, name }) => ({
          text: `发起自查（${name}）`,
          style: 'primary' as const,
          action: cyclePropose({ unit: code }),
        })),
      },
    ],
  };
}

/** Asks which profile and from which day. */
export function launchCard(
  unit: { readonly code: string; readonly name: string },
  profiles: readonly Profile[],
  now: Date,
  zone: string,
): Card {
  const [first] = profiles;
  return {
    title: `发起自查：${unit.name}`,
    tone: 'active',
    summary: '请确认自查方案和开始日期',
    blocks: [
      { kind: 'text', text: '发起后，系统会按方案给全体在岗人员发送自查表，并自动提醒、催办。' },
      {
        kind: 'form',
        form: {
          name: 'launch',
          fields: [
            {
              kind: 'single',
              name: 'profile',
              label: '方案',
              required: true,
              help: '请选择方案',
              choices: profiles.map(({ id, name }) => ({ value: id, text: name })),
              ...(profiles.length === 1 && first !== undefined ? { value: first.id } : {}),
            },
            {
              kind: 'date',
              name: 'startOn',
              label: '开始日期',
              required: true,
              help: '从哪一天开始',
              value: dayOf(now, zone),
            },
          ],
          buttons: [
            {
              text: '确认发起',
              style: 'primary',
              action: cycleLaunch({ unit: unit.code }),
              confirm: {
                title: '发起自查',
                text: `确定为${unit.name}发起自查吗？发起后立即通知全体人员。`,
              },
            },
          ],
        },
      },
    ],
  };
}

/** What was launched: stages with their days. */
export function launchedCard(launched: {
  readonly name: string;
  readonly people: number;
  readonly stages: readonly {
    readonly name: string;
    readonly firstDay: Day;
    readonly lastDay: Day;
  }[];
}): Card {
  return {
    title: '自查已发起',
    tone: 'success',
    summary: `自查已发起，覆盖${launched.people}人`,
    blocks: [
      { kind: 'text', text: `《${launched.name}》已经发起，覆盖${launched.people}人。` },
      {
        kind: 'table',
        columns: ['阶段', '开始', '截止'],
        rows: launched.stages.map(({ name, firstDay, lastDay }) => [
          name,
          dateText(firstDay),
          dateText(lastDay),
        ]),
      },
      {
        kind: 'buttons',
        buttons: [{ text: '进度', style: 'default', action: commandRun({ word: '进度' }) }],
      },
    ],
  };
}
