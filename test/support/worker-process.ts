/** The product's working role as a process of its own, so that a test can really kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { House } from './house.ts';

export type WorkerProcess = {
  /** Ends it as a power cut would. */
  readonly kill: () => Promise<void>;
};

/** Starts `main.ts --role worker` on the database and messenger of `house`; resolves when it works. */
export async function startWorkerProcess(house: House): Promise<WorkerProcess> {
  const { lark, dataDir } = house.config;
  if (lark === null) throw new Error('the house has no messenger');
  const child = spawn(process.execPath, ['main.ts', '--role', 'worker', '--migrate'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: join(dataDir, 'worker'),
      DATABASE_URL: house.databaseUrl,
      LARK_APP_ID: lark.appId,
      LARK_APP_SECRET: lark.appSecret,
      LARK_ENCRYPT_KEY: lark.encryptKey,
      LARK_VERIFICATION_TOKEN: lark.verificationToken,
      LARK_BASE_URL: lark.baseUrl,
      SESSION_SECRET: 'a-secret-for-nothing-but-this-test',
      ALLOW_TIME_TRAVEL: '1',
    },
  });
  await started(child);
  return {
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes('lianshao started')) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => reject(new Error(`the worker ended: ${said}`)));
  });
}
