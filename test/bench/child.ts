/** Processes under test: started, listened to until they are ready, measured and ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_MS = 60_000;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

export type Child = {
  readonly port: number;
  /** Processor time used so far, ms; null where the system does not tell. */
  readonly cpuMs: () => number | null;
  readonly stop: () => Promise<void>;
};

/**
 * Starts a program that listens on the port in `PORT`; resolves when it has printed `ready`.
 * @throws Error with what it said when it ends before that
 */
export async function startChild(
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
  ready: string,
): Promise<Child> {
  const port = await freePort();
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...environment, PORT: String(port) },
  });
  const abandon = (): boolean => child.kill('SIGKILL');
  process.once('exit', abandon);
  await hears(child, ready);
  return {
    port,
    cpuMs: () => cpuOf(child.pid),
    stop: async () => {
      process.off('exit', abandon);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function hears(child: ChildProcess, ready: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const give = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`${reason}: ${said.slice(-2000)}`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      give('the process under test did not start in time');
    }, START_MS);
    const listen = (chunk: Buffer): void => {
      if (said.length < 10_000) said += chunk.toString();
      if (!said.includes(ready)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => give('the process under test ended'));
  });
}

function cpuOf(pid: number | undefined): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}
