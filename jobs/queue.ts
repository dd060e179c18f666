/** BullMQ as the alarm clock: three queues, each with one kind of pump job. On Redis when there is one, else on PostgreSQL. */
import {
  createPostgresBackend,
  Queue,
  type QueueOptions,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';

export type PumpName = 'timers' | 'outbox' | 'upkeep';
export const pumps: readonly PumpName[] = ['timers', 'outbox', 'upkeep'];

export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string };

/** A part of BullMQ with the connection it stands on; `close` ends both and is bounded in time. */
export type Opened<T> = { readonly part: T; readonly close: () => Promise<void> };

const CALL_MS = 2_000;
/**
 * How soon the job of a worker that was killed is noticed. Until then its wake-ups are kept back, and only the sweeps
 * run: 30 seconds, as it comes, is long; a process that is busy for so long only does the work twice.
 */
const LOCK = { lockDuration: 6_000, stalledInterval: 3_000 } as const;

/** Brings the queue's own schema up to date; Redis needs none. */
export async function migrateQueue(backend: QueueBackend): Promise<void> {
  if (backend.kind === 'redis') return;
  const connection = { ...poolOf(backend, 1), migrate: true };
  const queue = new Queue('lianshao-timers', { connection }, createPostgresBackend);
  await queue.waitUntilReady();
  await queue.close();
}

/** The producer's end of a pump's queue. */
export function openQueue(pump: PumpName, backend: QueueBackend): Opened<Queue> {
  const name = nameOf(pump);
  if (backend.kind === 'redis') {
    const connection = new Redis(backend.url, {
      maxRetriesPerRequest: 1,
      enableOfflineQueue: true,
    });
    const options: QueueOptions = { connection, prefix: backend.prefix };
    return opened(new Queue(name, options), connection);
  }
  const connection = poolOf(backend, 2);
  return opened(new Queue(name, { connection }, createPostgresBackend) as unknown as Queue);
}

/** The consumer's end: `run` answers one wake-up at a time. */
export function openWorker(
  pump: PumpName,
  backend: QueueBackend,
  run: () => Promise<void>,
): Opened<Worker> {
  const name = nameOf(pump);
  const process = async (): Promise<void> => run();
  if (backend.kind === 'redis') {
    const connection = new Redis(backend.url, { maxRetriesPerRequest: null });
    const { prefix } = backend;
    const options: WorkerOptions = { connection, prefix, concurrency: 1, ...LOCK };
    return opened(new Worker(name, process, options), connection);
  }
  const options = { connection: poolOf(backend, 3), concurrency: 1, ...LOCK };
  return opened(new Worker(name, process, options, createPostgresBackend) as unknown as Worker);
}

const nameOf = (pump: PumpName): string => `lianshao-${pump}`;

/** BullMQ leaves a Redis connection that it was given open. */
const opened = <T extends { close(): Promise<void> }>(part: T, redis?: Redis): Opened<T> => ({
  part,
  close: () => bounded(part.close()).finally(() => redis?.disconnect()),
});

const poolOf = (backend: { readonly url: string; readonly schema: string }, max: number) => ({
  connectionString: backend.url,
  schema: backend.schema,
  max,
});

/** The answer to `call`, or a rejection when it does not come in time. */
export async function bounded<T>(call: Promise<T>): Promise<T> {
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
