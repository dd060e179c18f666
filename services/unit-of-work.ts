/**
 * The work of one delivery or verb. What the verbs change is collected as data and written in one statement at the
 * end, which is the transaction. A verb that has to write earlier opens one; then everything goes through it.
 */
import type { HeldTransaction, Reader, Writer } from '../db/client.ts';
import { type Dossier, findDossier } from '../db/dossiers.ts';
import { type DeliveryRow, type Effects, noEffects, recordEffects } from '../db/effects.ts';
import type { ProcedureMove } from '../db/moves.ts';
import type { Day } from '../domain/calendar.ts';
import { afterMove, needsReading } from './dossier.ts';

export type VerbEffects = Partial<Omit<Effects, 'delivery'>>;

export type UnitOfWork = {
  /** The open transaction; opened when first asked for. It holds every move that was collected before. */
  begin(): Promise<Writer>;
  /** Where to read: inside the transaction if one is open. */
  reader(): Promise<Reader>;
  /** The dossier of a procedure with everything this work has changed so far. */
  dossier(id: string, day: Day): Promise<Dossier | undefined>;
  /** Takes over a dossier that has just been read. */
  know(dossier: Dossier): void;
  add(effects: VerbEffects): Promise<void>;
  /** Gives up everything done so far; a later verb starts afresh. */
  rollback(): Promise<void>;
};

export type OwnedUnitOfWork = UnitOfWork & {
  /** Writes the collected effects, and the delivery's reply if there is one, and commits. */
  commit(delivery: DeliveryRow | null, extra: VerbEffects): Promise<void>;
};

export function createUnitOfWork(db: Reader): OwnedUnitOfWork {
  // The promise, not its value: whoever asks while it is being opened gets the same transaction.
  let open: Promise<HeldTransaction> | null = null;
  let collected = noEffects;
  const dossiers = new Map<string, Dossier>();
  let flushed: Promise<void> | null = null;
  const begin = async (): Promise<HeldTransaction> => {
    open ??= db
      .startTransaction()
      .execute()
      .catch((error: unknown) => {
        open = null;
        throw error;
      });
    const transaction = await open;
    flushed ??= flush(transaction);
    await flushed;
    return transaction;
  };
  /** Writes the collected moves: what is read in the transaction from now on must see them. */
  const flush = async (transaction: HeldTransaction): Promise<void> => {
    const { moves } = collected;
    if (moves.length === 0) return;
    collected = { ...collected, moves: [] };
    await recordEffects(transaction, { moves });
    for (const { id } of moves) dossiers.delete(id);
  };
  const reader = async (): Promise<Reader> => open ?? db;
  const clear = (): void => {
    open = null;
    flushed = null;
    collected = noEffects;
    dossiers.clear();
  };
  const foresee = (move: ProcedureMove): void => {
    const known = dossiers.get(move.id);
    if (known !== undefined) dossiers.set(move.id, afterMove(known, move));
  };
  return {
    begin,
    reader,
    know: (dossier) => {
      dossiers.set(dossier.row.id, dossier);
    },
    dossier: async (id, day) => {
      const known = dossiers.get(id) ?? (await findDossier(await reader(), id, day));
      if (known !== undefined) dossiers.set(id, known);
      return known;
    },
    add: async (effects) => {
      collected = merge(collected, effects);
      if (open === null && !collected.moves.some(needsReading)) {
        for (const move of effects.moves ?? []) foresee(move);
        return;
      }
      await flush(await begin());
    },
    commit: async (delivery, extra) => {
      const effects = { ...merge(collected, extra), delivery };
      if (open === null) {
        await recordEffects(db, effects);
      } else {
        const transaction = await open;
        await recordEffects(transaction, effects);
        await transaction.commit().execute();
      }
      clear();
    },
    rollback: async () => {
      const transaction = open;
      clear();
      await (await transaction)?.rollback().execute();
    },
  };
}

function merge(first: Effects, second: VerbEffects): Effects {
  return {
    moves: [...first.moves, ...(second.moves ?? [])],
    shown: [...first.shown, ...(second.shown ?? [])],
    audit: [...first.audit, ...(second.audit ?? [])],
    messages: [...first.messages, ...(second.messages ?? [])],
    timers: [...first.timers, ...(second.timers ?? [])],
    delivery: null,
  };
}
