/** The producer's side of the alarm clock. Every call is bounded in time; a lost wake-up costs at most one sweep interval. */
import type { Queue } from 'bullmq';
import type { Logger } from 'pino';
import {
  bounded,
  type Opened,
  openQueue,
  type PumpName,
  pumps,
  type QueueBackend,
} from './queue.ts';

export type Alarm = {
  /** Runs the pump soon, or after `delayMs`. Never waits, never throws. */
  readonly wake: (pump: PumpName, delayMs?: number) => void;
  /** Wake-ups waiting or set for later; rejects when the backend does not answer in time. */
  readonly depths: () => Promise<Readonly<Record<string, number>>>;
  readonly close: () => Promise<void>;
};

const COALESCE_MS = 20;
const REOPEN_MS = 5_000;
const jobDefaults = { removeOnComplete: true, removeOnFail: 20, attempts: 1 } as const;

/** One wake-up waits at most, beside the one being answered: without a worker they must not pile up. */
const onceMore = (pump: PumpName) => ({ id: pump, keepLastIfActive: true });

/** Opens the queues to wake pumps with. */
export function createAlarm(backend: QueueBackend, logger: Logger): Alarm {
  const queues = new Map(pumps.map((pump) => [pump, openForCalls(pump, backend, logger)]));
  const waiting = new Set<PumpName>();
  let isClosed = false;
  const add = async (pump: PumpName, delayMs: number): Promise<void> => {
    if (isClosed) return;
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
      isClosed = true;
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
  const open = (): Opened<Queue> => {
    const queue = openQueue(pump, backend);
    queue.part.on('error', (error) => logger.debug({ err: error }, 'queue error'));
    return queue;
  };
  let queue = open();
  let openedAt = performance.now();
  let isClosed = false;
  const reopen = (): void => {
    if (isClosed || backend.kind === 'redis' || performance.now() - openedAt < REOPEN_MS) return;
    void queue.close().catch(() => undefined);
    queue = open();
    openedAt = performance.now();
  };
  return {
    call: async (work) => {
      try {
        return await bounded(work(queue.part));
      } catch (error) {
        reopen();
        throw error;
      }
    },
    close: () => {
      isClosed = true;
      return queue.close();
    },
  };
}

async function depthOf([pump, queue]: [PumpName, CalledQueue]): Promise<[PumpName, number]> {
  const counts = await queue.call((opened) => opened.getJobCounts('waiting', 'delayed'));
  return [pump, Object.values(counts).reduce((sum, count) => sum + count, 0)];
}
