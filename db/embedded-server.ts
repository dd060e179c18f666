/** One PostgreSQL server: create its cluster, start it. */
import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Programs } from './embedded-binaries.ts';
import { type Access, EMBEDDED_HOST, EMBEDDED_USER } from './embedded-connection.ts';
import { clearStalePid, postmasterLines, processOptions, runTool } from './embedded-process.ts';
import { embeddedWording } from './embedded-wording.ts';

export type ServerOptions = {
  readonly logFile: string;
  /** False = fsync off: only for data nobody will miss. */
  readonly durable: boolean;
};

const START_PATIENCE_MS = 20_000;
const POLL_MS = 15;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Terse and panic, because DETAIL lines and failed statements would carry what people wrote into the log.
 * No socket: the only door is the loopback address with the generated password.
 */
const SETTINGS = [
  `listen_addresses=${EMBEDDED_HOST}`,
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
  'max_connections=100',
];
const FORGETFUL_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Creates a UTF-8, C-locale cluster. It gets its name only when it is complete.
 * @throws Error in Chinese with PostgreSQL's reason.
 */
export async function createCluster(
  programs: Programs,
  cluster: string,
  password: string,
  durable: boolean,
): Promise<void> {
  const partial = `${cluster}.new`;
  const passwordFile = `${cluster}.pw`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const path of [partial, passwordFile]) giveTo(programs, path);
  const who = [`--username=${EMBEDDED_USER}`, `--pwfile=${passwordFile}`, `--pgdata=${partial}`];
  const how = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-instructions'];
  try {
    await runTool(programs, programs.initdb, [...who, ...how, ...(durable ? [] : ['--no-sync'])]);
  } catch (error) {
    throw new Error(embeddedWording.initialisationFailed(String(error)), { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(partial, cluster);
}

/**
 * Starts the server in a session of its own, so that Ctrl-C reaches the product first.
 * @returns its process id once it accepts connections.
 * @throws Error in Chinese that names the log file.
 */
export async function startServer(
  programs: Programs,
  cluster: string,
  access: Access,
  options: ServerOptions,
): Promise<number> {
  clearStalePid(cluster);
  const settings = options.durable ? SETTINGS : [...SETTINGS, ...FORGETFUL_SETTINGS];
  const flags = ['-D', cluster, '-p', String(access.port), ...settings.flatMap((s) => ['-c', s])];
  const log = openLog(options.logFile);
  const server = spawn(programs.postgres, flags, {
    ...processOptions(programs),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  server.unref();
  let running = true;
  for (const event of ['error', 'exit']) {
    server.once(event, () => {
      running = false;
    });
  }
  for (let waited = 0; running && waited < START_PATIENCE_MS; waited += POLL_MS) {
    if (server.pid !== undefined && isReady(cluster, server.pid)) return server.pid;
    await sleep(POLL_MS);
  }
  server.kill('SIGKILL');
  throw new Error(embeddedWording.startFailed(options.logFile));
}

function isReady(cluster: string, pid: number): boolean {
  const lines = postmasterLines(cluster);
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** Keeps one earlier log, so that neither the disk fills up nor the reason of a crash is lost. */
function openLog(logFile: string): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) renameSync(logFile, `${logFile}.1`);
  return openSync(logFile, 'a', 0o600);
}

function giveTo(programs: Programs, path: string): void {
  const { uid, gid } = programs.identity;
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}
