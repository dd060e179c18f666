/** A Redis server of a test's own, empty; null on a machine without one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { freePort } from './free-port.ts';
import { isListening } from './product-process.ts';
import { eventually } from './waiting.ts';

export type OwnRedis = { readonly url: string; readonly stop: () => Promise<void> };

/** Starts it; with a directory it keeps what it holds there, as in production. */
export async function startRedis(directory?: string): Promise<OwnRedis | null> {
  const port = await freePort();
  const kept = directory === undefined ? 'no' : 'yes';
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', kept];
  const child = spawn('redis-server', flags, { stdio: 'ignore', cwd: directory ?? tmpdir() });
  const started = await Promise.race([
    once(child, 'spawn').then(() => true),
    once(child, 'error').then(() => false),
  ]).catch(() => false);
  if (!started) return null;
  await eventually(() => isListening(port));
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      if (child.signalCode !== null || child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
