/** Launches a cycle and opens its stages (PLAN-01, RISK-06). Launch refuses what cannot run. */
import type { Writer } from '../db/client.ts';
import { insertCycle, lockUnitForLaunch, runningCycles } from '../db/cycles.ts';
import { peopleOfUnit } from '../db/organisation.ts';
import { insertProcedures, type NewProcedure } from '../db/procedures.ts';
import { rolesHeldBy } from '../db/roles.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { checkStages, type ResolvedStage, resolveStages } from '../domain/cycle.ts';
import type { TimerSpec } from '../domain/effect.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import { accept, type Result, refuse } from '../domain/refusal.ts';
import { emptyDraft } from '../domain/self-check.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { attempt, newId, required } from './mutate.ts';
import type { LoadedProfile } from './profile.ts';
import { rehearse } from './rehearsal.ts';
import { openTasks, type TaskEffects } from './task.ts';

export const STAGE_TIMER = 'stage';

export type LaunchInput = {
  readonly loaded: LoadedProfile;
  readonly unitCode: string;
  /** Missing = today. */
  readonly startOn?: Day;
};

export type Launched = {
  readonly cycleId: string;
  readonly people: number;
  readonly stages: readonly ResolvedStage[];
};

type Member = Awaited<ReturnType<typeof peopleOfUnit>>[number];

/** Launches `loaded` for a unit: stages resolved, one procedure per covered person, first cards on their way. */
export async function launchCycle(ctx: Context, input: LaunchInput): Promise<Result<Launched>> {
  const { profile, hash } = input.loaded;
  return attempt(ctx, async (trx) => {
    const today = dayOf(ctx.now, ctx.zone);
    const startOn = input.startOn ?? today;
    const unit = await lockUnitForLaunch(trx, input.unitCode);
    if (unit === undefined) return required(refuse('unitUnknown', { unit: input.unitCode }));
    required(await mayLaunch(ctx, trx, profile, input.unitCode, today));
    const running = await runningCycles(trx, input.unitCode);
    if (running.some((cycle) => cycle.profileId === profile.id))
      return required(refuse('cycleRunning'));
    const stages = resolveStages(profile, startOn, ctx.zone);
    required(checkStages(profile, stages, today));
    const members = await peopleOfUnit(trx, input.unitCode, today);
    if (members.length === 0) return required(refuse('nobodyCovered', { unit: unit.name }));
    required(await rehearse(trx, profile, input.unitCode, members, today));
    const cycleId = newId();
    const cycle = {
      id: cycleId,
      profileId: profile.id,
      profileVersion: profile.version,
      profileHash: hash,
      profile,
      unitCode: input.unitCode,
      startOn,
      state: 'running' as const,
      launchedBy: ctx.actor.code,
      launchedAt: ctx.now,
    };
    await insertCycle(trx, cycle, stages);
    const begun = await beginForms(ctx, trx, {
      cycleId,
      unitCode: input.unitCode,
      profile,
      stages,
      members,
    });
    const fields = {
      profile: profile.id,
      version: profile.version,
      hash,
      unit: input.unitCode,
      startOn,
      people: members.length,
    };
    const audit = { subject: `cycle:${cycleId}`, action: 'cycle.launched', fields };
    return { ...begun, value: { cycleId, people: members.length, stages }, audit: [audit] };
  });
}

/** An administrator may always launch; a person must hold the profile's role in the unit. */
async function mayLaunch(
  ctx: Context,
  trx: Writer,
  profile: Profile,
  unitCode: string,
  today: Day,
): Promise<Result<null>> {
  if (ctx.actor.kind === 'administrator') return accept(null);
  const held = await rolesHeldBy(trx, ctx.actor.code, today);
  const holds = held.some(
    (each) => each.role === profile.launchedBy && each.scopeCode === unitCode,
  );
  return holds ? accept(null) : refuse('roleRequired', { role: profile.launchedBy });
}

type Beginning = {
  readonly cycleId: string;
  readonly unitCode: string;
  readonly profile: Profile;
  readonly stages: readonly ResolvedStage[];
  readonly members: readonly Member[];
};

/** Makes every form's procedures; those whose stage is open get their tasks now, the others a timer. */
async function beginForms(ctx: Context, trx: Writer, beginning: Beginning): Promise<TaskEffects> {
  const { profile, stages } = beginning;
  const calendar = await loadWorkCalendar(trx);
  const messages: TaskEffects['messages'][number][] = [];
  const timers: TimerSpec[] = [];
  for (const form of profile.forms) {
    const stage = stages.find(({ code }) => code === form.stage);
    if (stage === undefined) continue;
    const isOpen = stage.opensAt <= ctx.now;
    const procedures = beginning.members.map((member) =>
      newProcedure(beginning, form, member, isOpen),
    );
    await insertProcedures(trx, procedures);
    if (isOpen) {
      const plans = procedures.map((each) => fillPlan(form, each.id, each.subjectPerson, stage, 1));
      const opened = await openTasks(ctx, trx, plans, { profile, calendar });
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
  member: Member,
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
