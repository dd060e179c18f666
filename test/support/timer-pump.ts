/** Timers of made-up kinds in a bureau, and pumps that fire them. */
import { pino } from 'pino';
import { consumeTimers, type DueTimer } from '../../db/timers.ts';
import type { TimerSpec } from '../../domain/effect.ts';
import type { PumpName } from '../../jobs/queue.ts';
import { createTimerPump } from '../../jobs/timers.ts';
import type { Context } from '../../services/context.ts';
import { mutate, newId } from '../../services/mutate.ts';
import type { TimerEffect } from '../../services/timer.ts';
import { type Bureau, NOW, ZONE } from './bureau.ts';

/** A timer that is due. */
export const timer = (kind: string, subject: string, dueAt = NOW): TimerSpec => ({
  kind,
  subject,
  slot: 's',
  dueAt,
});
/** Writes timers as a verb does. */
export const set = (bureau: Bureau, ...timers: TimerSpec[]): Promise<null> =>
  mutate(bureau.admin(), async () => ({
    value: null,
    timers,
    audit: [{ subject: `test:${newId()}`, action: 'test.set', fields: {} }],
  }));
export const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `s${n}`);
/** What is left of a kind. */
export const left = async (bureau: Bureau, kind: string) =>
  bureau.db
    .selectFrom('timer')
    .select(['subject', 'attempts', 'lease_until'])
    .where('kind', '=', kind)
    .execute();

/** A pump with `effects`, and what it asked to be woken for. */
export function pumpWith(
  bureau: Bureau,
  effects: Readonly<Record<string, TimerEffect>>,
  stopping = new AbortController(),
) {
  let progress = 0;
  const woken: [PumpName, number | undefined][] = [];
  const alarm = {
    wake: (pump: PumpName, delayMs?: number) => void woken.push([pump, delayMs]),
    depths: async () => ({}),
    close: async () => undefined,
  };
  const logger = pino({ level: 'silent' });
  const run = (now = NOW): Promise<void> =>
    createTimerPump({
      db: bureau.db,
      now: () => now,
      zone: ZONE,
      effects,
      alarm,
      logger,
      stopping: stopping.signal,
      progress: () => {
        progress += 1;
      },
    })();
  return { run, woken, batches: () => progress };
}

/** Consumes its timers and leaves one audit entry each; `bad` ones break it. */
export const effect =
  (done: string[][], bad: ReadonlySet<string>) =>
  async (ctx: Context, timers: readonly DueTimer[]): Promise<ReadonlySet<string>> => {
    const mine = await mutate(ctx, async (trx) => {
      const taken = await consumeTimers(trx, timers, ctx.now);
      if (timers.some(({ subject }) => bad.has(subject))) throw new Error('this one breaks');
      const [first, ...rest] = timers
        .filter(({ id }) => taken.has(id))
        .map(({ subject }) => ({
          subject: `fired:${ctx.actor.code}-${subject}`,
          action: 'test.fired',
          fields: {},
        }));
      if (first === undefined) throw new Error('nothing was taken');
      return { value: taken, audit: [first, ...rest] };
    });
    done.push(timers.map(({ subject }) => subject));
    return mine;
  };
