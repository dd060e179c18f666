/**
 * BullMQ as the alarm clock: three queues, each with one kind of pump job. On Redis when there is one, else on
 * PostgreSQL. Every call is bounded in time; a lost wake-up costs at most one sweep interval.
 */
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

export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string };

export type Alarm = {
  /** Runs the pump soon, or after `delayMs`. Never waits, never throws. */
  readonly wake: (pump: PumpName, delayMs?: number) => void;
  /** Resolves when the backend answers; rejects when it does not in time. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const CALL_MS = 2_000;
const COALESCE_MS = 20;
const jobDefaults = { removeOnComplete: true, removeOnFail: 20, attempts: 1 } as const;

/** The producer's side. */
export function createAlarm(backend: QueueBackend, logger: Logger): Alarm {
  const queues = new Map<PumpName, Queue>(pumps.map((pump) => [pump, openQueue(pump, backend)]));
  for (const queue of queues.values())
    queue.on('error', (error) => logger.debug({ err: error }, 'queue error'));
  const waiting = new Set<PumpName>();
  const add = async (pump: PumpName, delayMs: number): Promise<void> => {
    try {
      await bounded(queues.get(pump)?.add(pump, {}, { ...jobDefaults, delay: delayMs }));
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
    ping: async () => {
      await bounded(queues.get('timers')?.getJobCounts('waiting'));
    },
    close: async () => {
      await Promise.allSettled([...queues.values()].map((queue) => bounded(queue.close())));
    },
  };
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
    const worker = openWorker(pump, backend, once);
    worker.on('error', (error) => logger.debug({ pump, err: error }, 'worker error'));
    const sweep = setInterval(() => void once(), sweepMs);
    return { worker, sweep, once };
  });
  return {
    close: async () => {
      for (const { sweep } of running) clearInterval(sweep);
      await Promise.allSettled(running.map(({ worker }) => bounded(worker.close())));
      await Promise.allSettled(running.map(({ once }) => once.idle()));
    },
  };
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

const pumps: readonly PumpName[] = ['timers', 'outbox', 'upkeep'];

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

async function bounded<T>(call: Promise<T> | undefined): Promise<T | undefined> {
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
