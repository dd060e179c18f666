/** nginx with the configuration of deploy/, before web processes on this machine; null where there is no nginx. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { isListening } from './product-process.ts';
import { eventually } from './waiting.ts';

export type WebProxy = { readonly url: string; readonly stop: () => Promise<void> };

/** Starts it; `upstreams` take the places of the containers, in order. */
export async function startProxy(upstreams: readonly string[]): Promise<WebProxy | null> {
  if (spawnSync('nginx', ['-v']).status !== 0) return null;
  const directory = mkdtempSync(join(tmpdir(), 'lianshao-proxy-'));
  const port = await freePort();
  const file = join(directory, 'nginx.conf');
  writeFileSync(file, adapted(upstreams, directory, port));
  const child = spawn('nginx', ['-c', file, '-g', 'daemon off;'], { stdio: 'ignore' });
  await eventually(() => isListening(port));
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Only what a container network has and this machine has not is changed: names, their resolver, the port, `/tmp`. */
function adapted(upstreams: readonly string[], directory: string, port: number): string {
  const text = readFileSync('deploy/nginx.conf', 'utf8');
  const placed = upstreams.reduce(
    (config, address, index) =>
      config.replace(`server web-${index + 1}:8080 resolve`, `server ${address}`),
    text,
  );
  if (placed.includes(' resolve ')) throw new Error('an upstream has no place on this machine');
  return placed
    .replace(/^ *resolver .*\n/m, '')
    .replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replaceAll('/tmp/', `${directory}/`)
    .replace('worker_processes auto', 'worker_processes 1')
    .replace('/dev/stderr', join(directory, 'error.log'));
}
