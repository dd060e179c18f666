/** What the processes that share one embedded PostgreSQL know of it: a private file beside the cluster. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { embeddedWording } from './embedded-wording.ts';

const stateShape = z.object({
  port: z.number().int(),
  password: z.string(),
  /** The server's process; 0 = stopped. */
  pid: z.number().int(),
  /** Directory of the cluster. */
  cluster: z.string(),
  /** One entry per start that has not been stopped; the last one out stops the server. */
  users: z.array(z.number().int()),
});

export type EmbeddedState = z.infer<typeof stateShape>;

const LOCK_PATIENCE_MS = 60_000;
const LOCK_POLL_MS = 30;

/** Null when no server was ever started here or the file is unreadable as such. */
export function readState(dataDir: string): EmbeddedState | null {
  const text = readIfPresent(stateFile(dataDir));
  if (text === null) return null;
  try {
    return stateShape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Replaces the file in one step; only its owner may read it, because it holds the password. */
export function writeState(dataDir: string, state: EmbeddedState): void {
  const partial = `${stateFile(dataDir)}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  renameSync(partial, stateFile(dataDir));
}

export function removeState(dataDir: string): void {
  rmSync(stateFile(dataDir), { force: true });
}

/** Runs `work` while no other process starts or stops the server of this data directory. */
export async function withServerLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dataDir, { recursive: true });
  const lockFile = join(dataDir, 'postgres.lock');
  await takeLock(lockFile);
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/** True while a process with this id exists, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** The system's code of a failed call, '' for anything else. */
function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function takeLock(lockFile: string): Promise<void> {
  const attempts = LOCK_PATIENCE_MS / LOCK_POLL_MS;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (createLock(lockFile)) return;
    const holder = Number(readIfPresent(lockFile) ?? Number.NaN);
    if (holder > 0 && !isProcessAlive(holder)) rmSync(lockFile, { force: true });
    else await sleep(LOCK_POLL_MS);
  }
  throw new Error(embeddedWording.lockBusy(lockFile));
}

function createLock(lockFile: string): boolean {
  try {
    const file = openSync(lockFile, 'wx', 0o600);
    writeFileSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw inChinese(error, lockFile);
  }
}

function stateFile(dataDir: string): string {
  return join(dataDir, 'postgres.json');
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw inChinese(error, path);
  }
}

function inChinese(error: unknown, path: string): unknown {
  if (errorCode(error) !== 'EACCES') return error;
  return new Error(embeddedWording.forbidden(path), { cause: error });
}
