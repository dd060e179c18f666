/** Launches a cycle and opens its stages (PLAN-01, RISK-06). Launch refuses what cannot run. */
import { insertCycle, lockProfileForLaunch, lockUnitForLaunch } from '../db/cycles.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { ResolvedStage } from '../domain/cycle.ts';
import type { Profile } from '../domain/profile.ts';
import type { Figure } from '../domain/profile-asks.ts';
import { type Result, together } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { cycleEndTimer } from './cycle-close.ts';
import { beginForms } from './fill-tasks.ts';
import {
  type LaunchInput,
  type LaunchPlan,
  planLaunch,
  type UnstaffedName,
  unstaffedIn,
} from './launch-plan.ts';
import { attempt, newId, required } from './mutate.ts';
import { keyOfOwed, writersOf } from './owed.ts';
import type { LoadedProfile } from './profile.ts';

export type Launched = {
  readonly cycleId: string;
  /** Who has a form to write. */
  readonly people: number;
  readonly forms: number;
  /** Forms that are owed and that nobody can write yet. */
  readonly unstaffed: readonly UnstaffedName[];
  readonly stages: readonly ResolvedStage[];
  /** What the questions of the profile were answered with. */
  readonly figures: Readonly<Record<string, Figure>>;
};

/**
 * Launches `loaded` for a unit: stages resolved, questions answered, one procedure per form that is owed, first cards
 * on their way. A refusal names everything that stands in the way.
 */
export async function launchCycle(ctx: Context, input: LaunchInput): Promise<Result<Launched>> {
  const { loaded, unitCode } = input;
  return attempt(ctx, async (trx) => {
    await lockProfileForLaunch(trx, loaded.profile.id);
    await lockUnitForLaunch(trx, unitCode);
    const plan = required(await planLaunch(trx, ctx, input));
    const { profile, figures } = required(ready(plan));
    const { stages, startOn, forms } = plan;
    const cycleId = newId();
    const row = {
      id: cycleId,
      profileId: profile.id,
      profileVersion: profile.version,
      profileHash: loaded.hash,
      profile,
      unitCode,
      startOn,
      state: 'running' as const,
      launchedBy: ctx.actor.code,
      launchedAt: ctx.now,
    };
    await insertCycle(trx, row, stages);
    const beginning = { cycleId, unitCode, startOn, profile, stages, forms };
    const begun = await beginForms(ctx, trx, beginning);
    const end = new Date(Math.max(...stages.map(({ closesAt }) => closesAt.getTime())));
    return {
      value: {
        cycleId,
        people: writersOf(forms).length,
        forms: forms.length,
        unstaffed: unstaffedIn(plan),
        stages,
        figures,
      },
      messages: begun.messages,
      timers: [...begun.timers, cycleEndTimer(cycleId, end)],
      audit: [auditOf(cycleId, loaded, profile, plan)],
    };
  });
}

/** The answered profile of a plan that nothing stands in the way of. */
function ready({ answered, blockers }: LaunchPlan): Result<NonNullable<LaunchPlan['answered']>> {
  const refusal = together(blockers);
  if (refusal !== undefined) return { ok: false, refusal };
  if (answered === null) throw new Error('an open question that does not block the launch');
  return { ok: true, value: answered };
}

/** The answers are part of the record: without them the frozen figures could not be told from the file's. */
function auditOf(
  cycleId: string,
  { hash }: LoadedProfile,
  profile: Profile,
  { unit, startOn, forms, unstaffed, answered }: LaunchPlan,
): AuditEntry {
  const figures = Object.entries(answered?.figures ?? {});
  const fields = {
    profile: profile.id,
    version: profile.version,
    hash,
    unit: unit.code,
    startOn,
    people: writersOf(forms).length,
    forms: forms.length,
    ...(unstaffed.length === 0 ? {} : { unstaffed: unstaffed.map(keyOfOwed) }),
    ...Object.fromEntries(figures.map(([key, figure]) => [`settings.${key}`, figure])),
  };
  return { subject: `cycle:${cycleId}`, action: 'cycle.launched', fields };
}
