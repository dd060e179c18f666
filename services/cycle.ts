/** Launches a cycle and opens its stages (PLAN-01, RISK-06). Launch refuses what cannot run. */
import type { Writer } from '../db/client.ts';
import { authorsOwing } from '../db/covered.ts';
import {
  insertCycle,
  lockProfileForLaunch,
  lockUnitForLaunch,
  runningCycles,
} from '../db/cycles.ts';
import { peopleOfUnit, type UnitMember } from '../db/organisation.ts';
import { rolesHeldBy } from '../db/roles.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { checkStages, checkStart, type ResolvedStage, resolveStages } from '../domain/cycle.ts';
import type { Profile } from '../domain/profile.ts';
import { accept, type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { cycleEndTimer } from './cycle-close.ts';
import { beginForms } from './fill-tasks.ts';
import { attempt, newId, required } from './mutate.ts';
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
  readonly people: number;
  readonly stages: readonly ResolvedStage[];
};

/** Launches `loaded` for a unit: stages resolved, one procedure per covered person, first cards on their way. */
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
    const members = required(
      await membersFor(trx, profile, { ...unit, code: input.unitCode }, today),
    );
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
    const end = new Date(Math.max(...stages.map(({ closesAt }) => closesAt.getTime())));
    return {
      value: { cycleId, people: members.length, stages },
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

/** The unit's people without those who owe the same form in a cycle of a unit above or below it. */
async function membersFor(
  trx: Writer,
  profile: Profile,
  unit: { readonly code: string; readonly name: string },
  today: Day,
): Promise<Result<readonly UnitMember[]>> {
  const people = await peopleOfUnit(trx, unit.code, today);
  if (people.length === 0) return refuse('nobodyCovered', { unit: unit.name });
  const owing = await authorsOwing(trx, profile.id);
  const free = people.filter(({ personCode }) => !owing.has(personCode));
  return free.length === 0 ? refuse('cycleRunning') : accept(free);
}
