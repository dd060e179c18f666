/** One delivery, answered once: whatever arrives again gets the stored reply and changes nothing. */
import type { Reader } from '../db/client.ts';
import { findDelivery, isRepeatedDelivery } from '../db/effects.ts';
import type { Message } from '../domain/effect.ts';
import { messageRows } from './mutate.ts';
import { createUnitOfWork, type UnitOfWork } from './unit-of-work.ts';

export type DeliveryKey = { readonly platform: string; readonly eventId: string };

/** A handled delivery: the reply to store and the messages that answer it. */
export type Handled<R> = { readonly reply: R; readonly messages: readonly Message[] };

/**
 * Handles a delivery once. `handle` works inside the unit of work; its reply is stored in the same transaction.
 * A repeat, also one that arrives while the first is still being handled, returns the stored reply.
 */
export async function deliverOnce<R>(
  db: Reader,
  key: DeliveryKey,
  now: Date,
  handle: (work: UnitOfWork) => Promise<Handled<R>>,
): Promise<R | unknown> {
  const work = createUnitOfWork(db);
  try {
    const { reply, messages } = await handle(work);
    const extra = { audit: [], timers: [], messages: messageRows(messages, now) };
    await work.commit({ ...key, receivedAt: now, reply }, extra);
    return reply;
  } catch (error) {
    await work.rollback();
    if (isRepeatedDelivery(error)) return findDelivery(db, key.platform, key.eventId);
    throw error;
  }
}
