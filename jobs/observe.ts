/** What timers and pumps are to those who watch the product: kind, outcome and time. */
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { ClaimedTimer, TimerEffect } from '../services/timer.ts';

type Outcome = 'done' | 'failed';

/** The same effects, each with one record and, when it is done, one log line. Failures are logged by the pump. */
export function observeEffects(
  effects: Readonly<Record<string, TimerEffect>>,
  record: (kind: string, outcome: Outcome, lateSeconds: number) => void,
  logger: Logger,
): Readonly<Record<string, TimerEffect>> {
  const observe = (effect: TimerEffect): TimerEffect => ({
    ...effect,
    run: watched(effect.run, (outcome, ms, taken, ctx, timers) => {
      // What fails together is taken apart and tried again; a timer has failed when it does so alone.
      if (outcome === 'failed' && timers.length > 1) return;
      for (const timer of timers) {
        // Somebody else has moved, cancelled or done it.
        if (taken?.has(timer.id) === false) continue;
        const lateMs = ctx.now.getTime() - timer.dueAt.getTime();
        record(timer.kind, outcome, lateMs / 1000);
        if (outcome === 'done')
          logger.info({ ...idsOf(timer), lateMs, ms: Math.round(ms) }, 'timer done');
      }
    }),
  });
  return Object.fromEntries(
    Object.entries(effects).map(([kind, effect]) => [kind, observe(effect)]),
  );
}

/** The same pump, with one record per run. */
export const observePump = (
  run: () => Promise<void>,
  record: (outcome: Outcome, seconds: number) => void,
): (() => Promise<void>) => watched(run, (outcome, ms) => record(outcome, ms / 1000));

const idsOf = ({ id, kind, subject }: ClaimedTimer) => ({ timer: id, kind, subject });

/** `note` gets what `work` came to; undefined when it failed. */
function watched<A extends readonly unknown[], R>(
  work: (...args: A) => Promise<R>,
  note: (outcome: Outcome, ms: number, result: R | undefined, ...args: A) => void,
): (...args: A) => Promise<R> {
  return async (...args) => {
    const began = performance.now();
    let outcome: Outcome = 'failed';
    let result: R | undefined;
    try {
      result = await work(...args);
      outcome = 'done';
      return result;
    } finally {
      note(outcome, performance.now() - began, result, ...args);
    }
  };
}
