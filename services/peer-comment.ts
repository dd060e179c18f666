/** The peer-help step (大家帮, 群众帮): additions, their answers, its end (RISK-08, RISK-11). */
import { consumeTimer, type DueTimer } from '../db/timers.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attemptFrom, type Change, newId, required } from './mutate.ts';
import { holdProcedure } from './procedure.ts';
import { stepChange, takeStep } from './step-verb.ts';
import { procedureSubject } from './task.ts';
import type { FormRef } from './writing.ts';

/** Adds something to somebody's form, in the name of the person who clicked. */
export function addComment(ctx: Context, ref: FormRef, text: string): Promise<Result<null>> {
  const { procedureId, revision } = ref;
  const command = { kind: 'comment' as const, by: ctx.actor.code, revision, id: newId(), text };
  return takeStep(ctx, { procedureId, command, text, field: 'comment' });
}

/** The author accepts addition `index` (from 0), or explains why not. */
export function answerComment(
  ctx: Context,
  ref: FormRef & { readonly index: number },
  answer: 'accepted' | 'explained',
  reply: string,
): Promise<Result<null>> {
  const { procedureId, revision, index } = ref;
  const by = ctx.actor.code;
  return attemptFrom(ctx, async (unit) => {
    const held = await holdProcedure(ctx, unit, procedureId);
    const comment = held.row.state.collected.comments[index]?.id ?? '';
    const command = { kind: 'answer' as const, by, revision, comment, answer, reply };
    return stepChange(ctx, held, { command, text: reply });
  });
}

/** The author ends the step before its time. */
export function closeComments(ctx: Context, { procedureId, revision }: FormRef) {
  const command = { kind: 'closeComments' as const, by: ctx.actor.code, revision };
  return takeStep(ctx, { procedureId, command, text: '', field: 'comment' });
}

/** The effect of a `comment` timer: the time is over, what is unanswered stays on record and the form goes on. */
export async function endComments(ctx: Context, timer: DueTimer): Promise<void> {
  await attemptFrom(ctx, async (unit) => {
    if (!(await consumeTimer(await unit.begin(), timer, ctx.now)))
      return required<Change<null>>(refuse('stale'));
    const held = await holdProcedure(ctx, unit, timer.subject);
    const { state } = held.row;
    const isOpen = state.status === 'open' && held.form.steps[state.stepIndex]?.kind === 'comment';
    if (!isOpen) {
      const subject = procedureSubject(timer.subject);
      const fields = { reason: 'stepOver' };
      return { value: null, audit: [{ subject, action: 'comments.endIgnored', fields }] };
    }
    const { revision } = state;
    const command = { kind: 'expire' as const, by: ctx.actor.code, revision };
    return stepChange(ctx, held, { command, text: '' });
  });
}
