/** Every reminder that fell due was noted, told in exactly one message, and that message arrived. */
import { dayAt, instantOn, workingDaysFrom, workingDayUpTo } from './calendar.ts';
import { markFor } from './check-messages.ts';
import type { Evidence, TaskRow } from './evidence.ts';
import { type Checked, type Violation, violation } from './finding.ts';
import type { PlatformRecord } from './platform-record.ts';

type Rung = { readonly kind: 'before' | 'onDue' | 'after' | 'escalated'; readonly at: Date };

/** The shipped ladder: working days from the due day, each at nine in the morning. */
const ladder: readonly (readonly [kind: Rung['kind'], workdays: number])[] = [
  ['before', -10],
  ['before', -3],
  ['before', -1],
  ['onDue', 0],
  ['after', 1],
  ['after', 3],
  ['escalated', 2],
  ['escalated', 5],
];

export function checkReminders(evidence: Evidence, record: PlatformRecord): Checked {
  const rows = Map.groupBy(evidence.reminders, ({ task }) => task);
  const topmost = new Set(evidence.principals.map(({ person }) => person));
  return {
    looked: evidence.reminders.length,
    violations: [
      ...evidence.tasks.flatMap((task) => checkLadder(task, rows.get(task.id) ?? [], record.now)),
      ...evidence.tasks
        .filter(({ person }) => !topmost.has(person))
        .flatMap((task) => checkEscalation(task, rows.get(task.id) ?? [], record.now)),
      ...checkNextRungs(evidence, record.now),
      ...checkTold(evidence, record),
    ],
  };
}

/** The rungs of a task that lie after its opening, earliest first. */
function rungsOf(task: TaskRow): readonly Rung[] {
  const openedOn = dayAt(new Date(task.openedAt));
  const isLate = openedOn > task.dueOn;
  const anchor = workingDayUpTo(isLate ? openedOn : task.dueOn);
  return ladder
    .filter(([kind]) => !isLate || kind === 'after' || kind === 'escalated')
    .map(([kind, workdays]) => ({
      kind,
      at: instantOn(workdays === 0 ? anchor : workingDaysFrom(anchor, workdays), '09:00:00'),
    }))
    .filter(({ at }) => at > new Date(task.openedAt))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

type Noted = Evidence['reminders'][number];

/** At most one reminder per rung and person; an open task has that of its last plain rung. */
function checkLadder(task: TaskRow, noted: readonly Noted[], now: Date): readonly Violation[] {
  const passed = rungsOf(task).filter(({ at }) => at <= now);
  const kinds = ['before', 'onDue', 'after', 'escalated'] as const;
  const tooMany = kinds.flatMap((kind) => {
    const rungs = passed.filter((rung) => rung.kind === kind).length;
    const perPerson = Map.groupBy(
      noted.filter((row) => row.kind === kind),
      ({ person }) => person,
    );
    return [...perPerson].flatMap(([person, rows]) =>
      rows.length > rungs
        ? [
            violation(
              'reminder',
              `task ${task.id}: ${person} has ${rows.length} ${kind} for ${rungs} rungs`,
            ),
          ]
        : [],
    );
  });
  if (task.state !== 'open') return tooMany;
  const last = passed.findLast(({ kind }) => kind !== 'escalated');
  const missing =
    last === undefined ||
    noted.some((row) => row.kind === last.kind && new Date(row.createdAt) >= last.at)
      ? []
      : [
          violation(
            'reminder',
            `task ${task.id} of ${task.person}: nothing noted for ${last.kind} of ${last.at.toISOString()}`,
          ),
        ];
  return [...tooMany, ...missing];
}

/** The first escalation of an open task is never passed over, however long nothing ran. */
function checkEscalation(task: TaskRow, noted: readonly Noted[], now: Date): readonly Violation[] {
  const rung = rungsOf(task).find(({ kind }) => kind === 'escalated');
  if (task.state !== 'open' || rung === undefined || rung.at > now) return [];
  const isTold = noted.some(
    (row) => row.kind === 'escalated' && new Date(row.createdAt) >= rung.at,
  );
  if (isTold) return [];
  const detail = `task ${task.id} of ${task.person}: no superior was told at ${rung.at.toISOString()}`;
  return [violation('reminder', detail)];
}

/** An open task waits for exactly its next rung. */
function checkNextRungs({ tasks, timers }: Evidence, now: Date): readonly Violation[] {
  const due = new Map(
    timers.filter(({ kind }) => kind === 'task').map((timer) => [timer.subject, timer.dueAt]),
  );
  return tasks.flatMap((task) => {
    const next = task.state === 'open' ? rungsOf(task).find(({ at }) => at > now) : undefined;
    const wanted = next?.at.toISOString();
    const found = due.get(task.id);
    return wanted === found
      ? []
      : [
          violation(
            'ladder',
            `task ${task.id} (${task.state}) waits for ${found ?? 'nothing'}, not ${wanted ?? 'nothing'}`,
          ),
        ];
  });
}

/** Told reminders stand in exactly one digest and one audit entry; what is not told waits for a digest to come. */
function checkTold(evidence: Evidence, record: PlatformRecord): readonly Violation[] {
  const digests = Map.groupBy(
    evidence.outbox
      .filter(({ kind }) => kind === 'digest')
      .flatMap((row) => row.reminders.map((id) => ({ id, row }))),
    ({ id }) => id,
  );
  const audited = Map.groupBy(
    evidence.audit
      .filter(({ action }) => action === 'reminder.told')
      .flatMap(({ reminders }) => reminders),
    (id) => id,
  );
  const waiting = new Set(
    evidence.timers
      .filter(({ kind, dueAt }) => kind === 'digest' && new Date(dueAt) > record.now)
      .map(({ subject, slot }) => `${subject} ${slot}`),
  );
  const openTasks = new Set(
    evidence.tasks.filter(({ state }) => state === 'open').map(({ id }) => id),
  );
  const arrived = new Set(record.sent.map(({ mark }) => mark));
  return evidence.reminders.flatMap((reminder) => {
    const { id, person, lane, task, deliveredAt } = reminder;
    const name = `reminder ${id} to ${person}`;
    if (deliveredAt === null) {
      return waiting.has(`${person} ${lane}`)
        ? []
        : [violation('untold', `${name} was never told, and nothing is about to`)];
    }
    const rows = (digests.get(id) ?? []).map(({ row }) => row);
    const entries = audited.get(id)?.length ?? 0;
    const [row] = rows;
    if (row === undefined || rows.length > 1 || entries !== 1) {
      const detail = `${name} stands in ${rows.length} messages and ${entries} audit entries`;
      return [violation('told', detail)];
    }
    return arrived.has(markFor(row.id)) ? [] : unheard(name, row.state, openTasks.has(task));
  });
}

/** A message that did not arrive is right only if its task was done before it could. */
function unheard(name: string, state: string, isOpen: boolean): readonly Violation[] {
  if (state === 'sent') return [violation('told', `${name}: its message never arrived`)];
  return state === 'dropped' && isOpen
    ? [violation('untold', `${name}: its message was dropped while the task is open`)]
    : [];
}
