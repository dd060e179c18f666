/**
 * Climbs the reminder ladders (PLAN-32, ACCOUNT-16): a task's timer notes what is to be told and arms the next rung;
 * `services/digest.ts` tells it. Whole departments fall due in the same second, so many ladders are climbed together.
 */
import type { Writer } from '../db/client.ts';
import { insertReminders, type NewReminder } from '../db/reminders.ts';
import { consumeTimers, type DueTimer } from '../db/timers.ts';
import { openTasksAmong, type ReminderTask } from '../db/waiting-tasks.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { dayOf, type WorkCalendar } from '../domain/calendar.ts';
import type { TimerSpec } from '../domain/effect.ts';
import { dueRungs, type Ladder, type Rung, rungsOfTask } from '../domain/ladder.ts';
import { refuse } from '../domain/refusal.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { digestTimer, type Telling, tellingAt } from './digest.ts';
import { profilesOf } from './frozen-profile.ts';
import { attempt, type Change, newId, required } from './mutate.ts';
import { type Superiors, superiorsFor } from './superiors.ts';
import { taskTimer } from './task.ts';

/** What one ladder comes to at this instant. */
type Climb = {
  readonly task: ReminderTask;
  readonly telling: Telling;
  readonly fire: readonly Rung[];
  readonly next: Rung | null;
};

/** The effect of `task` timers: notes the rungs that are due and arms the next ones. */
export async function climbLadders(
  ctx: Context,
  timers: readonly DueTimer[],
): Promise<ReadonlySet<string>> {
  const result = await attempt(ctx, async (trx) => {
    // The tasks first: one that is closed meanwhile would be left with the timer of its next rung.
    const found = await openTasksAmong(
      trx,
      timers.map(({ subject }) => subject),
    );
    const taken = await consumeTimers(trx, timers, ctx.now);
    const mine = timers.filter(({ id }) => taken.has(id));
    const calendar = await loadWorkCalendar(trx);
    const climbs = await climbsOf(ctx, trx, { timers: mine, found }, calendar);
    const escalating = climbs
      .filter(({ fire }) => fire.some(({ kind }) => kind === 'escalated'))
      .map(({ task }) => task);
    const superiors = await superiorsFor(trx, escalating, dayOf(ctx.now, ctx.zone));
    const told = climbs.map((climb) => ({
      ...climb,
      reminders: remindersOf(ctx, climb, superiors),
    }));
    await insertReminders(
      trx,
      told.flatMap(({ reminders }) => reminders),
    );
    const open = new Set(climbs.map(({ task }) => task.id));
    const [first, ...rest] = [
      ...told.map(entryOf),
      ...mine.filter(({ subject }) => !open.has(subject)).map(lapsed),
    ];
    if (first === undefined) return required<Change<ReadonlySet<string>>>(refuse('stale'));
    const digests = told.flatMap(({ reminders, telling }) =>
      reminders.map(({ personCode, lane }) => digestTimer(personCode, lane, telling)),
    );
    return { value: taken, timers: [...digests, ...nextRungs(climbs)], audit: [first, ...rest] };
  });
  return result.ok ? result.value : new Set();
}

async function climbsOf(
  ctx: Context,
  trx: Writer,
  {
    timers,
    found,
  }: { readonly timers: readonly DueTimer[]; readonly found: readonly ReminderTask[] },
  calendar: WorkCalendar,
): Promise<readonly Climb[]> {
  const tasks = new Map(found.map((task) => [task.id, task]));
  const cycles = found.map(({ cycleId }) => cycleId);
  const rules = new Map(
    [...(await profilesOf(trx, cycles))].map(([id, { settings }]) => {
      const { reminders, sendWindow } = settings;
      return [
        id,
        {
          rungsFor: rungsOnce(ctx, reminders, calendar),
          telling: tellingAt(ctx, sendWindow, calendar),
        },
      ];
    }),
  );
  return timers.flatMap((timer): Climb[] => {
    const task = tasks.get(timer.subject);
    const rule = task === undefined ? undefined : rules.get(task.cycleId);
    if (task === undefined || rule === undefined) return [];
    const after = new Date(timer.dueAt.getTime() - 1);
    return [{ task, telling: rule.telling, ...dueRungs(rule.rungsFor(task), after, ctx.now) }];
  });
}

/** Thousands of tasks were opened together and share a due day: their rungs are worked out once. */
function rungsOnce(
  ctx: Context,
  ladder: Ladder,
  calendar: WorkCalendar,
): (task: ReminderTask) => readonly Rung[] {
  const known = new Map<string, readonly Rung[]>();
  return ({ dueOn, openedAt }) => {
    const key = `${dueOn} ${openedAt.getTime()}`;
    const span = () => ({ dueOn, openedOn: dayOf(openedAt, ctx.zone) });
    const rungs = known.get(key) ?? rungsOfTask(span(), ladder, calendar, ctx.zone);
    known.set(key, rungs);
    return rungs;
  };
}

const nextRungs = (climbs: readonly Climb[]): readonly TimerSpec[] =>
  climbs.flatMap(({ task, next }) => (next === null ? [] : [taskTimer(task.id, next.at)]));

const entryOf = ({
  task,
  fire,
  reminders,
}: Climb & { readonly reminders: readonly NewReminder[] }): AuditEntry => ({
  subject: `procedure:${task.procedureId}`,
  action: 'task.reminded',
  fields: {
    task: task.id,
    rungs: fire.map(({ id }) => id),
    told: reminders.map((each) => each.personCode),
  },
});

/** The task was closed while an earlier rung of it was climbed: its timer ends here, or it would fire for ever. */
const lapsed = ({ subject }: DueTimer): AuditEntry => ({
  subject: `task:${subject}`,
  action: 'task.reminderLapsed',
  fields: {},
});

/** Whom the rungs tell: the person himself, or the superiors they escalate to. */
function remindersOf(
  ctx: Context,
  { task, fire }: Climb,
  superiors: Superiors,
): readonly NewReminder[] {
  return fire.flatMap((rung) => {
    const base = { taskId: task.id, kind: rung.kind, createdAt: ctx.now };
    if (rung.kind !== 'escalated') {
      const lane = rung.kind === 'before' ? ('daily' as const) : ('urgent' as const);
      return [{ ...base, id: newId(), personCode: task.personCode, lane }];
    }
    const told = superiors(task)[rung.to === 'superior' ? 0 : 1] ?? [];
    const lane = 'urgent' as const;
    return told.map((personCode) => ({ ...base, id: newId(), personCode, lane }));
  });
}
