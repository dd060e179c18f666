/** People whose account changed get the cards of their open tasks again, at the account they have now. */
import type { Writer } from '../db/client.ts';
import { openProceduresOf } from '../db/tasks.ts';
import type { Message } from '../domain/effect.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { frozenProfile } from './frozen-profile.ts';
import { newId } from './mutate.ts';
import { procedureSubject } from './task.ts';

/** One card for every open task of `people`, inside the send window of its profile. */
export async function announceAgain(
  ctx: Context,
  trx: Writer,
  people: readonly string[],
): Promise<readonly Message[]> {
  if (people.length === 0) return [];
  const waiting = await openProceduresOf(trx, people);
  const calendar = await loadWorkCalendar(trx);
  const change = newId();
  return waiting.map(({ personCode, procedureId, profile }) => {
    const window = frozenProfile(profile).settings.sendWindow;
    return {
      key: `account-${change}-${procedureId}-${personCode}`,
      to: { person: personCode },
      content: { kind: 'announce', subject: procedureSubject(procedureId) },
      notBefore: nextSendInstant(ctx.now, window, calendar, ctx.zone),
    };
  });
}
