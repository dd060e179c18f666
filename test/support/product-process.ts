/** The product as processes of its own on the database and messenger of a house, so that they can be ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { Role } from '../../app.ts';
import { freePort } from './free-port.ts';
import type { House } from './house.ts';

export type ProductProcess = {
  readonly url: string;
  /** Where health and metrics are. */
  readonly monitor: string;
  /** Everything it logged so far. */
  readonly log: () => string;
  /** Ends it as a power cut would. */
  readonly kill: () => Promise<void>;
  /** Ends it as an orchestrator would; resolves to its exit code. */
  readonly stop: () => Promise<number | null>;
};

export type ProcessOptions = {
  /** Another tree of sources to run, e.g. an older one. */
  readonly directory?: string;
  readonly host?: string;
  readonly port?: number;
  readonly metricsPort?: number;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
};

/** Starts `main.ts --role <role>`; resolves when it works. */
export async function startProduct(
  house: House,
  role: Role,
  options: ProcessOptions = {},
): Promise<ProductProcess> {
  const { lark, dataDir } = house.config;
  if (lark === null) throw new Error('the house has no messenger');
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? (await freePort());
  const metricsPort = options.metricsPort ?? (await freePort());
  const child = spawn(
    process.execPath,
    ['main.ts', '--role', role, ...(options.arguments ?? ['--migrate'])],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
      env: {
        PATH: process.env['PATH'],
        HOST: host,
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
        DATA_DIR: join(dataDir, 'processes'),
        DATABASE_URL: house.databaseUrl,
        LARK_APP_ID: lark.appId,
        LARK_APP_SECRET: lark.appSecret,
        LARK_ENCRYPT_KEY: lark.encryptKey,
        LARK_VERIFICATION_TOKEN: lark.verificationToken,
        LARK_BASE_URL: lark.baseUrl,
        SESSION_SECRET: 'a-secret-for-nothing-but-this-test',
        ALLOW_TIME_TRAVEL: '1',
        ...options.environment,
      },
    },
  );
  const said = await started(child, role);
  return {
    url: `http://${host}:${port}`,
    monitor: `http://${host}:${metricsPort}`,
    log: () => said.join(''),
    kill: async () => {
      await end(child, 'SIGKILL');
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

/** Whether somebody listens on a port of this machine. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
  return child.exitCode;
}

function started(child: ChildProcess, role: Role): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const listen = (chunk: Buffer): void => {
      said.push(chunk.toString());
      if (said.join('').includes('lianshao started')) resolve(said);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => reject(new Error(`the ${role} ended: ${said.join('')}`)));
  });
}
