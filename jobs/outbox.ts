/** The outbox pump: one sender per platform limits, batches in parallel, time-sliced so that it can be stopped. */
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import {
  claimDueMessages,
  delayMessage,
  endMessage,
  inTurn,
  nextMessageDue,
  type WaitingMessage,
} from '../services/dispatch.ts';
import { deliver, targetOf } from './deliver.ts';
import type { DeliverOptions, Target } from './delivery.ts';
import type { Alarm } from './queue.ts';
import { type Budget, createBudget } from './rate.ts';

const SLICE_MS = 15_000;

export type OutboxPumpOptions = DeliverOptions & { readonly alarm: Alarm; readonly logger: Logger };

/** Makes the pump. Only one process sends at a time; a second one's run ends at once. */
export function createOutboxPump(options: OutboxPumpOptions): () => Promise<void> {
  const budgets = new Map<string, Budget>();
  for (const [platform, messenger] of options.messengers) {
    budgets.set(
      platform,
      createBudget(messenger.limits, () => performance.now()),
    );
  }
  return async () => {
    const isSender = await inTurn(options.db, async () => {
      const until = performance.now() + SLICE_MS;
      while (performance.now() < until) {
        const now = options.now();
        const rows = await claimDueMessages(options.db, now);
        if (rows.length === 0) break;
        await Promise.all(rows.map((row) => handle(options, budgets, row)));
      }
    });
    // Another process is sending; it will see what is due by itself.
    if (isSender) await wakeForNext(options);
  };
}

async function handle(
  options: OutboxPumpOptions,
  budgets: ReadonlyMap<string, Budget>,
  row: WaitingMessage,
): Promise<void> {
  try {
    const target = await targetOf(options, row);
    if (target === null) {
      await endMessage(options.db, row, {
        state: 'dead',
        at: options.now(),
        failure: 'no account',
      });
      return;
    }
    const budget = budgets.get(target.platform);
    await untilAllowed(budget, target);
    const { failure } = await deliver(options, row, target);
    if (failure === null) return;
    options.logger.warn(
      { message: row.id, kind: failure.kind, code: failure.code },
      'delivery failed',
    );
    if (failure.kind === 'rateLimited' && failure.scope === 'app')
      budget?.pause(failure.retryAfterMs);
  } catch (error) {
    options.logger.error({ message: row.id, err: error }, 'delivery broke');
    const later = new Date(options.now().getTime() + 30_000);
    await delayMessage(options.db, row, { until: later, failure: 'internal', counted: true }).catch(
      () => undefined,
    );
  }
}

async function untilAllowed(budget: Budget | undefined, target: Target): Promise<void> {
  for (;;) {
    const wait = budget?.spend(target.userId) ?? 0;
    if (wait <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Asks to be woken when the next message may go out; long waits are left to the sweep. */
async function wakeForNext(options: OutboxPumpOptions): Promise<void> {
  const next = await nextMessageDue(options.db);
  if (next === null) return;
  const delay = next.getTime() - options.now().getTime();
  if (delay <= 0) options.alarm.wake('outbox');
  else if (delay < SHORT_MS) options.alarm.wake('outbox', delay);
}

const SHORT_MS = 5_000;
