/**
 * Hands the forms of sections and teams over: when the writer leaves or loses the role, whoever has it now goes on with
 * the same form, its draft and its history. A form whose stage has not begun follows the role day by day.
 */
import type { Writer } from '../db/client.ts';
import { stagesOf } from '../db/cycles.ts';
import { viewersOf } from '../db/live-cards.ts';
import { changeWriter, lockSharedForm, type SharedForm, sharedForms } from '../db/succession.ts';
import { dayOf } from '../domain/calendar.ts';
import { mayWriteFor, writerFor } from '../domain/coverage.ts';
import type { Holders } from '../domain/procedure-state.ts';
import type { ProfileForm } from '../domain/profile.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { eachByItself } from './each.ts';
import { fillPlan, formStage } from './fill-tasks.ts';
import { frozenForm, profileOf } from './frozen-profile.ts';
import { attempt, type Change, required } from './mutate.ts';
import { factsOfPlaces, loadFacts, placeKey } from './procedure-facts.ts';
import { endTasks, openTasks, procedureSubject, type TaskEffects } from './task.ts';

/** Passes on every form whose writer is no longer the one to write it. Returns for how many that failed. */
export async function passOnForms(ctx: Context): Promise<number> {
  const forms = await sharedForms(ctx.db);
  if (forms.length === 0) return 0;
  const facts = await factsOfPlaces(ctx.db, forms, dayOf(ctx.now, ctx.zone));
  const rows = new Map(forms.map((row) => [row.id, row]));
  return eachByItself(ctx, [...rows.keys()], async (id) => {
    const row = rows.get(id);
    if (row === undefined) return;
    const form = frozenForm(await profileOf(ctx.db, row.cycleId), row.formCode);
    const holders = facts.get(placeKey(row))?.holders ?? {};
    if (successorOf(form, row, holders) !== undefined) await passOn(ctx, id);
  });
}

/** Who takes the form over; undefined when it stays where it is, also for want of anybody. */
function successorOf(form: ProfileForm, row: SharedForm, holders: Holders): string | undefined {
  if (form.level === 'person') return undefined;
  const stays =
    row.status === 'open' && !row.writerHasLeft && mayWriteFor(form.filledBy, holders, row.writer);
  const next = writerFor(form.filledBy, holders, row.writer);
  return stays || next === row.writer ? undefined : next;
}

async function passOn(ctx: Context, id: string): Promise<void> {
  await attempt(ctx, async (trx) => {
    const row = await lockSharedForm(trx, id);
    if (row === undefined) return required<Change<null>>(refuse('stale'));
    const form = frozenForm(await profileOf(trx, row.cycleId), row.formCode);
    const { holders } = await loadFacts(trx, row, dayOf(ctx.now, ctx.zone));
    const writer = successorOf(form, row, holders);
    if (writer === undefined) return required<Change<null>>(refuse('stale'));
    const revision = await changeWriter(trx, id, writer);
    const writing = row.status === 'open' && form.steps[row.stepIndex]?.kind === 'fill';
    const opened = writing ? await reopen(ctx, trx, { row, form, writer, revision }) : nothing;
    const subject = procedureSubject(id);
    const seen = [...(await viewersOf(trx, subject)), row.writer];
    const refreshes = [...new Set(seen)].map((person) => ({
      key: `passed-${id}-${revision}-${person}`,
      to: { person },
      content: { kind: 'refresh' as const, subject },
    }));
    const fields = { from: row.writer, to: writer };
    return {
      value: null,
      messages: [...opened.messages, ...refreshes],
      timers: opened.timers,
      audit: [{ subject, action: 'selfCheck.passedOn', fields }],
    };
  });
}

const nothing: TaskEffects = { messages: [], timers: [] };

/** The task moves with the form, and keeps its last day. */
async function reopen(
  ctx: Context,
  trx: Writer,
  given: {
    readonly row: SharedForm;
    readonly form: ProfileForm;
    readonly writer: string;
    readonly revision: number;
  },
): Promise<TaskEffects> {
  const { row, form, writer, revision } = given;
  await endTasks(trx, row.id, '', ctx.now);
  const stage = (await stagesOf(trx, row.cycleId)).find(({ code }) => code === row.stageCode);
  if (stage === undefined) throw new Error('a form of an unknown stage');
  const { latestOn } = row;
  const plan = fillPlan(
    form,
    { id: row.id, writer, latestOn, revision },
    formStage(stage, ctx.zone),
  );
  const profile = await profileOf(trx, row.cycleId);
  const calendar = await loadWorkCalendar(trx);
  const notBefore = nextSendInstant(ctx.now, profile.settings.sendWindow, calendar, ctx.zone);
  return openTasks(ctx, trx, [plan], { profile, calendar, notBefore });
}
