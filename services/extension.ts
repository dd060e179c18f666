/** Brings people who came after the launch, or came back, into the running cycles whose stages are not over. */
import type { Writer } from '../db/client.ts';
import { cancelledForms, formKey, formsIn, formsOwed, reviveForm } from '../db/covered.ts';
import {
  type CycleRow,
  lockCycle,
  lockProfileForLaunch,
  runningCycles,
  stagesOf,
} from '../db/cycles.ts';
import { dayOf } from '../domain/calendar.ts';
import { submissionDays } from '../domain/cycle.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { eachByItself } from './each.ts';
import { beginForms, type FormStage, fillPlan, formStage } from './fill-tasks.ts';
import { frozenProfile } from './frozen-profile.ts';
import { attempt, type Change, required } from './mutate.ts';
import { keyOfOwed, type OwedForm, owedForms } from './owed.ts';
import { openTasks, type TaskEffects } from './task.ts';

type Missing = {
  readonly newcomers: readonly OwedForm[];
  readonly returned: readonly Returned[];
};

/** A cancelled form with who writes it from now on. */
type Returned = { readonly id: string; readonly owed: OwedForm };

/**
 * Makes what is owed in a running cycle and has no form yet; the cards wait for the send window. Returns for how many
 * cycles that failed.
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
    const { id, unitCode, startOn } = cycle;
    const begun = await beginForms(ctx, trx, {
      cycleId: id,
      unitCode,
      startOn,
      profile,
      stages,
      forms: missing.newcomers,
      notBefore,
    });
    const revived = await revive(ctx, trx, cycle, { forms: missing.returned, stages, notBefore });
    const fields = {
      added: missing.newcomers.map(({ objectCode }) => objectCode),
      returned: missing.returned.map(({ owed }) => owed.objectCode),
    };
    return {
      value: null,
      messages: [...begun.messages, ...revived.messages],
      timers: [...begun.timers, ...revived.timers],
      audit: [{ subject: `cycle:${id}`, action: 'cycle.extended', fields }],
    };
  });
}

/** What has no form; nothing when every form's stage is over. */
async function missingIn(ctx: Context, db: Context['db'], cycle: CycleRow): Promise<Missing> {
  const open = new Set((await openStages(ctx, db, cycle)).map(({ code }) => code));
  const profile = frozenProfile(cycle.profile);
  if (!profile.forms.some(({ stage }) => open.has(stage))) return nobody;
  const all = await owedForms(db, profile, cycle.unitCode, dayOf(ctx.now, ctx.zone));
  const known = await formsIn(db, cycle.id);
  const given = await formsOwed(db, cycle.profileId);
  const due = all.forms.filter((owed) => open.has(owed.form.stage) && !given.has(keyOfOwed(owed)));
  const byKey = new Map(due.map((owed) => [keyOfOwed(owed), owed]));
  const returned = (await cancelledForms(db, cycle.id)).flatMap((form): Returned[] => {
    const owed = byKey.get(formKey(form.formCode, form.objectCode));
    return owed === undefined ? [] : [{ id: form.id, owed }];
  });
  return { newcomers: due.filter((owed) => !known.has(keyOfOwed(owed))), returned };
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

/** Forms whose object is covered again lie with their writer, with what had been written. */
async function revive(
  ctx: Context,
  trx: Writer,
  cycle: CycleRow,
  given: {
    readonly forms: readonly Returned[];
    readonly stages: readonly FormStage[];
    readonly notBefore: Date;
  },
): Promise<TaskEffects> {
  const profile = frozenProfile(cycle.profile);
  const plans: ReturnType<typeof fillPlan>[] = [];
  for (const { id, owed } of given.forms) {
    const { form, writer } = owed;
    const stage = given.stages.find(({ code }) => code === form.stage);
    if (stage === undefined) continue;
    const isOpen = stage.opensAt <= ctx.now;
    const revision = await reviveForm(trx, id, isOpen ? 'open' : 'scheduled', writer);
    const { latestOn } = submissionDays(form, cycle.startOn);
    if (isOpen) plans.push(fillPlan(form, { id, writer, latestOn, revision }, stage));
  }
  const calendar = await loadWorkCalendar(trx);
  return openTasks(ctx, trx, plans, { profile, calendar, notBefore: given.notBefore });
}
