/** The consumer's side of the alarm clock: pumps run when they are woken, and regularly by this process's own clock. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import type { Logger } from 'pino';
import {
  bounded,
  type Opened,
  openQueue,
  openWorker,
  type PumpName,
  pumps,
  type QueueBackend,
} from './queue.ts';

export type PumpWork = {
  readonly run: () => Promise<void>;
  readonly sweepMs: number;
  /**
   * Whether this process is to answer the pump's wake-ups, asked after every run; absent = always. A process that
   * only stands by must not take them from the one that works.
   */
  readonly isMine?: () => boolean;
};

const REOPEN_MS = 5_000;

/**
 * Runs each of `work` when BullMQ wakes it, and every `sweepMs`, so that neither a lost job nor a lost queue stops
 * anything. Work that is not everybody's begins with a sweep, which finds out whose it is.
 */
export function startWorkers(
  backend: QueueBackend,
  work: Readonly<Record<PumpName, PumpWork>>,
  logger: Logger,
): { readonly close: () => Promise<void> } {
  const running = pumps.map((pump) => {
    const { run, sweepMs, isMine } = work[pump];
    const once = oneAtATime(async () => {
      try {
        await run();
      } catch (error) {
        logger.error({ pump, err: error }, 'pump failed');
      }
      if (isMine !== undefined) listener.listen(isMine());
    });
    const open = (closing: AbortSignal) => openWhenReady(pump, backend, once, closing, logger);
    const listener = createListener(open);
    if (isMine === undefined) listener.listen(true);
    else void once();
    const sweep = setInterval(() => void once(), sweepMs);
    return { listener, sweep, once };
  });
  return {
    close: async () => {
      for (const { sweep } of running) clearInterval(sweep);
      await Promise.allSettled(running.map(({ listener }) => listener.close()));
      await Promise.allSettled(running.map(({ once }) => once.idle()));
    },
  };
}

type Opening = (closing: AbortSignal) => Promise<Opened<Worker> | null>;

type Listener = {
  /** Opens the consumer when it is wanted and not there, closes it when it is there and not wanted. */
  readonly listen: (isWanted: boolean) => void;
  /** Closes it for good. */
  readonly close: () => Promise<void>;
};

function createListener(open: Opening): Listener {
  let current: { readonly closing: AbortController; readonly worker: ReturnType<Opening> } | null =
    null;
  let isClosed = false;
  let ended: Promise<unknown> = Promise.resolve();
  const stop = (): void => {
    if (current === null) return;
    const { closing, worker } = current;
    current = null;
    closing.abort();
    const closed = worker.then((opened) => opened?.close());
    ended = Promise.allSettled([ended, closed]);
  };
  const start = (): void => {
    if (current !== null || isClosed) return;
    const closing = new AbortController();
    current = { closing, worker: open(closing.signal) };
  };
  return {
    listen: (isWanted) => (isWanted ? start() : stop()),
    close: async () => {
      isClosed = true;
      stop();
      await ended;
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
): Promise<Opened<Worker> | null> {
  while (!closing.aborted) {
    if (await isReady(pump, backend)) {
      const worker = openWorker(pump, backend, run);
      worker.part.on('error', (error) => logger.debug({ pump, err: error }, 'worker error'));
      return worker;
    }
    logger.debug({ pump }, 'the queue is not ready');
    await sleep(REOPEN_MS, undefined, { signal: closing }).catch(() => undefined);
  }
  return null;
}

async function isReady(pump: PumpName, backend: QueueBackend): Promise<boolean> {
  const probe = openQueue(pump, backend);
  probe.part.on('error', () => undefined);
  try {
    await bounded(probe.part.getJobCounts('waiting'));
    return true;
  } catch {
    return false;
  } finally {
    await probe.close().catch(() => undefined);
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
