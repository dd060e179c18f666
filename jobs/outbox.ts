/** The outbox pump: one sender at a time, below the platforms' limits, so many messages under way that one may hang. */
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import {
  claimDueMessages,
  createSenderTurn,
  delayMessage,
  endMessage,
  nextMessageDue,
  sentAges,
  type WaitingMessage,
} from '../services/dispatch.ts';
import { deliver, targetOf } from './deliver.ts';
import type { DeliverOptions, Gate, Target } from './delivery.ts';
import { createLanes, type Lanes } from './lanes.ts';
import type { Alarm } from './queue.ts';
import { type Budget, createBudget } from './rate.ts';

export type OutboxPumpOptions = DeliverOptions & {
  readonly alarm: Alarm;
  readonly logger: Logger;
  /** Aborted when the process is about to end: what is claimed and not yet sent goes back. */
  readonly stopping: AbortSignal;
};

export type OutboxPump = {
  readonly run: () => Promise<void>;
  /** Ends the present run and lets another process send. */
  readonly close: () => Promise<void>;
};

/** Messages under way at the same time. A platform that does not answer holds one place for ten seconds. */
const PLACES = 48;
/** Claiming costs a statement: worth it for so many free places at least. */
const WORTH_CLAIMING = 8;
/** How often a long run makes sure that it is still this process's turn. */
const CHECK_MS = 10_000;
const PATIENCE_MS = 500;

type Sender = {
  readonly options: OutboxPumpOptions;
  readonly budgets: ReadonlyMap<string, Budget>;
  readonly isClosing: () => boolean;
};

/** Makes the pump. Only one process sends at a time; another one's run ends at once. */
export function createOutboxPump(options: OutboxPumpOptions): OutboxPump {
  const turn = createSenderTurn(options.db);
  const budgets = new Map(
    [...options.messengers].map(([platform, messenger]) => [
      platform,
      createBudget(messenger.limits, () => performance.now()),
    ]),
  );
  let closed = false;
  const isClosing = (): boolean => closed || options.stopping.aborted;
  let current: Promise<void> = Promise.resolve();
  const sender: Sender = { options, budgets, isClosing };
  const isMyTurn = async (): Promise<boolean> => {
    const state = await turn.take();
    if (state === 'taken') await rememberOthers(sender);
    return state !== 'elsewhere';
  };
  const run = async (): Promise<void> => {
    // Another process is sending; it will see what is due by itself.
    if (isClosing() || !(await isMyTurn())) return;
    const places = createLanes(PLACES);
    await sendAll(sender, places, isMyTurn).finally(places.idle);
    if (!isClosing()) await wakeForNext(options);
  };
  return {
    run: () => {
      current = run();
      return current;
    },
    close: async () => {
      closed = true;
      await current.catch(() => undefined);
      await turn.release();
    },
  };
}

/** Claims and sends until nothing is due. */
async function sendAll(
  sender: Sender,
  places: Lanes,
  isMyTurn: () => Promise<boolean>,
): Promise<void> {
  const { db, now } = sender.options;
  let checked = performance.now();
  while (!sender.isClosing()) {
    if (performance.now() - checked > CHECK_MS) {
      if (!(await isMyTurn())) return;
      checked = performance.now();
    }
    const free = PLACES - places.size();
    if (free < WORTH_CLAIMING) {
      await places.next(PATIENCE_MS);
      continue;
    }
    const rows = await claimDueMessages(db, now(), free);
    for (const row of rows) places.add(() => handle(sender, row));
    if (rows.length > 0) continue;
    if (places.size() === 0) return;
    await places.next(PATIENCE_MS);
  }
}

/** What the process before sent within the last minute counts, too. */
async function rememberOthers({ options, budgets }: Sender): Promise<void> {
  const ages = await sentAges(options.db, options.now(), REMEMBERED_MS);
  for (const budget of budgets.values()) budget.remember(ages);
}

const REMEMBERED_MS = 60_000;

async function handle(sender: Sender, row: WaitingMessage): Promise<void> {
  const { options, budgets } = sender;
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
    const { failure } = await deliver(options, row, target, gateOf(sender, budget, target));
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

/** Lets a message pass when the platform's limits allow it; none passes any more while the process is closing. */
const gateOf =
  (sender: Sender, budget: Budget | undefined, target: Target): Gate =>
  async () => {
    const began = performance.now();
    for (;;) {
      if (sender.isClosing()) return null;
      const wait = budget?.spend(target.userId) ?? 0;
      if (wait <= 0) return performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, PATIENCE_MS)));
    }
  };

/** Asks to be woken when the next message may go out; long waits are left to the sweep. */
async function wakeForNext(options: OutboxPumpOptions): Promise<void> {
  const next = await nextMessageDue(options.db);
  if (next === null) return;
  const delay = next.getTime() - options.now().getTime();
  if (delay <= 0) options.alarm.wake('outbox');
  else if (delay < SHORT_MS) options.alarm.wake('outbox', delay);
}

const SHORT_MS = 5_000;
