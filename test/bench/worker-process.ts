/** Starts and measures worker processes. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';

export type Usage = { readonly cpuMs: number; readonly rss: number };

export type BenchWorker = {
  /** Processor time since its start and memory now. */
  readonly usage: () => Promise<Usage>;
  readonly close: () => Promise<void>;
};

export type WorkerOptions = {
  readonly databaseUrl: string;
  /** null = the queue is kept in PostgreSQL. */
  readonly redisUrl: string | null;
  readonly queueName: string;
  readonly dataDir: string;
  /** Settings beyond those: the messenger, the moved clock. */
  readonly settings?: Readonly<Record<string, string>>;
};

const PROGRAM = fileURLToPath(new URL('worker-run.ts', import.meta.url));

/** Starts `worker-run.ts`; resolves when its pumps run. */
export async function startWorker(options: WorkerOptions): Promise<BenchWorker> {
  const child = fork(PROGRAM, [options.queueName], {
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: options.dataDir,
      DATABASE_URL: options.databaseUrl,
      ...(options.redisUrl === null ? {} : { REDIS_URL: options.redisUrl }),
      LOG_LEVEL: process.env['BENCH_LOG'] ?? 'error',
      ...options.settings,
    },
  });
  await answerOf(child);
  return {
    usage: async () => {
      child.send('usage');
      // `worker-run.ts` answers this question with nothing else.
      return (await answerOf(child)) as Usage;
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.send('close');
      await gone;
    },
  };
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the worker ended by itself'));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer);
    });
  });
}

/** Removes what a queue has left in Redis. */
export async function forgetQueue(redisUrl: string, queueName: string): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    const keys = await redis.keys(`${queueName}:*`);
    if (keys.length > 0) await redis.del(...keys);
  } finally {
    redis.disconnect();
  }
}
