/** One message with everything a person is to be reminded of. */
import type { Day } from '../domain/calendar.ts';
import { taskShow } from './actions.ts';
import type { Card, ListItem } from './model.ts';
import { dateText } from './wording.ts';

export type ReminderCardLine = {
  readonly kind: 'before' | 'onDue' | 'after' | 'escalated' | 'result';
  readonly procedureId: string;
  readonly title: string;
  readonly stepName: string;
  readonly assigneeName: string;
  readonly dueOn: Day;
};

/** The digest of `lines`; every line opens its matter. */
export function reminderCard(lines: readonly ReminderCardLine[]): Card {
  const late = lines.some(({ kind }) => kind === 'after' || kind === 'escalated');
  const items = lines.map(
    (line): ListItem => ({
      title: line.title,
      detail: detailText(line),
      button: { text: '查看', style: 'default', action: taskShow({ id: line.procedureId }) },
    }),
  );
  const title = late ? '逾期提醒' : '办理提醒';
  return {
    title,
    tone: late ? 'alarm' : 'attention',
    tag: `${lines.length}项`,
    summary: `${title}：${lines[0]?.title ?? ''}${lines.length > 1 ? `等${lines.length}项` : ''}`,
    blocks: [{ kind: 'list', items }],
  };
}

function detailText(line: ReminderCardLine): string {
  const due = `截止${dateText(line.dueOn)}`;
  switch (line.kind) {
    case 'before':
      return `${line.stepName} · ${due}，请及时办理。`;
    case 'onDue':
      return `${line.stepName} · ${due}，今天到期，请尽快办理。`;
    case 'after':
      return `${line.stepName} · ${due}，已经逾期，请立即办理。`;
    case 'escalated':
      return `${line.assigneeName}尚未办理“${line.stepName}”，${due}，已经逾期，请督促。`;
    case 'result':
      return `${line.stepName}已经办结。`;
  }
}
