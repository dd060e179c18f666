/** Sends a live card anew before the platform lets the old one die, if its matter still waits for the person. */
import type { Writer } from '../db/client.ts';
import { findProcedure, type ProcedureRow } from '../db/procedures.ts';
import { openTasksOfProcedure } from '../db/tasks.ts';
import { consumeTimer, type DueTimer } from '../db/timers.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { frozenProfile } from './frozen-profile.ts';
import { attempt, type Change, required } from './mutate.ts';
import { procedureOfSubject } from './task.ts';

/** The effect of a `renewCard` timer: subject = `person|live-card subject`. */
export async function renewCard(ctx: Context, timer: DueTimer): Promise<void> {
  await attempt(ctx, async (trx) => {
    if (!(await consumeTimer(trx, timer, ctx.now))) return required<Change<null>>(refuse('stale'));
    const [person = '', subject = ''] = timer.subject.split('|');
    const procedureId = procedureOfSubject(subject);
    const row = procedureId === null ? undefined : await findProcedure(trx, procedureId);
    const tasks = row === undefined ? [] : await openTasksOfProcedure(trx, row.id);
    // The author's card waits too, as long as it can be withdrawn or watched.
    const isAuthor = row?.state.status === 'open' && row.state.subject === person;
    const waits = isAuthor || tasks.some(({ personCode }) => personCode === person);
    const message = {
      key: `renew-${timer.id}`,
      to: { person },
      content: { kind: 'announce' as const, subject },
      notBefore: row === undefined ? ctx.now : await nextOpening(ctx, trx, row),
    };
    const audit = { subject, action: 'card.renewed', fields: { person, sent: waits } };
    return { value: null, messages: waits ? [message] : [], audit: [audit] };
  });
}

/** The timer is due inside the window, but a product that was down fires it whenever it is up again. */
async function nextOpening(ctx: Context, trx: Writer, row: ProcedureRow): Promise<Date> {
  const { sendWindow } = frozenProfile(row.profile).settings;
  return nextSendInstant(ctx.now, sendWindow, await loadWorkCalendar(trx), ctx.zone);
}
