/** The product's web process as production starts it, with everything it says and how much memory it takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { LarkConfig } from '../../config.ts';
import { freePort } from '../support/free-port.ts';

export type Product = {
  readonly port: number;
  readonly isAlive: () => boolean;
  /** Resident memory in bytes. */
  readonly residentBytes: () => number;
  /** Processor time it has used, in seconds. */
  readonly cpuSeconds: () => number;
  /** Bytes of live objects, as `/metrics` tells. */
  readonly heapBytes: () => Promise<number>;
  /** Faults in what the process has written: errors, answers, keys. */
  readonly complaints: () => readonly string[];
  readonly stop: () => Promise<void>;
};

type Settings = {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly dataDir: string;
  readonly lark: LarkConfig;
};

const START_MS = 60_000;
const MOST_COMPLAINTS = 20;

/** Starts `main.ts --role web --migrate` and waits until it answers. */
export async function startProduct(settings: Settings): Promise<Product> {
  const port = await freePort();
  const { lark } = settings;
  const child = spawn(process.execPath, ['main.ts', '--role', 'web', '--migrate'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: settings.dataDir,
      DATABASE_URL: settings.databaseUrl,
      REDIS_URL: settings.redisUrl,
      LARK_APP_ID: lark.appId,
      LARK_APP_SECRET: lark.appSecret,
      LARK_ENCRYPT_KEY: lark.encryptKey,
      LARK_VERIFICATION_TOKEN: lark.verificationToken,
      LARK_BASE_URL: lark.baseUrl,
      SESSION_SECRET: 'a-secret-for-nothing-but-this-run',
    },
  });
  const log = watchLog([lark.appSecret, lark.encryptKey, lark.verificationToken]);
  child.stdout.on('data', log.read);
  child.stderr.on('data', log.read);
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  const stop = async (): Promise<void> => {
    if (!isAlive()) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  try {
    await ready(port, isAlive);
  } catch (error) {
    await stop();
    throw new Error(`the product does not start: ${log.complaints().join(' ')}`, { cause: error });
  }
  return {
    port,
    isAlive,
    residentBytes: () => residentBytes(child.pid ?? 0),
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    heapBytes: () => heapBytes(port),
    complaints: log.complaints,
    stop,
  };
}

async function ready(port: number, isAlive: () => boolean): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.status === 200,
      () => false,
    );
    if (isReady) return;
    if (!isAlive() || Date.now() > deadline) throw new Error('not ready');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Reads the log for error lines, marked words of people, and keys; keeps none of it but its end. */
export function watchLog(secrets: readonly string[]) {
  const found: string[] = [];
  let tail = '';
  const note = (complaint: string): void => {
    if (found.length < MOST_COMPLAINTS) found.push(complaint);
  };
  return {
    read: (chunk: Buffer): void => {
      const text = tail + chunk.toString();
      const end = text.lastIndexOf('\n') + 1;
      for (const line of text.slice(0, end).split('\n')) {
        if (line.includes('密') || secrets.some((secret) => line.includes(secret))) {
          note('the log carries what nobody may read there');
        }
        if (/"level":(?:[56]0)/.test(line)) note(`error in the log: ${line.slice(0, 700)}`);
        else if (line !== '' && !line.startsWith('{'))
          note(`outside the log: ${line.slice(0, 300)}`);
      }
      tail = text.slice(Math.max(end, text.length - 4_000));
    },
    complaints: () => found,
  };
}

/** Linux tells; elsewhere there is no such file and the heap alone is watched. */
function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

const TICKS_PER_SECOND = 100;

function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

async function heapBytes(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const figure = /^nodejs_heap_size_used_bytes (\S+)$/m.exec(await response.text());
  return Number(figure?.[1] ?? 0);
}
