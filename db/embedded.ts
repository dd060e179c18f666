/**
 * The embedded PostgreSQL: a real server under the data directory, shared by every process of the product on
 * this machine. The first one starts it, the last one stops it, and one left behind by a crash is taken over.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterHome, findPrograms } from './embedded-binaries.ts';
import { addressOf, answers, ensureDatabase, freePort } from './embedded-connection.ts';
import { killServer, runningPid, stopServer } from './embedded-process.ts';
import { createCluster, startServer } from './embedded-server.ts';
import {
  type EmbeddedState,
  isProcessAlive,
  readState,
  removeState,
  withServerLock,
  writeState,
} from './embedded-state.ts';
import { embeddedWording } from './embedded-wording.ts';

export type EmbeddedOptions = {
  readonly dataDir: string;
  /** Receives progress lines in Chinese. */
  readonly log: (line: string) => void;
  /** False = fsync off, for tests only. Default true. */
  readonly durable?: boolean;
};

export type EmbeddedPostgres = {
  /** Connection address of the product's database. */
  readonly url: string;
  /** Leaves the server and stops it unless another live process uses it. A second call does nothing. */
  stop(): Promise<void>;
};

const START_ATTEMPTS = 4;
const RETRY_MS = 400;

/**
 * Starts or joins the server of a data directory.
 * @throws Error in Chinese when it cannot run here.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const server = await withServerLock(dataDir, async () => {
    const state = (await adopt(dataDir, options)) ?? (await launch(dataDir, options));
    writeState(dataDir, { ...state, users: [...liveUsers(state), process.pid] });
    return state;
  });
  let left = false;
  const stop = async (): Promise<void> => {
    if (left) return;
    left = true;
    await withServerLock(dataDir, () => leave(dataDir, options));
  };
  return { url: addressOf(server), stop };
}

/** The address of the server that runs for this data directory now, null if none answers. Starts nothing. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const state = readState(resolve(dataDir));
  if (state === null || runningPid(state.cluster) === 0) return null;
  return (await answers(state.cluster, state)) ? addressOf(state) : null;
}

/**
 * Deletes the cluster and everything in it (`demo -- --fresh`).
 * @throws Error in Chinese while a live process uses it.
 */
export async function wipeEmbeddedPostgres(directory: string): Promise<void> {
  const dataDir = resolve(directory);
  await withServerLock(dataDir, async () => {
    const state = readState(dataDir);
    if (state === null) return;
    if (liveUsers(state).length > 0) throw new Error(embeddedWording.inUse);
    if (runningPid(state.cluster) !== 0) await stopServer(findPrograms(), state.cluster);
    const home = dirname(state.cluster);
    rmSync(home === dataDir ? state.cluster : home, { recursive: true, force: true });
    removeState(dataDir);
  });
}

async function adopt(dataDir: string, options: EmbeddedOptions): Promise<EmbeddedState | null> {
  const state = readState(dataDir);
  if (state === null || runningPid(state.cluster) === 0) return null;
  if (await answers(state.cluster, state)) {
    options.log(embeddedWording.adopted);
    return state;
  }
  options.log(embeddedWording.unhealthy);
  await killServer(state.cluster);
  return null;
}

async function launch(dataDir: string, options: EmbeddedOptions): Promise<EmbeddedState> {
  const programs = findPrograms();
  const known = readState(dataDir) ?? {
    port: 0,
    password: randomBytes(24).toString('base64url'),
    pid: 0,
    cluster: join(clusterHome(dataDir, programs), 'postgres'),
    users: [],
  };
  if (dirname(known.cluster) !== dataDir) options.log(embeddedWording.relocated(known.cluster));
  const durable = options.durable ?? true;
  if (!existsSync(known.cluster)) {
    options.log(embeddedWording.initialising);
    // The password is on disk before the cluster that asks for it: a crash in between locks nobody out.
    writeState(dataDir, known);
    await createCluster(programs, known.cluster, known.password, durable);
  } else if (readState(dataDir) === null) {
    throw new Error(embeddedWording.stateLost(dataDir));
  }
  options.log(embeddedWording.starting);
  const logFile = join(dataDir, 'postgres.log');
  const state = await retrying(async () => {
    const port = await choosePort(known.port, options);
    const access = { port, password: known.password };
    const pid = await startServer(programs, known.cluster, access, { logFile, durable });
    return { ...known, port, pid, users: [] };
  });
  await ensureDatabase(state);
  options.log(embeddedWording.ready);
  return state;
}

async function leave(dataDir: string, options: EmbeddedOptions): Promise<void> {
  const state = readState(dataDir);
  if (state === null) return;
  const users = liveUsers(state);
  const own = users.indexOf(process.pid);
  if (own >= 0) users.splice(own, 1);
  if (users.length === 0) {
    await stopServer(findPrograms(), state.cluster);
    options.log(embeddedWording.stopped);
  }
  writeState(dataDir, { ...state, users, pid: users.length === 0 ? 0 : state.pid });
}

function liveUsers(state: EmbeddedState): number[] {
  return state.users.filter(isProcessAlive);
}

async function choosePort(remembered: number, options: EmbeddedOptions): Promise<number> {
  const same = await freePort(remembered);
  if (same !== null) return same;
  options.log(embeddedWording.portTaken);
  return (await freePort(0)) ?? 0;
}

/** Helpers of a server that was just killed hold its shared memory for a moment. */
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      await sleep(RETRY_MS);
    }
  }
}
