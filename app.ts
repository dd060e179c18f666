/** The composition root: the only file that knows every part. */

import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createHttp } from './bot/http.ts';
import type { Receive } from './bot/inbound.ts';
import { createLarkMessenger } from './bot/lark/messenger.ts';
import { createLarkWebhook } from './bot/lark/webhook.ts';
import type { Messenger } from './bot/messenger.ts';
import { createRouter, type Router } from './bot/router.ts';
import type { Config } from './config.ts';
import type { Reader } from './db/client.ts';
import { connect } from './db/client.ts';
import { migrateToLatest } from './db/migrate.ts';
import { createCommands } from './handlers/commands.ts';
import { launchCommands, registerLaunch } from './handlers/launch.ts';
import { listCommands, registerLists } from './handlers/lists.ts';
import { menu } from './handlers/menu.ts';
import { createReceive } from './handlers/receive.ts';
import type { Caller } from './handlers/reply.ts';
import { registerReview } from './handlers/review.ts';
import { registerSelfCheck } from './handlers/self-check.ts';
import { createOutboxPump } from './jobs/outbox.ts';
import {
  type Alarm,
  createAlarm,
  migrateQueue,
  type QueueBackend,
  startWorkers,
} from './jobs/queue.ts';
import { createTimerPump } from './jobs/timers.ts';
import { createUpkeepPump } from './jobs/upkeep.ts';
import { loadSigner } from './services/audit-key.ts';
import { type Clock, createClock } from './services/clock.ts';
import { CYCLE_END_TIMER, endCycle } from './services/cycle-close.ts';
import { STAGE_TIMER } from './services/fill-tasks.ts';
import { databaseTrouble, readFigures } from './services/health.ts';
import { RENEW_TIMER } from './services/outbox.ts';
import type { LoadedProfile } from './services/profile.ts';
import { REASSIGN_TIMER, reassignReviews } from './services/reassign.ts';
import { climbLadder, DIGEST_TIMER, tellReminders } from './services/reminder.ts';
import { renewCard } from './services/renewal.ts';
import { openStage } from './services/stage.ts';
import { TASK_TIMER } from './services/task.ts';

export type Role = 'all' | 'web' | 'worker';

export type AppParts = {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly profiles: readonly LoadedProfile[];
  readonly logger: Logger;
  readonly role: Role;
  /** Separates the queues of several products on one server. */
  readonly queueName?: string;
};

export type App = {
  readonly http: Hono;
  readonly db: Reader;
  readonly clock: Clock;
  /** Looks at timers and outbox at once, e.g. after the clock was moved. */
  readonly wake: () => void;
  readonly close: () => Promise<void>;
};

const CLOCK_POLL_MS = 250;
const SWEEP_MS = 2_000;
const UPKEEP_MS = 60_000;

/** Builds the product; with a working role its pumps are running when this resolves. */
export async function buildApp(parts: AppParts): Promise<App> {
  const { config, logger } = parts;
  const db = connect(parts.databaseUrl);
  const clock = createClock(db, config.allowTimeTravel);
  // Without tables there is no stored clock; `/readyz` says what is missing.
  await clock.refresh().catch(() => false);
  const backend = backendOf(parts);
  const alarm = createAlarm(backend, logger);
  const messengers = messengersOf(parts, clock);
  const receive = receiveOf(parts, db, clock, alarm);
  const workers =
    parts.role === 'web'
      ? null
      : await startPumps(parts, { db, clock, alarm, backend, messengers });
  const wake = (): void => {
    alarm.wake('timers');
    alarm.wake('outbox');
  };
  const poll = pollClock(config, clock, wake);
  return {
    http: createHttp({
      webhooks: webhooksOf(parts, clock, receive),
      notReady: async () => (await databaseTrouble(db)) ?? queueTrouble(alarm),
      metrics: createMetrics(db, clock),
    }),
    db,
    clock,
    wake,
    close: async () => {
      clearInterval(poll);
      await workers?.close();
      await alarm.close();
      await db.destroy();
    },
  };
}

/** Brings the database and the queue to what this program needs. */
export async function migrateAll(
  parts: Pick<AppParts, 'config' | 'databaseUrl' | 'queueName'>,
): Promise<void> {
  await migrateToLatest(parts.databaseUrl);
  await migrateQueue(backendOf(parts));
}

function backendOf(parts: Pick<AppParts, 'config' | 'databaseUrl' | 'queueName'>): QueueBackend {
  const name = parts.queueName ?? 'lianshao';
  const { redisUrl } = parts.config;
  if (redisUrl !== null) return { kind: 'redis', url: redisUrl, prefix: name };
  return { kind: 'postgres', url: parts.databaseUrl, schema: `${name}_queue` };
}

function messengersOf(parts: AppParts, clock: Clock): ReadonlyMap<string, Messenger> {
  const { lark } = parts.config;
  const messengers: readonly Messenger[] =
    lark === null
      ? []
      : [createLarkMessenger({ config: lark, now: clock.now, logger: parts.logger })];
  return new Map(messengers.map((messenger) => [messenger.platform, messenger]));
}

function webhooksOf(
  parts: AppParts,
  clock: Clock,
  receive: Receive,
): Readonly<Record<string, Hono>> {
  const { lark } = parts.config;
  if (lark === null) return {};
  return {
    '/webhook/lark': createLarkWebhook({
      config: lark,
      now: clock.now,
      receive,
      logger: parts.logger,
    }),
  };
}

function receiveOf(parts: AppParts, db: Reader, clock: Clock, alarm: Alarm): Receive {
  const router: Router<Caller> = createRouter();
  const commands = createCommands([...listCommands, ...launchCommands(parts.profiles)]);
  registerSelfCheck(router);
  registerReview(router);
  registerLists(router, commands);
  registerLaunch(router, parts.profiles);
  const committed = (): void => {
    alarm.wake('outbox');
  };
  const zone = parts.config.businessZone;
  return createReceive({ db, now: clock.now, zone, router, commands, menu, committed });
}

type Running = {
  readonly db: Reader;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly backend: QueueBackend;
  readonly messengers: ReadonlyMap<string, Messenger>;
};

async function startPumps(parts: AppParts, running: Running) {
  const { db, clock, alarm, messengers } = running;
  const { config, logger } = parts;
  const zone = config.businessZone;
  const key = config.auditSigningKey;
  const signer = await loadSigner({
    ...(key === null ? {} : { pem: key }),
    keyFile: `${config.dataDir}/keys/audit.pem`,
  });
  const effects = {
    [STAGE_TIMER]: openStage,
    [CYCLE_END_TIMER]: endCycle,
    [TASK_TIMER]: climbLadder,
    [DIGEST_TIMER]: tellReminders,
    [RENEW_TIMER]: renewCard,
    [REASSIGN_TIMER]: reassignReviews,
  };
  const timers = createTimerPump({ db, now: clock.now, zone, effects, alarm, logger });
  const outbox = createOutboxPump({ db, now: clock.now, zone, messengers, alarm, logger });
  const upkeep = createUpkeepPump({ db, now: clock.now, signer });
  return startWorkers(
    running.backend,
    {
      timers: { run: timers, sweepMs: SWEEP_MS },
      outbox: { run: outbox, sweepMs: SWEEP_MS },
      upkeep: { run: upkeep, sweepMs: UPKEEP_MS },
    },
    logger,
  );
}

/** Another process may move the clock; every process follows within a moment. */
function pollClock(config: Config, clock: Clock, wake: () => void): NodeJS.Timeout | undefined {
  if (!config.allowTimeTravel) return undefined;
  return setInterval(() => {
    clock.refresh().then(
      (moved) => (moved ? wake() : undefined),
      () => undefined,
    );
  }, CLOCK_POLL_MS);
}

async function queueTrouble(alarm: Alarm): Promise<string | null> {
  try {
    await alarm.ping();
    return null;
  } catch {
    return 'queue unreachable';
  }
}

function createMetrics(db: Reader, clock: Clock) {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `lianshao_${name}`, help, registers: [register] });
  const pending = gauge('outbox_pending', 'messages waiting to be sent');
  const dead = gauge('outbox_dead', 'messages given up');
  const lag = gauge('outbox_lag_seconds', 'age of the oldest message that is due');
  const due = gauge('timers_due', 'timers due and not done');
  return async () => {
    const figures = await readFigures(db, clock.now());
    pending.set(figures.outboxPending);
    dead.set(figures.outboxDead);
    lag.set(figures.outboxLagSeconds);
    due.set(figures.timersDue);
    return { type: register.contentType, text: await register.metrics() };
  };
}
