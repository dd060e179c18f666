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

/** The digest of `lines` as they stand on `today`; every line opens its matter. */
export function reminderCard(lines: readonly ReminderCardLine[], today: Day): Card {
  const late = lines.some(({ kind, dueOn }) => kind !== 'result' && dueOn < today);
  const items = lines.map(
    (line): ListItem => ({
      title: line.title,
      detail: detailText(line, today),
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

function detailText(line: ReminderCardLine, today: Day): string {
  const { kind, stepName, dueOn } = line;
  const due = `截止${dateText(dueOn)}`;
  if (kind === 'result') return `${stepName}已经办结。`;
  if (kind === 'escalated') {
    const standing = dueOn < today ? '，已经逾期' : '';
    return `${line.assigneeName}尚未办理“${stepName}”，${due}${standing}，请督促。`;
  }
  return `${stepName} · ${due}，${urgeText(kind, dueOn, today)}`;
}

/** By the day itself: the reminder of the due day goes out before it when that day is a holiday. */
function urgeText(kind: 'before' | 'onDue' | 'after', dueOn: Day, today: Day): string {
  if (dueOn < today) return '已经逾期，请立即办理。';
  if (dueOn === today) return '今天到期，请尽快办理。';
  return kind === 'before' ? '请及时办理。' : '即将到期，请尽快办理。';
}
