/** Everything a run needs around the product: servers, platform, organisation, clock, and the product's processes. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { migrateAll } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { connect } from '../../db/client.ts';
import { type Clock, createClock, setClock } from '../../services/clock.ts';
import type { Context } from '../../services/context.ts';
import { importOrganisation } from '../../services/organisation-import.ts';
import { freePort } from '../support/free-port.ts';
import { organisationOf, tenantOf, type Unit, unitOf } from './organisation.ts';
import { type Platform, startPlatform } from './platform.ts';
import { type Processes, startProcesses } from './processes.ts';
import { createRandom } from './random.ts';
import {
  hasRedis,
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
} from './servers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ZONE = 'Asia/Shanghai';
/** A Monday three days before the longest holiday of the year. */
const FIRST_MORNING = new Date('2026-09-28T08:50:00+08:00');

export type World = {
  readonly directory: string;
  readonly units: readonly Unit[];
  readonly postgres: PostgresServer;
  /** Null = the queue lives in PostgreSQL, and one worker works. */
  readonly redis: RedisServer | null;
  readonly platform: Platform;
  readonly processes: Processes;
  readonly clock: Clock;
  /** Moves the clock for everybody; waits for a database that is down, and frozen processes are let go first. A quiet house has nothing under way. */
  readonly moveClock: (to: Date, isQuiet?: boolean) => Promise<void>;
  /** An administrator's context now. */
  readonly admin: () => Context;
  /** Runs an administrator's command as a process of its own. */
  readonly cli: (...words: readonly string[]) => Promise<{ code: number; said: string }>;
  readonly close: () => Promise<void>;
};

/** What the load and the settling need of it. */
export type Ground = Pick<World, 'units' | 'platform' | 'clock' | 'moveClock' | 'admin'>;

export type WorldOptions = {
  readonly seed: string;
  readonly units: number;
  /** False = do without Redis although it could be had. */
  readonly redis: boolean;
  readonly keep: boolean;
};

/** Builds it up; the product's processes have reported that they work when this resolves. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'lianshao-chaos-'));
  // The database user has to pass through.
  chmodSync(directory, 0o755);
  const postgres = await startPostgres(join(directory, 'postgres'));
  const redis = options.redis && hasRedis() ? await startRedis(join(directory, 'redis')) : null;
  const units = Array.from({ length: options.units }, (_, n) => unitOf(n + 1));
  const secrets = { appSecret: secret(), encryptKey: secret(), verificationToken: secret() };
  const credentials = { appId: 'cli_c0ffee00c0ffee00', tenantKey: 'tk_chaos', ...secrets };
  const db = connect(postgres.url, 6);
  const clock = createClock(db, true);
  let processes: Processes | null = null;
  const platform = await startPlatform({
    credentials,
    people: tenantOf(units),
    now: clock.now,
    webPorts: () => processes?.webPorts ?? [],
    random: createRandom(`door ${options.seed}`),
  });
  const environment = environmentOf(directory, postgres.url, redis?.url, platform.url, secrets);
  await migrateAll({ config: readConfig(environment), databaseUrl: postgres.url });
  await setClock(db, FIRST_MORNING);
  await clock.refresh();
  const admin = (): Context => ({
    db,
    now: clock.now(),
    zone: ZONE,
    actor: { kind: 'administrator', code: 'chaos' },
  });
  const imported = await importOrganisation(admin(), organisationOf(units), {
    lark_open_id: 'lark',
    wecom_userid: 'wecom',
  });
  if (!imported.ok) throw new Error(JSON.stringify(imported.errors.slice(0, 5)));
  const web = [await freePort(), await freePort()].map((port) => ({ role: 'web' as const, port }));
  const workers = Array.from({ length: redis === null ? 1 : 2 }, () => ({
    role: 'worker' as const,
  }));
  const logs = join(directory, 'logs');
  mkdirSync(logs);
  processes = startProcesses([...web, ...workers], environment, logs);
  await processes.allWorking();
  const running = processes;
  return {
    directory,
    units,
    postgres,
    redis,
    platform,
    processes: running,
    clock,
    admin,
    moveClock: async (to, isQuiet = false) => {
      const follow = isQuiet ? 0 : followMs(running);
      running.thaw();
      platform.pauseSending(LONGEST_FOLLOW_MS);
      await persistently(() => setClock(db, to));
      await persistently(() => clock.refresh());
      await sleep(follow);
      platform.pauseSending(0);
    },
    cli: (...words) => runCli(words, environment),
    close: async () => {
      await running.close();
      await platform.close();
      await db.destroy();
      await redis?.close();
      await postgres.close();
      if (!options.keep) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * How long the processes may take to notice that the clock was moved. Until then a process would count minutes where
 * the platform counts hours, which only a moved clock can bring about: it would trust a key the platform has forgotten.
 */
function followMs({ startTimes }: Processes): number {
  const recent = startTimes.slice(-5);
  const slowness = Math.max(0, ...recent);
  return Math.min(LONGEST_FOLLOW_MS, FOLLOW_MS + slowness);
}

const FOLLOW_MS = 700;
const LONGEST_FOLLOW_MS = 10_000;

/** A random secret. */
export const secret = (): string => randomBytes(24).toString('hex');

function environmentOf(
  directory: string,
  databaseUrl: string,
  redisUrl: string | undefined,
  platformUrl: string,
  secrets: {
    readonly appSecret: string;
    readonly encryptKey: string;
    readonly verificationToken: string;
  },
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    // Restarts are what a run mostly consists of; compiled modules are read instead of made again.
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/chaos'),
    DATA_DIR: join(directory, 'data'),
    DATABASE_URL: databaseUrl,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    LARK_APP_ID: 'cli_c0ffee00c0ffee00',
    LARK_APP_SECRET: secrets.appSecret,
    LARK_ENCRYPT_KEY: secrets.encryptKey,
    LARK_VERIFICATION_TOKEN: secrets.verificationToken,
    LARK_BASE_URL: platformUrl,
    SESSION_SECRET: secret(),
    ALLOW_TIME_TRAVEL: '1',
  };
}

/** Until it succeeds: the database may be down at this moment. */
export async function persistently<T>(work: () => Promise<T>, limitMs = 60_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/** Runs an administrator's command on the installation that `environment` describes. */
export function runCli(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['cli.ts', ...words], {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}
