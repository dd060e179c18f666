/** Web and worker as two processes in front of a stand-in messenger that everybody of a big bureau uses. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { migrateAll } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { accountsAt } from '../../db/accounts.ts';
import { dayOf } from '../../domain/calendar.ts';
import { createClock, setClock } from '../../services/clock.ts';
import { createLarkSimulator, type LarkSimulator } from '../../simulator/lark/simulator.ts';
import { freePort } from '../support/free-port.ts';
import type { BenchDatabase } from './bench-database.ts';
import { MORNING, ZONE } from './big-bureau.ts';
import { type Child, startChild } from './program.ts';

export type Production = {
  readonly lark: LarkSimulator;
  readonly web: Child;
  readonly worker: Child;
  readonly close: () => Promise<void>;
};

/** As `npm start` starts it. */
const LEAN = ['--max-semi-space-size=2'];

const secret = (): string => randomBytes(24).toString('hex');

/** Starts all of it at nine in the morning of the stage's first day; resolves when both processes work. */
export async function startProduction(
  { url, db }: BenchDatabase,
  scratch: string,
): Promise<Production> {
  const app = {
    appId: 'cli_a1b2c3d4e5f60718',
    appSecret: secret(),
    encryptKey: secret(),
    verificationToken: secret(),
    tenantKey: 'tk_bench',
  };
  await setClock(db, MORNING);
  const clock = createClock(db, true);
  await clock.refresh();
  const [platformPort, webPort] = [await freePort(), await freePort()];
  const lark = createLarkSimulator({
    app,
    webhookUrl: `http://127.0.0.1:${webPort}/webhook/lark`,
    now: clock.now,
    people: async () =>
      (await accountsAt(db, 'lark', dayOf(clock.now(), ZONE))).map((account) => ({
        openId: account.userId,
        unionId: `on_${account.personCode}`,
        userId: `u${account.personCode}`,
        name: account.name,
        title: account.postNames,
        departmentId: account.departmentCode,
        departmentName: account.departmentName,
      })),
    menu: [],
  });
  const platform = serve({
    fetch: new Hono().route('/', lark.app).fetch,
    port: platformPort,
    hostname: '127.0.0.1',
  });
  const environment = {
    // As `npm start` sets them.
    NODE_COMPILE_CACHE: 'node_modules/.cache/node',
    MALLOC_ARENA_MAX: '2',
    DATABASE_URL: url,
    DATA_DIR: join(scratch, 'production'),
    PORT: String(webPort),
    LARK_APP_ID: app.appId,
    LARK_APP_SECRET: app.appSecret,
    LARK_ENCRYPT_KEY: app.encryptKey,
    LARK_VERIFICATION_TOKEN: app.verificationToken,
    LARK_BASE_URL: `http://127.0.0.1:${platformPort}`,
    SESSION_SECRET: secret(),
    ALLOW_TIME_TRAVEL: '1',
  };
  await migrateAll({ config: readConfig(environment), databaseUrl: url });
  const start = (role: string): Child =>
    startChild(process.execPath, [...LEAN, 'main.ts', '--role', role], environment);
  const [web, worker] = [start('web'), start('worker')];
  const close = async (): Promise<void> => {
    await Promise.all([web.interrupt(), worker.interrupt()]);
    await lark.close();
    await new Promise<void>((resolve) => {
      platform.close(() => resolve());
      if ('closeAllConnections' in platform) platform.closeAllConnections();
    });
  };
  try {
    await Promise.all([web.said('lianshao started'), worker.said('lianshao started')]);
  } catch (error) {
    await close();
    throw error;
  }
  lark.start();
  return { lark, web, worker, close };
}
