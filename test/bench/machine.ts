/** On what the figures were measured. */
import { cpus, totalmem } from 'node:os';
import { Redis } from 'ioredis';
import { queryOnce } from './server.ts';

export type Machine = {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly postgres: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
  readonly redis: string | null;
  /** Threads and cores of the load generator. */
  readonly load: string;
};

/** Describes this machine and the servers used. */
export async function describeMachine(
  databaseUrl: string,
  redisUrl: string | null,
): Promise<Machine> {
  const [row] = await queryOnce<{ version: string; fsync: string; commit: string }>(
    databaseUrl,
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit`,
  );
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    postgres: row?.version ?? 'unknown',
    fsync: row?.fsync ?? 'unknown',
    synchronousCommit: row?.commit ?? 'unknown',
    redis: redisUrl === null ? null : await redisVersion(redisUrl),
    load: `one process with one thread, on the same ${processors.length} cores as everything else`,
  };
}

/** The same in one line. */
export function inWords(machine: Machine): string {
  const redis = machine.redis === null ? 'no Redis' : `Redis ${machine.redis}`;
  return [
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB, Node.js ${machine.node}`,
    `PostgreSQL ${machine.postgres} (fsync ${machine.fsync}, synchronous_commit ${machine.synchronousCommit})`,
    redis,
    `load generator: ${machine.load}`,
  ].join('; ');
}

async function redisVersion(url: string): Promise<string> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    return /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown';
  } finally {
    redis.disconnect();
  }
}
