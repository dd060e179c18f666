/** Moves a procedure: one command, decided by the domain; the rows, tasks, timers and cards it comes to as data. */
import type { Dossier } from '../db/dossiers.ts';
import type { NewMeeting, NewStepEvent, ProcedureMove } from '../db/moves.ts';
import type { ProcedureRow } from '../db/procedures.ts';
import { type Day, dayOf, endOfDay } from '../domain/calendar.ts';
import type { Message, TimerSpec } from '../domain/effect.ts';
import { decideProcedure } from '../domain/procedure.ts';
import type { ProcedureChange, ProcedureCommand, StepOutcome } from '../domain/procedure-state.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import type { Step } from '../domain/profile-steps.ts';
import { workCalendarOf } from './calendar.ts';
import type { Context } from './context.ts';
import { frozenForm, profileOf } from './frozen-profile.ts';
import { required } from './mutate.ts';
import { capacityOf, type Facts, factsIn } from './procedure-facts.ts';
import { dueDayOf, type PlannedTasks, planTasks, procedureSubject, TASK_TIMER } from './task.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** A procedure with everything its rules need. */
export type Held = {
  readonly dossier: Dossier;
  readonly row: ProcedureRow;
  readonly profile: Profile;
  readonly form: ProfileForm;
  readonly facts: Facts;
  readonly today: Day;
};

export type Moved = {
  readonly moves: readonly [ProcedureMove];
  readonly messages: readonly Message[];
  readonly timers: readonly TimerSpec[];
};

/** Who moves the procedure, and what comes with it. */
export type Act = {
  readonly by: string;
  readonly opinion: string | null;
  readonly meeting?: NewMeeting;
  readonly draft?: unknown;
  readonly submitted?: { readonly content: unknown; readonly contentHash: string };
};

/** The procedure as this work knows it; an unknown id ends the verb with `notFound`. */
export async function holdProcedure(ctx: Context, unit: UnitOfWork, id: string): Promise<Held> {
  const today = dayOf(ctx.now, ctx.zone);
  const dossier = await unit.dossier(id, today);
  if (dossier === undefined) return required({ ok: false, refusal: { code: 'notFound' } });
  const { row } = dossier;
  const profile = await profileOf(await unit.reader(), row.cycleId);
  const form = frozenForm(profile, row.formCode);
  return { dossier, row, profile, form, facts: factsIn(dossier, today), today };
}

/** Decides `command` on the held procedure; a refusal ends the verb. Nothing is written yet. */
export function decideHeld(held: Held, command: ProcedureCommand): ProcedureChange {
  return required(decideProcedure(held.form.steps, held.row.state, command, held.facts));
}

/** What a decided change comes to: state, step history, tasks and their timers, cards for everybody concerned. */
export function moveOf(ctx: Context, held: Held, change: ProcedureChange, act: Act): Moved {
  const { row } = held;
  const completed = change.next.status === 'completed';
  const opened =
    change.stays === undefined ? openNext(ctx, held, change) : askMore(ctx, held, change);
  // Whoever clicked sees his own card change in place and needs no new message.
  const fresh = opened.messages.filter(({ to }) => !('person' in to) || to.person !== act.by);
  const asked = change.stays?.asked ?? change.assignees;
  const announced = new Set(asked.filter((person) => person !== act.by));
  if (completed) announced.add(row.state.subject);
  const stale = watchersOf(held, change, act.by).filter((each) => !announced.has(each));
  const result = completed ? [announceResult(row, change)] : [];
  const refreshes = stale.map((person) => {
    const message = refresh(row.id, change.next.revision, person);
    // The actor's card changes with the answer to his click; this repeats it in case the answer was lost.
    return person === act.by
      ? { ...message, notBefore: new Date(ctx.now.getTime() + ANSWER_MS) }
      : message;
  });
  const move: ProcedureMove = {
    id: row.id,
    expected: row.state.revision,
    state: change.next,
    at: ctx.now,
    completedAt: completed ? ctx.now : null,
    ...(act.draft === undefined ? {} : { draft: act.draft }),
    ...(act.submitted === undefined ? {} : { submitted: { ...act.submitted, by: act.by } }),
    ...(act.meeting === undefined ? {} : { meeting: act.meeting }),
    steps: historyOf(held, change, act),
    turn: {
      by: act.by,
      ...splitTasks(held, change),
      opened: opened.tasks,
      timerKind: TASK_TIMER,
    },
  };
  return { moves: [move], messages: [...fresh, ...result, ...refreshes], timers: opened.timers };
}

function openNext(ctx: Context, held: Held, change: ProcedureChange): PlannedTasks {
  const step = held.form.steps[change.next.stepIndex];
  if (step === undefined || change.assignees.length === 0) {
    return { tasks: [], messages: [], timers: [] };
  }
  const calendar = workCalendarOf(held.dossier.overrides);
  const stageEnd = dayOf(new Date(held.dossier.stageClosesAt.getTime() - 1), ctx.zone);
  const lastDay = step.kind === 'fill' ? (held.row.latestOn ?? stageEnd) : stageEnd;
  const plan = {
    procedureId: held.row.id,
    stepId: step.id,
    assignees: change.assignees,
    dueOn: dueDayOf(step, lastDay, held.today, calendar),
    revision: change.next.revision,
  };
  const rules = { profile: held.profile, calendar };
  if (step.kind !== 'comment') return planTasks(ctx, [plan], rules);
  // Nobody has to add anything: only the author, who answers, is reminded.
  const { subject } = change.next;
  const others = { ...plan, assignees: plan.assignees.filter((person) => person !== subject) };
  const own = planTasks(ctx, [{ ...plan, assignees: [subject] }], rules);
  const asked = planTasks(ctx, [others], rules);
  return {
    tasks: [...own.tasks, ...asked.tasks],
    messages: [...own.messages, ...asked.messages],
    timers: [...own.timers, commentTimer(held.row.id, endOfDay(plan.dueOn, ctx.zone))],
  };
}

/** The step goes on with its due day; those who came in are asked. */
function askMore(ctx: Context, held: Held, change: ProcedureChange): PlannedTasks {
  const step = held.form.steps[change.next.stepIndex];
  const assignees = change.stays?.asked ?? [];
  if (step === undefined || assignees.length === 0) return { tasks: [], messages: [], timers: [] };
  const { openTasks, overrides } = held.dossier;
  const dueOn = openTasks[0]?.dueOn ?? held.today;
  const { revision } = change.next;
  const plan = { procedureId: held.row.id, stepId: step.id, assignees, dueOn, revision };
  return planTasks(ctx, [plan], { profile: held.profile, calendar: workCalendarOf(overrides) });
}

/** The open tasks that end with the change, and those that stay because the step goes on. */
function splitTasks({ dossier }: Held, { stays }: ProcedureChange) {
  const ends = ({ personCode }: { readonly personCode: string }) =>
    stays === undefined || stays.done.includes(personCode);
  const ids = (tasks: Dossier['openTasks']) => tasks.map(({ id }) => id);
  return {
    ended: ids(dossier.openTasks.filter(ends)),
    kept: ids(dossier.openTasks.filter((task) => !ends(task))),
  };
}

/** Whose cards show what has changed. An addition concerns its author and the form's, not everybody who was asked. */
function watchersOf(
  { dossier, row }: Held,
  change: ProcedureChange,
  by: string,
): readonly string[] {
  const everybody = [...dossier.viewers, ...dossier.openTasks.map(({ personCode }) => personCode)];
  const watchers = [...new Set(everybody)];
  if (change.outcomes[0]?.action !== 'commented') return watchers;
  return watchers.filter((person) => person === by || person === row.state.subject);
}

export const COMMENT_TIMER = 'comment';

/** The timer that ends a comment step at `dueAt`. */
const commentTimer = (procedureId: string, dueAt: Date): TimerSpec => ({
  kind: COMMENT_TIMER,
  subject: procedureId,
  slot: 'end',
  dueAt,
});

function historyOf(held: Held, change: ProcedureChange, act: Act): readonly NewStepEvent[] {
  return change.outcomes.map((outcome, index) => {
    const byActor = index === 0;
    const step = held.form.steps.find(({ id }) => id === outcome.stepId);
    return {
      stepId: outcome.stepId,
      action: outcome.action,
      actorCode: byActor ? act.by : 'system',
      capacity: byActor ? capacityIn(held, step, outcome, act.by) : 'system',
      opinion: byActor ? act.opinion : null,
      version: change.next.version,
      meetingId: byActor ? (act.meeting?.id ?? null) : null,
      detail: outcome.detail ?? {},
    };
  });
}

/** What the author does himself, whatever step it is. */
const authorActs: ReadonlySet<string> = new Set([
  'withdrawn',
  'amended',
  'accepted',
  'explained',
  'closed',
]);

function capacityIn(
  held: Held,
  step: Step | undefined,
  { action, detail }: StepOutcome,
  by: string,
): string {
  if (action === 'expired') return 'system';
  if (step === undefined || authorActs.has(action)) return 'author';
  return capacityOf(step, by, held.facts, held.row.state, detail);
}

/** By then the platform has shown, or lost, the answer to a click. */
const ANSWER_MS = 4_000;

/** The author learns the outcome from a message, not from a card that changed unseen. */
const announceResult = (row: ProcedureRow, change: ProcedureChange): Message => ({
  key: `result-${row.id}-${change.next.revision}`,
  to: { person: row.state.subject },
  content: { kind: 'announce', subject: procedureSubject(row.id) },
});

const refresh = (procedureId: string, revision: number, person: string): Message => ({
  key: `refresh-${procedureId}-${revision}-${person}`,
  to: { person },
  content: { kind: 'refresh', subject: procedureSubject(procedureId) },
});
