/** Launches a cycle and opens its stages (PLAN-01, RISK-06). Launch refuses what cannot run. */
import type { Writer } from '../db/client.ts';
import { formsOwed } from '../db/covered.ts';
import {
  insertCycle,
  lockProfileForLaunch,
  lockUnitForLaunch,
  runningCycles,
} from '../db/cycles.ts';
import { rolesHeldBy } from '../db/roles.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { checkStages, checkStart, type ResolvedStage, resolveStages } from '../domain/cycle.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import { formName } from '../domain/profile-forms.ts';
import { accept, type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { cycleEndTimer } from './cycle-close.ts';
import { beginForms } from './fill-tasks.ts';
import { attempt, newId, required } from './mutate.ts';
import { keyOfOwed, type Owed, owedForms } from './owed.ts';
import type { LoadedProfile } from './profile.ts';
import { rehearse } from './rehearsal.ts';

export type LaunchInput = {
  readonly loaded: LoadedProfile;
  readonly unitCode: string;
  /** Missing = today. */
  readonly startOn?: Day;
};

export type Launched = {
  readonly cycleId: string;
  /** Who has a form to write. */
  readonly people: number;
  readonly forms: number;
  /** Forms that are owed and that nobody can write yet. */
  readonly unstaffed: readonly { readonly formName: string; readonly objectName: string }[];
  readonly stages: readonly ResolvedStage[];
};

/** Launches `loaded` for a unit: stages resolved, one procedure per form that is owed, first cards on their way. */
export async function launchCycle(ctx: Context, input: LaunchInput): Promise<Result<Launched>> {
  const { profile, hash } = input.loaded;
  return attempt(ctx, async (trx) => {
    const today = dayOf(ctx.now, ctx.zone);
    const startOn = input.startOn ?? today;
    await lockProfileForLaunch(trx, profile.id);
    const unit = await lockUnitForLaunch(trx, input.unitCode);
    if (unit === undefined) return required(refuse('unitUnknown', { unit: input.unitCode }));
    required(await mayLaunch(ctx, trx, profile, input.unitCode, today));
    const running = await runningCycles(trx, input.unitCode);
    if (running.some((cycle) => cycle.profileId === profile.id))
      return required(refuse('cycleRunning'));
    required(checkStart(startOn, today));
    const stages = resolveStages(profile, startOn, ctx.zone);
    required(checkStages(profile, stages, today));
    const { forms, unstaffed } = required(
      await formsFor(trx, profile, { ...unit, code: input.unitCode }, today),
    );
    const given = forms.filter(({ form }) => !isOver(form, stages, today));
    required(await rehearse(trx, input.unitCode, given, today));
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
      startOn,
      profile,
      stages,
      forms: given,
    });
    const people = new Set(given.map(({ writer }) => writer)).size;
    const fields = {
      profile: profile.id,
      version: profile.version,
      hash,
      unit: input.unitCode,
      startOn,
      people,
      forms: given.length,
      ...(unstaffed.length === 0 ? {} : { unstaffed: unstaffed.map(keyOfOwed) }),
    };
    const audit = { subject: `cycle:${cycleId}`, action: 'cycle.launched', fields };
    const end = new Date(Math.max(...stages.map(({ closesAt }) => closesAt.getTime())));
    return {
      value: { cycleId, people, forms: given.length, unstaffed: named(unstaffed), stages },
      messages: begun.messages,
      timers: [...begun.timers, cycleEndTimer(cycleId, end)],
      audit: [audit],
    };
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

/** What the unit owes without the same forms in a cycle of a unit above or below it. */
async function formsFor(
  trx: Writer,
  profile: Profile,
  unit: { readonly code: string; readonly name: string },
  today: Day,
): Promise<Result<Owed>> {
  const all = await owedForms(trx, profile, unit.code, today);
  const people = (forms: Owed['forms']) => forms.filter(({ form }) => form.level === 'person');
  const asksPeople = profile.forms.some(({ level }) => level === 'person');
  if (asksPeople && people(all.forms).length === 0)
    return refuse('nobodyCovered', { unit: unit.name });
  const owing = await formsOwed(trx, profile.id);
  const forms = all.forms.filter((owed) => !owing.has(keyOfOwed(owed)));
  const unstaffed = all.unstaffed.filter((owed) => !owing.has(keyOfOwed(owed)));
  const free = asksPeople ? people(forms) : forms;
  return free.length === 0 ? refuse('cycleRunning') : accept({ forms, unstaffed });
}

const isOver = (form: ProfileForm, stages: readonly ResolvedStage[], today: Day): boolean =>
  stages.some(({ code, lastDay }) => code === form.stage && lastDay < today);

const named = (unstaffed: Owed['unstaffed']): Launched['unstaffed'] =>
  unstaffed.map(({ form, objectName }) => ({
    formName: formName(form, { department: objectName, unit: objectName }),
    objectName,
  }));
