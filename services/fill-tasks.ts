/** Hands out the forms of a cycle: procedures for people, and the authors' own tasks once the stage is open. */
import type { Writer } from '../db/client.ts';
import type { StageRow } from '../db/cycles.ts';
import type { UnitMember } from '../db/organisation.ts';
import { insertProcedures, type NewProcedure } from '../db/procedures.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import type { TimerSpec } from '../domain/effect.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import { emptyDraft } from '../domain/self-check.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { newId } from './mutate.ts';
import { openTasks, type TaskEffects } from './task.ts';

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
  readonly profile: Profile;
  readonly stages: readonly FormStage[];
  readonly members: readonly UnitMember[];
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
 * Makes the procedures of every form whose stage is not over; those whose stage is open get their tasks now, the others
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
  for (const form of profile.forms) {
    const stage = stages.find(({ code }) => code === form.stage);
    if (stage === undefined || stage.closesAt <= ctx.now) continue;
    const isOpen = stage.opensAt <= ctx.now;
    const procedures = beginning.members.map((member) =>
      newProcedure(beginning, form, member, isOpen),
    );
    await insertProcedures(trx, procedures);
    if (isOpen) {
      const plans = procedures.map((each) => fillPlan(form, each.id, each.subjectPerson, stage, 1));
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

/** The author's own task on a form: due with the last day of its stage. */
export const fillPlan = (
  form: ProfileForm,
  procedureId: string,
  author: string,
  stage: { readonly lastDay: Day },
  revision: number,
) => ({
  procedureId,
  stepId: form.steps[0]?.id ?? 'fill',
  assignees: [author],
  dueOn: stage.lastDay,
  revision,
});

function newProcedure(
  beginning: Beginning,
  form: ProfileForm,
  member: UnitMember,
  isOpen: boolean,
): NewProcedure {
  return {
    id: newId(),
    cycleId: beginning.cycleId,
    stageCode: form.stage,
    formCode: form.code,
    subjectPerson: member.personCode,
    postNames: member.postNames,
    departmentCode: member.departmentCode,
    unitCode: beginning.unitCode,
    status: isOpen ? 'open' : 'scheduled',
    draft: emptyDraft,
  };
}
