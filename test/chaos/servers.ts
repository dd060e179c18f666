/** A PostgreSQL and, where its program exists, a Redis of the run's own: they may be killed without asking anybody. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startEmbeddedPostgres } from '../../db/embedded.ts';
import { findPrograms } from '../../db/embedded-binaries.ts';
import { runningPid } from '../../db/embedded-process.ts';
import { startServer } from '../../db/embedded-server.ts';
import { readState } from '../../db/embedded-state.ts';
import { freePort } from '../support/free-port.ts';

const POLL_MS = 20;
const PATIENCE_MS = 20_000;

export type PostgresServer = {
  readonly url: string;
  /** Ends the server without any farewell and starts it again after `downMs`; resolves when it accepts connections. */
  readonly crash: (how: 'immediate' | 'kill', downMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts a fresh, durable server in `dataDir`. */
export async function startPostgres(dataDir: string): Promise<PostgresServer> {
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const programs = findPrograms();
  const state = readState(dataDir);
  if (state === null) throw new Error('the embedded server left no state');
  const { cluster, port, password } = state;
  const restart = async (): Promise<void> => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const logFile = join(dataDir, 'postgres.log');
        await startServer(programs, cluster, { port, password }, { logFile, durable: true });
        return;
      } catch (error) {
        // The dead server's helpers hold its shared memory for a moment.
        if (Date.now() > deadline) throw error;
        await sleep(200);
      }
    }
  };
  return {
    url: server.url,
    crash: async (how, downMs) => {
      const pid = runningPid(cluster);
      if (pid !== 0) process.kill(pid, how === 'immediate' ? 'SIGQUIT' : 'SIGKILL');
      await until(() => runningPid(cluster) === 0);
      await sleep(downMs);
      await restart();
    },
    close: () => server.stop(),
  };
}

export type RedisServer = {
  readonly url: string;
  readonly flush: () => Promise<void>;
  /** Kills it, with everything it held, and starts an empty one after `downMs`. */
  readonly crash: (downMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Whether this machine has the program. */
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

/** Starts a server that keeps nothing on disk. */
export async function startRedis(directory: string): Promise<RedisServer> {
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server = await launchRedis(port, directory);
  const kill = async (): Promise<void> => {
    const gone = once(server, 'exit');
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await gone;
  };
  return {
    url,
    flush: () => withRedis(url, async (client) => void (await client.flushall())),
    crash: async (downMs) => {
      await kill();
      await sleep(downMs);
      server = await launchRedis(port, directory);
    },
    close: kill,
  };
}

async function launchRedis(port: number, directory: string): Promise<ChildProcess> {
  const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory];
  const server = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  const url = `redis://127.0.0.1:${port}`;
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answered = await withRedis(url, async (client) => void (await client.ping())).then(
      () => true,
      () => false,
    );
    if (answered) return server;
    if (server.exitCode !== null || Date.now() > deadline) throw new Error('redis does not start');
    await sleep(POLL_MS);
  }
}

async function withRedis(url: string, work: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    client.disconnect();
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('the server does not end');
    await sleep(POLL_MS);
  }
}
