/**
 * The transaction of one delivery. It opens with the first verb that writes, collects what the verbs leave behind,
 * and commits state, audit, messages, timers and the stored reply together, so that a crash loses or repeats nothing.
 */
import type { HeldTransaction, Reader, Writer } from '../db/client.ts';
import { type DeliveryRow, type Effects, recordEffects } from '../db/effects.ts';

export type UnitOfWork = {
  /** The open transaction; opened when first asked for. */
  begin(): Promise<Writer>;
  add(effects: Omit<Effects, 'delivery'>): void;
  /** Gives up everything done so far; a later verb starts afresh. */
  rollback(): Promise<void>;
};

export type OwnedUnitOfWork = UnitOfWork & {
  /** Writes the collected effects and the delivery's reply, then commits. */
  commit(delivery: DeliveryRow, extra: Omit<Effects, 'delivery'>): Promise<void>;
};

export function createUnitOfWork(db: Reader): OwnedUnitOfWork {
  // The promise, not its value: whoever asks while it is being opened gets the same transaction.
  let open: Promise<HeldTransaction> | null = null;
  let collected: Omit<Effects, 'delivery'> = nothing;
  const begin = (): Promise<HeldTransaction> => {
    open ??= db
      .startTransaction()
      .execute()
      .catch((error: unknown) => {
        open = null;
        throw error;
      });
    return open;
  };
  const close = (): void => {
    open = null;
    collected = nothing;
  };
  return {
    begin,
    add: (effects) => {
      collected = merge(collected, effects);
    },
    commit: async (delivery, extra) => {
      const effects = { ...merge(collected, extra), delivery };
      if (open === null) {
        await recordEffects(db, effects);
        return;
      }
      const transaction = await open;
      await recordEffects(transaction, effects);
      await transaction.commit().execute();
      close();
    },
    rollback: async () => {
      const transaction = open;
      close();
      await (await transaction)?.rollback().execute();
    },
  };
}

const nothing: Omit<Effects, 'delivery'> = { audit: [], messages: [], timers: [] };

function merge(
  first: Omit<Effects, 'delivery'>,
  second: Omit<Effects, 'delivery'>,
): Omit<Effects, 'delivery'> {
  return {
    audit: [...first.audit, ...second.audit],
    messages: [...first.messages, ...second.messages],
    timers: [...first.timers, ...second.timers],
  };
}
