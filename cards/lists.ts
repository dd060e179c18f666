/** The cards that answer typed commands: 帮助, 待办, 进度, 台账, and the launch of a self-check. */
import type { Day } from '../domain/calendar.ts';
import { commandRun, taskPage, taskShow } from './actions.ts';
import type { Button } from './button.ts';
import type { Block, Card, ListItem } from './model.ts';
import { dateText } from './wording.ts';

export type TaskLine = {
  readonly procedureId: string;
  readonly title: string;
  readonly stepName: string;
  readonly dueOn: Day;
};

export type TaskListing = {
  /** Those of the page shown. */
  readonly tasks: readonly TaskLine[];
  readonly total: number;
  readonly overdue: number;
  /** From 0. */
  readonly page: number;
  readonly pages: number;
  readonly today: Day;
};

/** What waits for a person, the most urgent first. */
export function taskListCard(listing: TaskListing): Card {
  const { total, overdue, page, pages, today } = listing;
  const items = listing.tasks.map(
    (task): ListItem => ({
      title: task.title,
      detail: `${task.stepName} · 截止${dateText(task.dueOn)}${task.dueOn < today ? '，已逾期' : ''}`,
      button: { text: '查看', style: 'default', action: taskShow({ id: task.procedureId }) },
    }),
  );
  const count = total === 0 ? '没有待办事项' : `待办事项${total}项`;
  return {
    title: '我的待办',
    tone: overdue > 0 ? 'attention' : 'active',
    ...(overdue > 0 ? { tag: `逾期${overdue}项` } : {}),
    summary: count,
    blocks: [
      {
        kind: 'text',
        text: total === 0 ? '目前没有需要您办理的事项。' : `共${total}项，按截止日期排列。`,
      },
      ...(items.length === 0 ? [] : [{ kind: 'list' as const, items }]),
      ...pager(page, pages, (n) => taskPage({ n })),
    ],
  };
}

/** Buttons to turn the page; nothing for a single page. */
export function pager(
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
      { kind: 'facts', facts: lines.map(({ word, text }) => ({ label: word, value: text })) },
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

/** The first greeting: what this is, what waits for the person, what happens to what is written here. */
export function welcomeCard(name: string, tasks: TaskListing, lines: readonly HelpLine[]): Card {
  const waiting = taskListCard(tasks).blocks;
  return {
    title: '欢迎使用廉哨',
    tone: 'active',
    summary: '欢迎使用廉哨',
    blocks: [
      {
        kind: 'text',
        text: `${name}，您好！廉政风险自查、审核和提醒都在这里办理，按卡片上的按钮即可。`,
      },
      { kind: 'heading', text: '我的待办' },
      ...waiting,
      { kind: 'divider' },
      {
        kind: 'text',
        muted: true,
        text: '您填写的内容只供审核人员、领导小组和纪检监察使用，每次提交和审核都会留下记录。',
      },
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
