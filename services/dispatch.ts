/** What the sender needs of the database: its turn, due messages, receivers, what a card shows, and outcomes. */
import type { Reader } from '../db/client.ts';
import { forgetDeliveries } from '../db/effects.ts';
import { hasLeft, type Identity, identitiesFor } from '../db/identity.ts';
import { dropLiveCard, findLiveCard, type LiveCard } from '../db/live-cards.ts';
import {
  claimMessages,
  finishMessage,
  forgetMessages,
  nextMessageAt,
  type OutboxRow,
  postponeMessage,
  sentSince,
  shortenClaims,
} from '../db/outbox.ts';
import { createTurn, type Turn, type TurnState } from '../db/singleton.ts';

export type WaitingMessage = OutboxRow;
export type { LiveCard, Turn, TurnState };

const LEASE_MS = 120_000;

/** The turn at sending: one process has it until it ends. */
export const senderTurn = (db: Reader): Turn => createTurn(db, 'outbox');

/** What went out within the last `withinMs`, whoever sent it, and how many milliseconds ago. */
export async function sentLately(
  db: Reader,
  now: Date,
  withinMs: number,
): Promise<readonly { readonly id: string; readonly ageMs: number }[]> {
  const sent = await sentSince(db, new Date(now.getTime() - withinMs));
  return sent.map(({ id, at }) => ({ id, ageMs: now.getTime() - at.getTime() }));
}

/** Whoever sent before is gone: what it had claimed is free in `graceMs`. */
export const inheritClaims = (db: Reader, now: Date, graceMs: number): Promise<void> =>
  shortenClaims(db, new Date(now.getTime() + graceMs));

/** Claims up to `limit` messages that are due; a claim whose process died ends by itself. */
export const claimDueMessages = (
  db: Reader,
  now: Date,
  limit: number,
): Promise<readonly WaitingMessage[]> =>
  claimMessages(db, now, new Date(now.getTime() + LEASE_MS), limit);

/** When the next message may go out, or null. */
export const nextMessageDue = (db: Reader): Promise<Date | null> => nextMessageAt(db);

/** The accounts of a person, reachable ones first. */
export const accountsOf = (db: Reader, personCode: string): Promise<readonly Identity[]> =>
  identitiesFor(db, personCode);

/** Whether the receiver of a message has left: no fault that somebody has to look into. */
export const isForTheGone = async (db: Reader, { personCode }: WaitingMessage): Promise<boolean> =>
  personCode !== null && hasLeft(db, personCode);

/** The live card a person has of `subject`. */
export const shownTo = (
  db: Reader,
  personCode: string,
  subject: string,
): Promise<LiveCard | undefined> => findLiveCard(db, personCode, subject);

/** Forgets a live card the platform no longer lets us change. */
export const forgetShown = (db: Reader, card: LiveCard): Promise<void> =>
  dropLiveCard(db, card.platform, card.messageRef);

/** Ends a message that needs no further step. False = somebody else has claimed it since. */
export const endMessage = (
  db: Reader,
  row: WaitingMessage,
  outcome: {
    readonly state: 'sent' | 'dead' | 'dropped';
    readonly at: Date;
    readonly failure?: string;
  },
): Promise<boolean> => finishMessage(db, row, outcome);

/** Puts a message back; an attempt the platform never looked at does not count. */
export const delayMessage = (
  db: Reader,
  row: WaitingMessage,
  delay: { readonly until: Date; readonly failure: string | null; readonly counted: boolean },
): Promise<void> => postponeMessage(db, row, delay.until, delay.failure, delay.counted);

/** Forgets deliveries answered before `before`. */
export const forgetAnswered = (db: Reader, before: Date): Promise<number> =>
  forgetDeliveries(db, before);

/** How many messages one turn of the upkeep forgets at most: a hundred a second, and no long transaction. */
const FORGET_SIZE = 6_000;

/** Forgets messages that were sent or no longer wanted before `before`; how many. */
export const forgetDone = (db: Reader, before: Date): Promise<number> =>
  forgetMessages(db, before, FORGET_SIZE);
