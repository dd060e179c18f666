/**
 * BullMQ as the alarm clock: three queues, each with one kind of pump job. On Redis when there is one, else on
 * PostgreSQL. Every call is bounded in time; a lost wake-up costs at most one sweep interval.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createPostgresBackend,
  Queue,
  type QueueOptions,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';

export type PumpName = 'timers' | 'outbox' | 'upkeep';
export const pumps: readonly PumpName[] = ['timers', 'outbox', 'upkeep'];

export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string };

export type Alarm = {
  /** Runs the pump soon, or after `delayMs`. Never waits, never throws. */
  readonly wake: (pump: PumpName, delayMs?: number) => void;
  /** Wake-ups waiting or set for later; rejects when the backend does not answer in time. */
  readonly depths: () => Promise<Readonly<Record<string, number>>>;
  readonly close: () => Promise<void>;
};

const CALL_MS = 2_000;
const COALESCE_MS = 20;
const REOPEN_MS = 5_000;
const jobDefaults = { removeOnComplete: true, removeOnFail: 20, attempts: 1 } as const;

/** One wake-up waits at most, beside the one being answered: without a worker they must not pile up. */
const onceMore = (pump: PumpName) => ({ id: pump, keepLastIfActive: true });

/** The producer's side. */
export function createAlarm(backend: QueueBackend, logger: Logger): Alarm {
  const queues = new Map(pumps.map((pump) => [pump, openForCalls(pump, backend, logger)]));
  const waiting = new Set<PumpName>();
  const add = async (pump: PumpName, delayMs: number): Promise<void> => {
    try {
      const when = delayMs > 0 ? { delay: delayMs } : { deduplication: onceMore(pump) };
      await queues.get(pump)?.call((queue) => queue.add(pump, {}, { ...jobDefaults, ...when }));
    } catch (error) {
      logger.debug({ pump, err: error }, 'wake-up lost; the sweep will find the work');
    }
  };
  return {
    wake: (pump, delayMs = 0) => {
      if (delayMs > 0) {
        void add(pump, delayMs);
        return;
      }
      if (waiting.has(pump)) return;
      waiting.add(pump);
      setTimeout(() => {
        waiting.delete(pump);
        void add(pump, 0);
      }, COALESCE_MS);
    },
    depths: async () => Object.fromEntries(await Promise.all([...queues].map(depthOf))),
    close: async () => {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    },
  };
}

type CalledQueue = {
  readonly call: <T>(work: (queue: Queue) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** BullMQ remembers for ever that its PostgreSQL could not be opened, so a queue that fails is opened anew. */
function openForCalls(pump: PumpName, backend: QueueBackend, logger: Logger): CalledQueue {
  const open = (): Queue => {
    const queue = openQueue(pump, backend);
    queue.on('error', (error) => logger.debug({ err: error }, 'queue error'));
    return queue;
  };
  let queue = open();
  let openedAt = performance.now();
  const reopen = (): void => {
    if (backend.kind === 'redis' || performance.now() - openedAt < REOPEN_MS) return;
    void bounded(queue.close()).catch(() => undefined);
    queue = open();
    openedAt = performance.now();
  };
  return {
    call: async (work) => {
      try {
        return await bounded(work(queue));
      } catch (error) {
        reopen();
        throw error;
      }
    },
    close: () => bounded(queue.close()),
  };
}

async function depthOf([pump, queue]: [PumpName, CalledQueue]): Promise<[PumpName, number]> {
  const counts = await queue.call((opened) => opened.getJobCounts('waiting', 'delayed'));
  return [pump, Object.values(counts).reduce((sum, count) => sum + count, 0)];
}

/**
 * The consumer's side: runs `pumpsToRun` when BullMQ wakes them, and each every `sweepMs` by this process's own
 * clock, so that neither a lost job nor a lost queue stops anything.
 */
export function startWorkers(
  backend: QueueBackend,
  pumpsToRun: Readonly<
    Record<PumpName, { readonly run: () => Promise<void>; readonly sweepMs: number }>
  >,
  logger: Logger,
): { readonly close: () => Promise<void> } {
  const running = pumps.map((pump) => {
    const { run, sweepMs } = pumpsToRun[pump];
    const once = oneAtATime(async () => {
      try {
        await run();
      } catch (error) {
        logger.error({ pump, err: error }, 'pump failed');
      }
    });
    const closing = new AbortController();
    const worker = openWhenReady(pump, backend, once, closing.signal, logger);
    const sweep = setInterval(() => void once(), sweepMs);
    return { worker, sweep, once, closing };
  });
  return {
    close: async () => {
      for (const { sweep, closing } of running) {
        clearInterval(sweep);
        closing.abort();
      }
      await Promise.allSettled(
        running.map(async ({ worker }) => {
          const opened = await worker;
          if (opened !== null) await bounded(opened.close());
        }),
      );
      await Promise.allSettled(running.map(({ once }) => once.idle()));
    },
  };
}

/**
 * BullMQ tries again without a pause, and so stops the whole process, when its PostgreSQL schema is missing or the
 * server is away as it starts. It is opened once the queue answers; until then the sweeps do all the work.
 */
async function openWhenReady(
  pump: PumpName,
  backend: QueueBackend,
  run: () => Promise<void>,
  closing: AbortSignal,
  logger: Logger,
): Promise<Worker | null> {
  while (!closing.aborted) {
    if (await isReady(pump, backend)) {
      const worker = openWorker(pump, backend, run);
      worker.on('error', (error) => logger.debug({ pump, err: error }, 'worker error'));
      return worker;
    }
    logger.debug({ pump }, 'the queue is not ready');
    await sleep(REOPEN_MS, undefined, { signal: closing }).catch(() => undefined);
  }
  return null;
}

async function isReady(pump: PumpName, backend: QueueBackend): Promise<boolean> {
  const probe = openQueue(pump, backend);
  probe.on('error', () => undefined);
  try {
    await bounded(probe.getJobCounts('waiting'));
    return true;
  } catch {
    return false;
  } finally {
    await bounded(probe.close()).catch(() => undefined);
  }
}

type Once = { (): Promise<void>; readonly idle: () => Promise<void> };

/** Runs `work` never beside itself; calls that come meanwhile are answered by one more run. */
function oneAtATime(work: () => Promise<void>): Once {
  let current: Promise<void> | null = null;
  let again = false;
  const loop = async (): Promise<void> => {
    do {
      again = false;
      await work();
    } while (again);
    current = null;
  };
  const once = (): Promise<void> => {
    if (current !== null) {
      again = true;
      return current;
    }
    current = loop();
    return current;
  };
  return Object.assign(once, { idle: async () => current ?? undefined });
}

/** Brings the queue's own schema up to date; Redis needs none. */
export async function migrateQueue(backend: QueueBackend): Promise<void> {
  if (backend.kind === 'redis') return;
  const connection = { ...poolOf(backend, 1), migrate: true };
  const queue = new Queue('lianshao-timers', { connection }, createPostgresBackend);
  await queue.waitUntilReady();
  await queue.close();
}

function openQueue(pump: PumpName, backend: QueueBackend): Queue {
  const name = `lianshao-${pump}`;
  if (backend.kind === 'redis') {
    const connection = new Redis(backend.url, {
      maxRetriesPerRequest: 1,
      enableOfflineQueue: true,
    });
    const options: QueueOptions = { connection, prefix: backend.prefix };
    return new Queue(name, options);
  }
  return new Queue(
    name,
    { connection: poolOf(backend, 2) },
    createPostgresBackend,
  ) as unknown as Queue;
}

function openWorker(pump: PumpName, backend: QueueBackend, run: () => Promise<void>): Worker {
  const name = `lianshao-${pump}`;
  const process = async (): Promise<void> => run();
  if (backend.kind === 'redis') {
    const connection = new Redis(backend.url, { maxRetriesPerRequest: null });
    const options: WorkerOptions = { connection, prefix: backend.prefix, concurrency: 1 };
    return new Worker(name, process, options);
  }
  const options = { connection: poolOf(backend, 3), concurrency: 1 };
  return new Worker(name, process, options, createPostgresBackend) as unknown as Worker;
}

const poolOf = (backend: { readonly url: string; readonly schema: string }, max: number) => ({
  connectionString: backend.url,
  schema: backend.schema,
  max,
});

async function bounded<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('queue call timed out')), CALL_MS);
  });
  try {
    return await Promise.race([call, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
