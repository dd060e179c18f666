/**
 * What is written down once a message has gone out. Deliveries are no verbs: nothing is decided here, so there is
 * no audit entry; the outbox row itself is the record. Whose claim has ended meanwhile writes nothing down: the
 * platform keeps one message per key, and the one who claimed it since gets the same answer.
 */
import type { Reader } from '../db/client.ts';
import { type Effects, recordEffects } from '../db/effects.ts';
import { noteReached, noteUnreachable } from '../db/identity.ts';
import { findLiveCard, type LiveCard, putLiveCard } from '../db/live-cards.ts';
import { finishMessage, type OutboxRow, retireKey } from '../db/outbox.ts';
import { dayOf, instantAt, previousWorkingDay } from '../domain/calendar.ts';
import type { Message, TimerSpec } from '../domain/effect.ts';
import type { SendWindow } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import { NOT_KNOWN, noteShown } from './live-card.ts';
import { messageRows, newId } from './mutate.ts';

export const RENEW_TIMER = 'renewCard';

export type SentTo = {
  readonly platform: string;
  readonly userId: string;
  readonly chatRef: string;
};

/** A message arrived: it is finished and the person is known to be reachable. */
export async function settleSent(db: Reader, row: OutboxRow, to: SentTo, now: Date): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await finishMessage(trx, row, { state: 'sent', at: now }))) return;
    await noteReached(trx, to.platform, to.userId, to.chatRef);
  });
}

/** A live card arrived: it takes the place of the older one, which is retired, and will be renewed in time. */
export async function settleAnnounced(
  db: Reader,
  row: OutboxRow,
  to: SentTo,
  card: LiveCard,
  renewal: { readonly lifetimeMs: number; readonly window: SendWindow; readonly zone: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await finishMessage(trx, row, { state: 'sent', at: card.sentAt }))) return;
    const older = await findLiveCard(trx, card.personCode, card.subject);
    await putLiveCard(trx, card);
    await noteReached(trx, to.platform, to.userId, to.chatRef);
    const retire =
      older === undefined || older.messageRef === card.messageRef ? [] : [retireMessage(older)];
    const timer = await renewTimer(trx, card, renewal);
    const correct = card.contentHash === NOT_KNOWN ? [correctMessage(row, card)] : [];
    await recordEffects(trx, effects([...retire, ...correct], [timer], card.sentAt));
  });
}

/** A live card was changed in place and shows `card`. */
export async function settleShown(
  db: Reader,
  row: OutboxRow,
  shown: LiveCard,
  card: unknown,
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (await finishMessage(trx, row, { state: 'sent', at: now }))
      await noteShown(trx, shown, card);
  });
}

/** The platform refuses to deliver to this person. */
export async function settleUnreachable(
  db: Reader,
  row: OutboxRow,
  to: { readonly platform: string; readonly userId: string },
  failure: string,
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await finishMessage(trx, row, { state: 'dead', at: now, failure }))) return;
    await noteUnreachable(trx, to.platform, to.userId, now);
  });
}

/** A live card can no longer be changed: a fresh one goes out instead. */
export async function replaceLost(
  db: Reader,
  row: OutboxRow,
  personCode: string,
  subject: string,
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await finishMessage(trx, row, { state: 'dropped', at: now, failure: 'gone' }))) return;
    const again: Message = {
      key: `again-${row.id}`,
      to: { person: personCode },
      content: { kind: 'announce', subject },
    };
    await recordEffects(trx, effects([again], [], now));
  });
}

const retireMessage = (older: LiveCard): Message => ({
  key: retireKey(older.messageRef),
  to: { person: older.personCode },
  content: { kind: 'retire', platform: older.platform, messageRef: older.messageRef },
});

/** Brings a card up to date of which it is not known which of several attempts it shows. */
const correctMessage = (row: OutboxRow, card: LiveCard): Message => ({
  key: `correct-${row.id}`,
  to: { person: card.personCode },
  content: { kind: 'refresh', subject: card.subject },
});

/** A day before the card's life ends, on a working day and inside the send window. */
async function renewTimer(
  db: Reader,
  card: LiveCard,
  renewal: { readonly lifetimeMs: number; readonly window: SendWindow; readonly zone: string },
): Promise<TimerSpec> {
  const calendar = await loadWorkCalendar(db);
  const lastDay = dayOf(
    new Date(card.sentAt.getTime() + renewal.lifetimeMs - DAY_MS),
    renewal.zone,
  );
  const dueAt = instantAt(previousWorkingDay(lastDay, calendar), renewal.window.from, renewal.zone);
  const subject = `${card.personCode}|${card.subject}`;
  return { kind: RENEW_TIMER, subject, slot: 'renew', dueAt };
}

const DAY_MS = 86_400_000;

const effects = (
  messages: readonly Message[],
  timers: readonly TimerSpec[],
  now: Date,
): Pick<Effects, 'messages' | 'timers'> => ({
  messages: messageRows(messages, now),
  timers: timers.map((timer) => ({ payload: {}, ...timer, id: newId() })),
});
