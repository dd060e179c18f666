/** Sends live cards anew before the platform lets the old ones die, if their matter still waits for the person. */
import type { Writer } from '../db/client.ts';
import { consumeTimers, type DueTimer } from '../db/timers.ts';
import { waitingFor } from '../db/waiting-tasks.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { profilesOf } from './frozen-profile.ts';
import { attempt, type Change, required } from './mutate.ts';
import { procedureOfSubject } from './task.ts';

/** The effect of `renewCard` timers: subject = `person|live-card subject`. Cards sent together grow old together. */
export async function renewCards(
  ctx: Context,
  timers: readonly DueTimer[],
): Promise<ReadonlySet<string>> {
  const result = await attempt(ctx, async (trx) => {
    const taken = await consumeTimers(trx, timers, ctx.now);
    const cards = timers.filter(({ id }) => taken.has(id)).map(cardOf);
    const found = await waitingFor(
      trx,
      cards.flatMap(({ procedureId }) => procedureId ?? []),
    );
    const procedures = new Map(found.map((procedure) => [procedure.id, procedure]));
    const openings = await openingsOf(
      ctx,
      trx,
      found.map(({ cycleId }) => cycleId),
    );
    const renewed = cards.map((card) => {
      const procedure = procedures.get(card.procedureId ?? '');
      // The author's card waits too, as long as it can be withdrawn or watched.
      const waits = procedure?.people.includes(card.person) === true;
      return { ...card, waits, notBefore: openings.get(procedure?.cycleId ?? '') ?? ctx.now };
    });
    const [first, ...rest] = renewed.map(({ subject, person, waits }) => ({
      subject,
      action: 'card.renewed',
      fields: { person, sent: waits },
    }));
    if (first === undefined) return required<Change<ReadonlySet<string>>>(refuse('stale'));
    const messages = renewed
      .filter(({ waits }) => waits)
      .map(({ timer, person, subject, notBefore }) => ({
        key: `renew-${timer}`,
        to: { person },
        content: { kind: 'announce' as const, subject },
        notBefore,
      }));
    return { value: taken, messages, audit: [first, ...rest] };
  });
  return result.ok ? result.value : new Set();
}

function cardOf(timer: DueTimer) {
  const [person = '', subject = ''] = timer.subject.split('|');
  return { timer: timer.id, person, subject, procedureId: procedureOfSubject(subject) };
}

/** The timers are due inside the window, but a product that was down fires them whenever it is up again. */
async function openingsOf(
  ctx: Context,
  trx: Writer,
  cycleIds: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const calendar = await loadWorkCalendar(trx);
  const profiles = await profilesOf(trx, cycleIds);
  return new Map(
    [...profiles].map(([id, { settings }]) => [
      id,
      nextSendInstant(ctx.now, settings.sendWindow, calendar, ctx.zone),
    ]),
  );
}
