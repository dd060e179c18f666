/** The outbox pump: one sender at a time, below the platforms' limits, so many messages under way that one may hang. */
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import {
  claimDueMessages,
  delayMessage,
  endMessage,
  inheritClaims,
  isForTheGone,
  nextMessageDue,
  senderTurn,
  sentLately,
  type WaitingMessage,
} from '../services/dispatch.ts';
import type { Alarm } from './alarm.ts';
import { deliver, targetOf } from './deliver.ts';
import type { DeliverOptions, Gate } from './delivery.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { type Budget, createBudget } from './rate.ts';
import { createSenderTurn, type Permit, type SenderTurn, TRUST_MS } from './turn.ts';

export type OutboxPumpOptions = DeliverOptions & {
  readonly alarm: Alarm;
  readonly logger: Logger;
  /** Aborted when the process is about to end: what is claimed and not yet sent goes back. */
  readonly stopping: AbortSignal;
  /** Called after each message that was sent, put off or ended. */
  readonly progress: () => void;
};

export type OutboxPump = {
  readonly run: () => Promise<void>;
  /** Whether this process had the turn when it last looked. */
  readonly isMine: () => boolean;
  /** Ends the present run and lets another process send. */
  readonly close: () => Promise<void>;
};

/** Messages under way at the same time. A platform that does not answer holds one place for ten seconds. */
const PLACES = 48;
/** Claiming costs a statement: worth it for so many free places at least. */
const WORTH_CLAIMING = 8;
const PATIENCE_MS = 500;

type Sender = {
  readonly options: OutboxPumpOptions;
  readonly budgets: ReadonlyMap<string, Budget>;
  readonly turn: SenderTurn;
  readonly isClosing: () => boolean;
};

/** Makes the pump. Only one process sends at a time; another one's run ends at once. */
export function createOutboxPump(options: OutboxPumpOptions): OutboxPump {
  const clock = (): number => performance.now();
  const budgets = new Map(
    [...options.messengers].map(([platform, messenger]) => [
      platform,
      createBudget(messenger.limits, clock),
    ]),
  );
  let closed = false;
  const isClosing = (): boolean => closed || options.stopping.aborted;
  let current: Promise<void> = Promise.resolve();
  const turn = createSenderTurn(senderTurn(options.db), () => takeOver(options, budgets), clock);
  const sender: Sender = { options, budgets, turn, isClosing };
  const run = async (): Promise<void> => {
    // Another process is sending; it will see what is due by itself.
    if (isClosing() || !(await turn.begin())) return;
    const places = createLanes(PLACES);
    await sendAll(sender, places).finally(places.idle);
    if (!isClosing()) await wakeForNext(options);
  };
  return {
    run: () => {
      current = run();
      return current;
    },
    isMine: turn.isMine,
    close: async () => {
      closed = true;
      await current.catch(() => undefined);
      await turn.release();
    },
  };
}

/** Claims and sends until nothing is due. */
async function sendAll(sender: Sender, places: Lanes): Promise<void> {
  const { db, now } = sender.options;
  while (!sender.isClosing()) {
    if (!(await sender.turn.confirm())) return;
    const free = PLACES - places.size();
    if (free < WORTH_CLAIMING) {
      await places.next(PATIENCE_MS);
      continue;
    }
    const rows = await claimDueMessages(db, now(), free);
    for (const row of rows) places.add(() => handle(sender, row).then(sender.options.progress));
    if (rows.length > 0) continue;
    if (places.size() === 0) return;
    await places.next(PATIENCE_MS);
  }
}

/** What the process before sent within the last minute counts, too, and what it had in hand goes on soon. */
async function takeOver({ db, now }: OutboxPumpOptions, budgets: Sender['budgets']): Promise<void> {
  await inheritClaims(db, now(), GRACE_MS);
  const sent = await sentLately(db, now(), REMEMBERED_MS);
  for (const budget of budgets.values()) budget.remember(sent);
}

const REMEMBERED_MS = 60_000;
/**
 * How long the calls of a process that lost its turn may be under way: it trusts its turn for so long, and a call is
 * given up after ten seconds. The platform's keys make sure that nothing arrives twice; this makes sure that an old
 * change to a card does not overtake a new one.
 */
const GRACE_MS = TRUST_MS + 11_000;

async function handle(sender: Sender, row: WaitingMessage): Promise<void> {
  const { options, budgets } = sender;
  try {
    const target = await targetOf(options, row);
    if (target === null) {
      return endWithoutTarget(options, row);
    }
    const budget = budgets.get(target.platform);
    const gate = gateOf(sender, (): number => budget?.spend(target.userId, row.id) ?? 0);
    const { failure } = await deliver(options, row, target, gate);
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

/** Somebody who has left is written to no more; anybody else without an account is the administrator's business. */
async function endWithoutTarget(options: OutboxPumpOptions, row: WaitingMessage): Promise<void> {
  const { db } = options;
  const [state, failure] = (await isForTheGone(db, row))
    ? (['dropped', 'left'] as const)
    : (['dead', 'no account'] as const);
  await endMessage(db, row, { state, at: options.now(), failure });
}

/** Lets a message pass when the platform's limits allow it; none passes once the process is closing or the turn lost. */
const gateOf =
  (sender: Sender, spend: () => number): Gate =>
  async () => {
    const began = performance.now();
    for (;;) {
      const permit: Permit = sender.isClosing() ? 'stop' : sender.turn.permit();
      if (permit === 'stop') return null;
      const wait = permit === 'wait' ? PATIENCE_MS : spend();
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
