/** Hands out the forms of a cycle: a procedure for each, and the writers' own tasks once the stage is open. */
import type { Writer } from '../db/client.ts';
import type { StageRow } from '../db/cycles.ts';
import { insertProcedures, type NewProcedure } from '../db/procedures.ts';
import { emptyAnswersDraft } from '../domain/answers.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { submissionDays } from '../domain/cycle.ts';
import type { TimerSpec } from '../domain/effect.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import { emptyDraft } from '../domain/self-check.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { newId } from './mutate.ts';
import type { OwedForm } from './owed.ts';
import { openTasks, type TaskEffects, type TaskPlan } from './task.ts';

export const STAGE_TIMER = 'stage';

export type FormStage = {
  readonly code: string;
  readonly lastDay: Day;
  readonly opensAt: Date;
  /** Exclusive. */
  readonly closesAt: Date;
};

export type Beginning = {
  readonly cycleId: string;
  readonly unitCode: string;
  /** The cycle's first day, from which days of the profile are counted. */
  readonly startOn: Day;
  readonly profile: Profile;
  readonly stages: readonly FormStage[];
  readonly forms: readonly OwedForm[];
  /** Holds the cards back; missing = they go out at once. */
  readonly notBefore?: Date;
};

/** A stored stage with the day it ends on. */
export const formStage = ({ code, opensAt, closesAt }: StageRow, zone: string): FormStage => ({
  code,
  opensAt,
  closesAt,
  lastDay: dayOf(new Date(closesAt.getTime() - 1), zone),
});

/**
 * Makes the procedures of the forms whose stage is not over; those whose stage is open get their tasks now, the others
 * a timer.
 */
export async function beginForms(
  ctx: Context,
  trx: Writer,
  beginning: Beginning,
): Promise<TaskEffects> {
  const { profile, stages, notBefore } = beginning;
  const calendar = await loadWorkCalendar(trx);
  const rules = { profile, calendar, ...(notBefore === undefined ? {} : { notBefore }) };
  const messages: TaskEffects['messages'][number][] = [];
  const timers: TimerSpec[] = [];
  for (const stage of stages) {
    if (stage.closesAt <= ctx.now) continue;
    const isOpen = stage.opensAt <= ctx.now;
    const owed = beginning.forms.filter(({ form }) => form.stage === stage.code);
    if (owed.length === 0) continue;
    const begun = owed.map((each) => ({
      form: each.form,
      procedure: newProcedure(beginning, each, isOpen),
    }));
    await insertProcedures(
      trx,
      begun.map(({ procedure }) => procedure),
    );
    if (isOpen) {
      const plans = begun.map(({ form, procedure }) =>
        fillPlan(form, { ...procedure, writer: procedure.subjectPerson, revision: 1 }, stage),
      );
      const opened = await openTasks(ctx, trx, plans, rules);
      messages.push(...opened.messages);
      timers.push(...opened.timers);
    } else {
      const dueAt = nextSendInstant(stage.opensAt, profile.settings.sendWindow, calendar, ctx.zone);
      timers.push({ kind: STAGE_TIMER, subject: beginning.cycleId, slot: stage.code, dueAt });
    }
  }
  return { messages, timers };
}

export type ToFill = {
  readonly id: string;
  readonly writer: string;
  /** The last day to give it in, where the form sets one. */
  readonly latestOn: Day | null;
  readonly revision: number;
};

/** The writer's own task on a form: due with the form's last day, else with that of its stage. */
export const fillPlan = (
  form: ProfileForm,
  { id, writer, latestOn, revision }: ToFill,
  stage: { readonly lastDay: Day },
): TaskPlan => ({
  procedureId: id,
  stepId: form.steps[0]?.id ?? 'fill',
  assignees: [writer],
  dueOn: latestOn ?? stage.lastDay,
  revision,
});

function newProcedure(
  { cycleId, unitCode, startOn }: Beginning,
  { form, writer, postNames, departmentCode }: OwedForm,
  isOpen: boolean,
): NewProcedure {
  return {
    id: newId(),
    cycleId,
    stageCode: form.stage,
    formCode: form.code,
    subjectPerson: writer,
    postNames,
    level: form.level,
    departmentCode,
    unitCode,
    ...submissionDays(form, startOn),
    status: isOpen ? 'open' : 'scheduled',
    draft: form.content.kind === 'riskPoints' ? emptyDraft : emptyAnswersDraft,
  };
}
