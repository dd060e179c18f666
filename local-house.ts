/** The product and its local messenger behind one port: the demo, and the world of the flow tests. */
import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { parse, toSeconds } from 'iso8601-duration';
import type { Logger } from 'pino';
import { type App, buildApp, migrateAll, type Role } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { accountsAt } from './db/accounts.ts';
import { dayOf } from './domain/calendar.ts';
import { menu } from './handlers/menu.ts';
import { setClock } from './services/clock.ts';
import type { LoadedProfile } from './services/profile.ts';
import { nextEventDue } from './services/timer.ts';
import type { ClockControl, SimulatedPerson } from './simulator/lark/model.ts';
import { createLarkSimulator, type LarkSimulator } from './simulator/lark/simulator.ts';
import { createSimulatorPage } from './simulator/page/page.ts';

export type LocalHouseOptions = {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  readonly profiles: readonly LoadedProfile[];
  readonly logger: Logger;
  readonly queueName?: string;
  /** Where the messenger keeps its chats; missing = they end with the process. */
  readonly messengerState?: string;
  /** Missing = all. With `web` nothing is sent until another process works on the same database. */
  readonly role?: Role;
  /** People of the tenant whom the organisation does not know. */
  readonly strangers?: readonly SimulatedPerson[];
};

export type LocalHouse = {
  readonly url: string;
  /** What another process needs to work for the same house. */
  readonly config: Config;
  readonly app: App;
  readonly lark: LarkSimulator;
  readonly clock: ClockControl;
  readonly close: () => Promise<void>;
};

const PLATFORM = 'lark';
const credentials = { appId: 'cli_1a2b3c4d5e6f7081', tenantKey: 'tk_local' } as const;

/** Starts both; resolves when the port answers. */
export async function startLocalHouse(options: LocalHouseOptions): Promise<LocalHouse> {
  const root = new Hono();
  const listening = await listen(root, options);
  const secrets = { appSecret: secret(), encryptKey: secret(), verificationToken: secret() };
  const config = configOf(options, listening.url, secrets);
  const { databaseUrl, profiles, logger, queueName } = options;
  const parts = { config, databaseUrl, ...(queueName === undefined ? {} : { queueName }) };
  await migrateAll(parts);
  const app = await buildApp({ ...parts, profiles, logger, role: options.role ?? 'all' });
  const clock = clockControl(app);
  const lark = createLarkSimulator({
    app: { ...credentials, ...secrets },
    webhookUrl: `${listening.url}/webhook/lark`,
    now: app.clock.now,
    people: async () => [
      ...(await peopleOf(app, config.businessZone)),
      ...(options.strangers ?? []),
    ],
    menu: Object.entries(menu).map(([key, text]) => ({ key, text })),
    clock,
    ...(options.messengerState === undefined ? {} : { statePath: options.messengerState }),
  });
  root.route('/', app.http);
  root.route('/', createSimulatorPage());
  root.route('/', lark.app);
  lark.start();
  return {
    url: listening.url,
    config,
    app,
    lark,
    clock,
    close: async () => {
      await app.close();
      await lark.close();
      await listening.close();
    },
  };
}

function configOf(
  options: LocalHouseOptions,
  url: string,
  secrets: {
    readonly appSecret: string;
    readonly encryptKey: string;
    readonly verificationToken: string;
  },
): Config {
  return readConfig({
    PORT: String(options.port),
    HOST: options.host,
    PUBLIC_URL: url,
    DATA_DIR: options.dataDir,
    DATABASE_URL: options.databaseUrl,
    REDIS_URL: options.redisUrl,
    LARK_APP_ID: credentials.appId,
    LARK_APP_SECRET: secrets.appSecret,
    LARK_ENCRYPT_KEY: secrets.encryptKey,
    LARK_VERIFICATION_TOKEN: secrets.verificationToken,
    LARK_BASE_URL: url,
    SESSION_SECRET: secret(),
    ALLOW_TIME_TRAVEL: '1',
  });
}

const secret = (): string => randomBytes(24).toString('hex');

async function peopleOf(app: App, zone: string) {
  const accounts = await accountsAt(app.db, PLATFORM, dayOf(app.clock.now(), zone));
  return accounts.map((account) => ({
    openId: account.userId,
    unionId: `on_${account.personCode}`,
    userId: `u${account.personCode}`,
    name: account.name,
    title: account.postNames,
    departmentId: account.departmentCode,
    departmentName: account.departmentName,
  }));
}

function clockControl(app: App): ClockControl {
  const move = async (instant: Date): Promise<void> => {
    await setClock(app.db, instant);
    await app.clock.refresh();
    app.wake();
  };
  return {
    show: async () => {
      const next = await nextEventDue(app.db);
      return { now: app.clock.now().toISOString(), next: next?.toISOString() ?? null };
    },
    set: (instant) => move(new Date(instant)),
    advance: (duration) => {
      const now = app.clock.now();
      return move(new Date(now.getTime() + toSeconds(parse(duration), now) * 1000));
    },
    toNextTimer: async () => {
      const next = await nextEventDue(app.db);
      if (next !== null && next > app.clock.now()) await move(next);
    },
  };
}

function listen(root: Hono, options: LocalHouseOptions) {
  return new Promise<{ readonly url: string; readonly close: () => Promise<void> }>(
    (resolve, reject) => {
      const server = serve(
        { fetch: root.fetch, port: options.port, hostname: options.host },
        (info) =>
          resolve({
            url: `http://${options.host}:${info.port}`,
            close: () =>
              new Promise((done) => {
                server.close(() => done());
                if ('closeAllConnections' in server) server.closeAllConnections();
              }),
          }),
      );
      server.once('error', reject);
    },
  );
}
