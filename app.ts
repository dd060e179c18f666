/** The composition root: the only file that knows every part. */

import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { createHttp, createMonitor } from './bot/http.ts';
import type { Receive } from './bot/inbound.ts';
import { createLarkLogin } from './bot/lark/login.ts';
import { createLarkMessenger, larkLimits } from './bot/lark/messenger.ts';
import { createLarkWebhook } from './bot/lark/webhook.ts';
import type { Messenger } from './bot/messenger.ts';
import { createMetrics, type Metrics } from './bot/metrics.ts';
import { type ObservedReceive, observeMessenger, observeReceive } from './bot/observe.ts';
import { createPages } from './bot/page/pages.ts';
import { createRouter, type Router } from './bot/router.ts';
import type { Config } from './config.ts';
import type { Reader } from './db/client.ts';
import { connect } from './db/client.ts';
import { migrateToLatest } from './db/migrate.ts';
import { menu } from './handlers/menu.ts';
import { createPageHouse } from './handlers/pages.ts';
import { createReceive } from './handlers/receive.ts';
import type { Caller } from './handlers/reply.ts';
import { registerRoutes } from './handlers/routes.ts';
import { type Alarm, createAlarm } from './jobs/alarm.ts';
import { observeEffects, observePump } from './jobs/observe.ts';
import { createOutboxPump } from './jobs/outbox.ts';
import { migrateQueue, type PumpName, pumps, type QueueBackend } from './jobs/queue.ts';
import { createTimerPump } from './jobs/timers.ts';
import { createUpkeepPump } from './jobs/upkeep.ts';
import { type PumpWork, startWorkers } from './jobs/workers.ts';
import { loadSigner } from './services/audit-key.ts';
import { afterReading, type Clock, createClock } from './services/clock.ts';
import { CYCLE_END_TIMER, endCycle } from './services/cycle-close.ts';
import { DIGEST_TIMER, tellReminders } from './services/digest.ts';
import { STAGE_TIMER } from './services/fill-tasks.ts';
import { databaseTrouble, readFigures } from './services/health.ts';
import { RENEW_TIMER } from './services/outbox.ts';
import { endComments } from './services/peer-comment.ts';
import { COMMENT_TIMER } from './services/procedure.ts';
import type { LoadedProfile } from './services/profile.ts';
import { REASSIGN_TIMER, reassignReviews } from './services/reassign.ts';
import { climbLadders } from './services/reminder.ts';
import { renewCards } from './services/renewal.ts';
import { openStage } from './services/stage.ts';
import { TASK_TIMER } from './services/task.ts';
import { oneByOne, together } from './services/timer.ts';

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
  /** Health and metrics alone, for a port of their own. */
  readonly monitor: Hono;
  readonly db: Reader;
  readonly clock: Clock;
  /** Looks at timers and outbox at once, e.g. after the clock was moved. */
  readonly wake: () => void;
  /** From now on says that it is about to end, and goes on working. */
  readonly drain: () => void;
  /** Finishes what is being done and begins nothing. */
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
  const metrics = metricsOf(parts, db, clock, alarm);
  const observed = receiveOf(parts, { db, clock, alarm, metrics });
  const stopping = new AbortController();
  const running = { db, clock, alarm, metrics, stopping: stopping.signal };
  const workers = parts.role === 'web' ? null : await startPumps(parts, backend, running);
  const wake = (): void => {
    alarm.wake('timers');
    alarm.wake('outbox');
  };
  const poll = pollClock(config, clock, wake);
  let draining = false;
  const ports = {
    webhooks: webhooksOf(parts, { clock, metrics, receive: observed.receive }),
    pages: pagesOf(parts, { db, clock, receive: observed.receive }),
    notReady: async () => (await databaseTrouble(db)) ?? queueTrouble(alarm),
    metrics: metrics.render,
    draining: () => draining,
  };
  return {
    http: createHttp(ports, { monitored: config.metricsPort === null }),
    monitor: createMonitor(ports),
    db,
    clock,
    wake,
    drain: () => {
      draining = true;
    },
    close: async () => {
      draining = true;
      stopping.abort();
      clearInterval(poll);
      await observed.idle();
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

type Running = {
  readonly db: Reader;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly metrics: Metrics;
};

function messengersOf(
  { config, logger }: AppParts,
  { clock, metrics }: Running,
): ReadonlyMap<string, Messenger> {
  const { lark } = config;
  const messengers: readonly Messenger[] =
    lark === null
      ? []
      : [createLarkMessenger({ config: lark, now: clock.now, logger, pagesAt: config.publicUrl })];
  return new Map(
    messengers.map((messenger) => [
      messenger.platform,
      observeMessenger(messenger, metrics.call, logger),
    ]),
  );
}

function webhooksOf(
  parts: AppParts,
  { clock, metrics, receive }: Pick<Running, 'clock' | 'metrics'> & { readonly receive: Receive },
): Readonly<Record<string, Hono>> {
  const { lark } = parts.config;
  if (lark === null) return {};
  return {
    '/webhook/lark': createLarkWebhook({
      config: lark,
      now: clock.now,
      receive,
      logger: parts.logger,
      refused: (reason) => metrics.refused('lark', reason),
      pagesAt: parts.config.publicUrl,
    }),
  };
}

function pagesOf(
  { config, logger }: AppParts,
  { db, clock, receive }: Pick<Running, 'db' | 'clock'> & { readonly receive: Receive },
) {
  const { lark, sessionSecret: secret, publicUrl, businessZone: zone } = config;
  if (lark === null || secret === null) return null;
  const login = createLarkLogin({ config: lark, logger });
  const house = createPageHouse({ db, now: clock.now, zone });
  return createPages({ ...house, login, receive, publicUrl, secret, logger, now: clock.now });
}

function receiveOf(parts: AppParts, { db, clock, alarm, metrics }: Running): ObservedReceive {
  const router: Router<Caller> = createRouter();
  const commands = registerRoutes(router, parts.profiles, larkLimits);
  const committed = (): void => {
    alarm.wake('outbox');
  };
  const zone = parts.config.businessZone;
  return observeReceive({
    handle: createReceive({ db, now: clock.now, zone, router, commands, menu, committed }),
    actionIds: router.ids(),
    record: metrics.delivery,
    logger: parts.logger,
  });
}

const timerEffects = {
  [STAGE_TIMER]: oneByOne(openStage),
  [CYCLE_END_TIMER]: oneByOne(endCycle),
  [TASK_TIMER]: together(climbLadders),
  [DIGEST_TIMER]: together(tellReminders),
  [RENEW_TIMER]: together(renewCards),
  [REASSIGN_TIMER]: oneByOne(reassignReviews),
  [COMMENT_TIMER]: oneByOne(endComments),
};

async function startPumps(
  parts: AppParts,
  backend: QueueBackend,
  running: Running & { readonly stopping: AbortSignal },
) {
  const { clock, metrics } = running;
  const { config, logger } = parts;
  const { auditSigningKey: key, outboxKeepDays } = config;
  const signer = await loadSigner({
    ...(key === null ? {} : { pem: key }),
    keyFile: `${config.dataDir}/keys/audit.pem`,
  });
  const shared = { ...running, now: clock.now, zone: config.businessZone, logger };
  const effects = observeEffects(timerEffects, metrics.timer, logger);
  const messengers = messengersOf(parts, running);
  const watched = (pump: PumpName, run: () => Promise<void>, sweepMs: number): PumpWork => ({
    run: observePump(afterReading(clock, run), (outcome, seconds) =>
      metrics.pump(pump, outcome, seconds),
    ),
    sweepMs,
  });
  const progress = (pump: PumpName) => (): void => metrics.progress(pump);
  const outbox = createOutboxPump({ ...shared, messengers, progress: progress('outbox') });
  const timers = createTimerPump({ ...shared, effects, progress: progress('timers') });
  const workers = startWorkers(
    backend,
    {
      timers: watched('timers', timers, SWEEP_MS),
      outbox: { ...watched('outbox', outbox.run, SWEEP_MS), isMine: outbox.isMine },
      upkeep: watched('upkeep', createUpkeepPump({ ...shared, signer, outboxKeepDays }), UPKEEP_MS),
    },
    logger,
  );
  return {
    close: async () => {
      await Promise.all([workers.close(), outbox.close()]);
    },
  };
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
    await alarm.depths();
    return null;
  } catch {
    return 'queue unreachable';
  }
}

function metricsOf(parts: AppParts, db: Reader, clock: Clock, alarm: Alarm): Metrics {
  return createMetrics({
    role: parts.role,
    platforms: parts.config.lark === null ? [] : ['lark'],
    timerKinds: parts.role === 'web' ? [] : Object.keys(timerEffects),
    pumps: parts.role === 'web' ? [] : pumps,
    backlog: () => readFigures(db, clock.now()),
    queue: alarm.depths,
  });
}
