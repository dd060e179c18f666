/** The operating system's view of the embedded PostgreSQL: run a program, find the server, end it. */
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Programs } from './embedded-binaries.ts';
import { isProcessAlive } from './embedded-state.ts';
import { embeddedWording } from './embedded-wording.ts';

const STOP_PATIENCE_S = 10;
const KILL_PATIENCE_MS = 3_000;
const POLL_MS = 15;

/** As the database user, in a directory it may enter, without the PG… variables of the operator's shell. */
export function processOptions(programs: Programs): SpawnOptions {
  const bare = { ...programs.identity, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } };
  return process.platform === 'win32' ? {} : bare;
}

/** Runs one of PostgreSQL's tools to its end; fails with the tool's last error line. */
export function runTool(programs: Programs, tool: string, flags: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, flags, {
      ...processOptions(programs),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(errors.trim().split('\n').at(-1) ?? `exit ${code}`));
    });
  });
}

/** The lines of the server's own pid file (pid first, state in the eighth), [] when there is none. */
export function postmasterLines(cluster: string): string[] {
  try {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** The process that runs this cluster now, 0 if none: a pid file may be left over and its number reused. */
export function runningPid(cluster: string): number {
  const pid = Number(postmasterLines(cluster)[0] ?? 0);
  return pid > 0 && isProcessAlive(pid) && isServerOf(cluster, pid) ? pid : 0;
}

/** Stops the server: politely, then at once, then by force. */
export async function stopServer(programs: Programs, cluster: string): Promise<void> {
  for (const mode of ['fast', 'immediate']) {
    if (runningPid(cluster) === 0) return;
    const flags = ['stop', '-D', cluster, '-m', mode, '-w', '-t', String(STOP_PATIENCE_S), '-s'];
    await runTool(programs, programs.pgCtl, flags).catch(() => undefined);
  }
  await killServer(cluster);
}

/** Ends a server that no longer answers; the cluster recovers from its own log at the next start. */
export async function killServer(cluster: string): Promise<void> {
  const pid = runningPid(cluster);
  if (pid !== 0) process.kill(pid, 'SIGKILL');
  for (let waited = 0; runningPid(cluster) !== 0; waited += POLL_MS) {
    if (waited > KILL_PATIENCE_MS) throw new Error(embeddedWording.stopFailed);
    await sleep(POLL_MS);
  }
}

/** Removes a pid file whose process is gone or is something else: PostgreSQL might refuse to start. */
export function clearStalePid(cluster: string): void {
  if (runningPid(cluster) === 0) rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

/** A dead process that nobody has collected yet has an empty command line. */
function isServerOf(cluster: string, pid: number): boolean {
  try {
    if (process.platform === 'win32') return true;
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(cluster);
    }
    return execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).includes(
      cluster,
    );
  } catch {
    return false;
  }
}
