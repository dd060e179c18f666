/** Moves a procedure: one command, decided by the domain, written with history, tasks, timers and cards. */
import type { Writer } from '../db/client.ts';
import { stagesOf } from '../db/cycles.ts';
import { viewersOf } from '../db/live-cards.ts';
import { lockProcedure, type ProcedureRow, updateProcedure } from '../db/procedures.ts';
import { appendStepEvents, type NewStepEvent } from '../db/step-history.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import type { Message, TimerSpec } from '../domain/effect.ts';
import {
  decideProcedure,
  type ProcedureChange,
  type ProcedureCommand,
} from '../domain/procedure.ts';
import type { Profile, ProfileForm, Step } from '../domain/profile.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { frozenForm, frozenProfile } from './frozen-profile.ts';
import { required } from './mutate.ts';
import { capacityOf, type Facts, loadFacts } from './procedure-facts.ts';
import { dueDayOf, endTasks, openTasks, procedureSubject } from './task.ts';

/** A locked procedure with everything its rules need. */
export type Held = {
  readonly row: ProcedureRow;
  readonly profile: Profile;
  readonly form: ProfileForm;
  readonly facts: Facts;
  readonly today: Day;
};

export type Moved = {
  readonly change: ProcedureChange;
  readonly messages: readonly Message[];
  readonly timers: readonly TimerSpec[];
};

/** Locks the procedure; an unknown id ends the verb with `notFound`. */
export async function holdProcedure(ctx: Context, trx: Writer, id: string): Promise<Held> {
  const row = await lockProcedure(trx, id);
  if (row === undefined) return required({ ok: false, refusal: { code: 'notFound' } });
  const profile = frozenProfile(row.profile);
  const today = dayOf(ctx.now, ctx.zone);
  const facts = await loadFacts(trx, row, today);
  return { row, profile, form: frozenForm(profile, row.formCode), facts, today };
}

/** Decides `command` on the held procedure; a refusal ends the verb. Nothing is written yet. */
export function decideHeld(held: Held, command: ProcedureCommand): ProcedureChange {
  return required(decideProcedure(held.form.steps, held.row.state, command, held.facts));
}

/** Writes a decided change: state, step history, tasks and their timers, cards for everybody concerned. */
export async function writeChange(
  ctx: Context,
  trx: Writer,
  held: Held,
  change: ProcedureChange,
  act: {
    readonly by: string;
    readonly opinion: string | null;
    readonly meetingId: string | null;
    readonly draft?: unknown;
  },
): Promise<Moved> {
  const { row } = held;
  const completedAt = change.next.status === 'completed' ? ctx.now : null;
  await updateProcedure(trx, row.id, change.next, completedAt, act.draft);
  await appendStepEvents(trx, row.id, historyOf(held, change, act), ctx.now);
  const before = await endTasks(trx, row.id, act.by, ctx.now);
  const opened = await openNext(ctx, trx, held, change);
  // Whoever clicked sees his own card change in place and needs no new message.
  const fresh = opened.messages.filter(({ to }) => !('person' in to) || to.person !== act.by);
  const announced = new Set(change.assignees.filter((person) => person !== act.by));
  const viewers = await viewersOf(trx, procedureSubject(row.id));
  if (change.next.status === 'completed') announced.add(row.state.subject);
  const stale = [...new Set([...viewers, ...before])].filter((person) => !announced.has(person));
  const result = change.next.status === 'completed' ? [announceResult(row, change)] : [];
  const refreshes = stale.map((person) => {
    const message = refresh(row.id, change.next.revision, person);
    // The actor's card changes with the answer to his click; this repeats it in case the answer was lost.
    return person === act.by
      ? { ...message, notBefore: new Date(ctx.now.getTime() + ANSWER_MS) }
      : message;
  });
  return { change, messages: [...fresh, ...result, ...refreshes], timers: opened.timers };
}

async function openNext(ctx: Context, trx: Writer, held: Held, change: ProcedureChange) {
  const step = held.form.steps[change.next.stepIndex];
  if (step === undefined || change.assignees.length === 0) return { messages: [], timers: [] };
  const calendar = await loadWorkCalendar(trx);
  const dueOn = dueDayOf(step, await stageLastDay(ctx, trx, held), held.today, calendar);
  const { id } = held.row;
  const plan = {
    procedureId: id,
    stepId: step.id,
    assignees: change.assignees,
    dueOn,
    revision: change.next.revision,
  };
  return openTasks(ctx, trx, [plan], { profile: held.profile, calendar });
}

async function stageLastDay(ctx: Context, trx: Writer, held: Held): Promise<Day> {
  const stages = await stagesOf(trx, held.row.cycleId);
  const stage = stages.find(({ code }) => code === held.row.stageCode);
  if (stage === undefined) throw new Error('procedure without its stage');
  return dayOf(new Date(stage.closesAt.getTime() - 1), ctx.zone);
}

function historyOf(
  held: Held,
  change: ProcedureChange,
  act: { readonly by: string; readonly opinion: string | null; readonly meetingId: string | null },
): readonly NewStepEvent[] {
  return change.outcomes.map((outcome, index) => {
    const byActor = index === 0;
    const step = held.form.steps.find(({ id }) => id === outcome.stepId);
    return {
      stepId: outcome.stepId,
      action: outcome.action,
      actorCode: byActor ? act.by : 'system',
      capacity: byActor ? capacityIn(held, step, outcome.action, act.by) : 'system',
      opinion: byActor ? act.opinion : null,
      version: change.next.version,
      meetingId: byActor ? act.meetingId : null,
    };
  });
}

function capacityIn(held: Held, step: Step | undefined, action: string, by: string): string {
  if (step === undefined || step.kind === 'fill' || action === 'withdrawn') return 'author';
  return capacityOf(step, by, held.facts);
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
