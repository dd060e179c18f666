/** Programs started beside the benchmark, and what they say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export type Child = {
  readonly pid: number | undefined;
  /** Resolves when the program has said `words` on either of its outputs; rejects when it ends before. */
  readonly said: (words: string) => Promise<void>;
  /** Sends Ctrl-C to it and whatever it started, and waits until it has ended. */
  readonly interrupt: () => Promise<void>;
};

/** Starts `command` with nothing but `environment`, in a process group of its own. */
export function startChild(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Child {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let heard = '';
  const hear = (chunk: Buffer): void => {
    heard = (heard + chunk.toString()).slice(-20_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return {
    pid: child.pid,
    said: (words) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (heard.includes(words)) resolve();
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        child.once('exit', (code) => reject(new Error(`ended with ${code}: ${heard}`)));
        child.once('error', reject);
        look();
      }),
    interrupt: () => interrupt(child),
  };
}

async function interrupt(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGINT');
  await gone;
}
