/** Brings people who came after the launch, or came back, into the running cycles whose stages are not over. */
import type { Writer } from '../db/client.ts';
import {
  authorsIn,
  authorsOwing,
  type CancelledForm,
  formsOfTheReturned,
  reviveForm,
} from '../db/covered.ts';
import {
  type CycleRow,
  lockCycle,
  lockProfileForLaunch,
  runningCycles,
  stagesOf,
} from '../db/cycles.ts';
import { peopleOfUnit, type UnitMember } from '../db/organisation.ts';
import { dayOf } from '../domain/calendar.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { eachByItself } from './each.ts';
import { beginForms, type FormStage, fillPlan, formStage } from './fill-tasks.ts';
import { frozenForm, frozenProfile } from './frozen-profile.ts';
import { attempt, type Change, required } from './mutate.ts';
import { openTasks, type TaskEffects } from './task.ts';

type Missing = {
  readonly newcomers: readonly UnitMember[];
  readonly returned: readonly CancelledForm[];
};

/**
 * Gives a form to everybody who belongs to a running cycle and has none; their cards wait for the send window. Returns
 * for how many cycles that failed.
 */
export async function extendCycles(ctx: Context): Promise<number> {
  const running = new Map((await runningCycles(ctx.db, null)).map((cycle) => [cycle.id, cycle]));
  return eachByItself(ctx, [...running.keys()], async (id) => {
    const cycle = running.get(id);
    if (cycle !== undefined && !isEmpty(await missingIn(ctx, ctx.db, cycle))) await extend(ctx, id);
  });
}

async function extend(ctx: Context, cycleId: string): Promise<void> {
  await attempt(ctx, async (trx) => {
    const cycle = await lockCycle(trx, cycleId);
    if (cycle?.state !== 'running') return required<Change<null>>(refuse('stale'));
    await lockProfileForLaunch(trx, cycle.profileId);
    const missing = await missingIn(ctx, trx, cycle);
    if (isEmpty(missing)) return required<Change<null>>(refuse('stale'));
    const profile = frozenProfile(cycle.profile);
    const stages = await openStages(ctx, trx, cycle);
    const window = profile.settings.sendWindow;
    const notBefore = nextSendInstant(ctx.now, window, await loadWorkCalendar(trx), ctx.zone);
    const { id, unitCode } = cycle;
    const members = missing.newcomers;
    const begun = await beginForms(ctx, trx, {
      cycleId: id,
      unitCode,
      profile,
      stages,
      members,
      notBefore,
    });
    const revived = await revive(ctx, trx, cycle, { forms: missing.returned, stages, notBefore });
    const fields = {
      added: members.map(({ personCode }) => personCode),
      returned: missing.returned.map(({ subject }) => subject),
    };
    return {
      value: null,
      messages: [...begun.messages, ...revived.messages],
      timers: [...begun.timers, ...revived.timers],
      audit: [{ subject: `cycle:${id}`, action: 'cycle.extended', fields }],
    };
  });
}

/** Who has no form; nobody when every form's stage is over. */
async function missingIn(ctx: Context, db: Context['db'], cycle: CycleRow): Promise<Missing> {
  const open = new Set((await openStages(ctx, db, cycle)).map(({ code }) => code));
  if (!frozenProfile(cycle.profile).forms.some(({ stage }) => open.has(stage))) return nobody;
  const members = await peopleOfUnit(db, cycle.unitCode, dayOf(ctx.now, ctx.zone));
  const covered = await authorsIn(db, cycle.id);
  const elsewhere = await authorsOwing(db, cycle.profileId);
  const returned = await formsOfTheReturned(db, cycle.id);
  const present = new Set(members.map(({ personCode }) => personCode));
  return {
    newcomers: members.filter(
      ({ personCode }) => !covered.has(personCode) && !elsewhere.has(personCode),
    ),
    returned: returned.filter(
      ({ subject, stageCode }) =>
        open.has(stageCode) && present.has(subject) && !elsewhere.has(subject),
    ),
  };
}

const nobody: Missing = { newcomers: [], returned: [] };
const isEmpty = ({ newcomers, returned }: Missing): boolean =>
  newcomers.length + returned.length === 0;

/** The stages that are not over. */
const openStages = async (
  ctx: Context,
  db: Context['db'],
  cycle: CycleRow,
): Promise<readonly FormStage[]> =>
  (await stagesOf(db, cycle.id))
    .map((stage) => formStage(stage, ctx.zone))
    .filter(({ closesAt }) => closesAt > ctx.now);

/** The forms of people who came back lie with them again, with what they had written. */
async function revive(
  ctx: Context,
  trx: Writer,
  cycle: CycleRow,
  given: {
    readonly forms: readonly CancelledForm[];
    readonly stages: readonly FormStage[];
    readonly notBefore: Date;
  },
): Promise<TaskEffects> {
  const profile = frozenProfile(cycle.profile);
  const plans: ReturnType<typeof fillPlan>[] = [];
  for (const { id, subject, formCode, stageCode } of given.forms) {
    const stage = given.stages.find(({ code }) => code === stageCode);
    if (stage === undefined) continue;
    const isOpen = stage.opensAt <= ctx.now;
    const revision = await reviveForm(trx, id, isOpen ? 'open' : 'scheduled');
    if (isOpen) plans.push(fillPlan(frozenForm(profile, formCode), id, subject, stage, revision));
  }
  const calendar = await loadWorkCalendar(trx);
  return openTasks(ctx, trx, plans, { profile, calendar, notBefore: given.notBefore });
}
