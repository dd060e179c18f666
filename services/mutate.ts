/** The only writing transaction: state, audit, messages and timers are committed together or not at all. */
import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Writer } from '../db/client.ts';
import type { Effects } from '../db/effects.ts';
import { isConflict, type ProcedureMove } from '../db/moves.ts';
import { type AuditEntries, sealEntry } from '../domain/audit.ts';
import type { Message, TimerSpec } from '../domain/effect.ts';
import { accept, type Refusal, type Result } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { createUnitOfWork, type UnitOfWork, type VerbEffects } from './unit-of-work.ts';

/** What a verb decided: its value for the caller and what it leaves behind. No audit entry, no change. */
export type Change<T> = {
  readonly value: T;
  readonly audit: AuditEntries;
  readonly moves?: readonly ProcedureMove[];
  readonly messages?: readonly Message[];
  readonly timers?: readonly TimerSpec[];
};

/** A new, time-ordered id. */
export const newId = (): string => uuidv7();

/** Thrown inside a verb to give up its transaction with a refusal; `attempt` turns it back into a result. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** Runs `work` in the delivery's transaction, or in one of its own. */
export async function mutate<T>(
  ctx: Context,
  work: (trx: Writer) => Promise<Change<T>>,
): Promise<T> {
  return mutateFrom(ctx, async (unit) => work(await unit.begin()));
}

/** Somebody else's change may come between reading and writing; then the verb decides anew. */
const MOST_TRIES = 8;

/** Like `mutate` for verbs whose change is data: they read first, and one statement writes everything. */
async function mutateFrom<T>(
  ctx: Context,
  work: (unit: UnitOfWork) => Promise<Change<T>>,
): Promise<T> {
  if (ctx.work !== undefined) {
    const change = await work(ctx.work);
    await ctx.work.add(effectsOf(ctx, change));
    return change.value;
  }
  for (let tries = 1; ; tries += 1) {
    const unit = createUnitOfWork(ctx.db);
    try {
      const change = await work(unit);
      await unit.commit(null, effectsOf(ctx, change));
      return change.value;
    } catch (error) {
      await unit.rollback();
      if (!isConflict(error) || tries >= MOST_TRIES) throw error;
    }
  }
}

/** Like `mutate` for verbs that may refuse: a refusal rolls everything back and is returned. */
export const attempt = <T>(
  ctx: Context,
  work: (trx: Writer) => Promise<Change<T>>,
): Promise<Result<T>> => attemptFrom(ctx, async (unit) => work(await unit.begin()));

/** Like `mutateFrom` for verbs that may refuse. */
export async function attemptFrom<T>(
  ctx: Context,
  work: (unit: UnitOfWork) => Promise<Change<T>>,
): Promise<Result<T>> {
  try {
    return accept(await mutateFrom(ctx, work));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await ctx.work?.rollback();
    return { ok: false, refusal: error.refusal };
  }
}

/** The value of `result`; a refusal ends the verb. */
export function required<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Refused(result.refusal);
}

/** Messages in the shape of the outbox. */
export function messageRows(messages: readonly Message[], now: Date): Effects['messages'] {
  return messages.map(({ key, to, content, notBefore }) => ({
    id: newId(),
    key,
    person: 'person' in to ? to.person : null,
    address: 'address' in to ? to.address : null,
    content,
    createdAt: now,
    notBefore: notBefore ?? now,
  }));
}

function effectsOf<T>(ctx: Context, change: Change<T>): VerbEffects {
  return {
    moves: change.moves ?? [],
    audit: change.audit.map((entry) => sealEntry(entry, ctx.now, ctx.actor, newSalt)),
    messages: messageRows(change.messages ?? [], ctx.now),
    timers: (change.timers ?? []).map((timer) => ({ payload: {}, ...timer, id: newId() })),
  };
}

const SALT_BYTES = 16;
/** Random bytes fetched many salts at a time: a click has half a dozen, and each fetch costs as much as a large one. */
const salts = Buffer.alloc(SALT_BYTES * 256);
let used = salts.length;

function newSalt(): string {
  if (used === salts.length) {
    randomFillSync(salts);
    used = 0;
  }
  used += SALT_BYTES;
  return salts.toString('hex', used - SALT_BYTES, used);
}
