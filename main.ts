/** The production process: `node main.ts --role all|web|worker [--migrate]`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { buildApp, migrateAll, type Role } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { createLogger } from './logger.ts';
import { loadProfiles } from './services/profile.ts';

const roles: readonly Role[] = ['all', 'web', 'worker'];
/** A proxy looks every second whether to go on sending requests here. */
const FAREWELL_MS = 3_000;
const DRAIN_MS = 15_000;
/**
 * A proxy keeps idle connections for 60 to 75 seconds. It must be the one that closes them: a request sent on a
 * connection that is being closed at this end is lost.
 */
const IDLE_MS = 80_000;

function readArguments(): { readonly role: Role; readonly migrate: boolean } {
  const { values } = parseArgs({
    options: {
      role: { type: 'string', default: 'all' },
      migrate: { type: 'boolean', default: false },
    },
  });
  const role = roles.find((known) => known === values.role);
  if (role === undefined) throw new ConfigError(['--role 只能是 all、web 或 worker']);
  return { role, migrate: values.migrate };
}

type Listener = { readonly app: Hono; readonly port: number };
type Server = { readonly close: () => Promise<void> };

/** Resolves when the port answers; rejects with a sentence for the administrator. */
function listen({ app, port }: Listener, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({
      fetch: app.fetch,
      port,
      hostname: host,
      serverOptions: { keepAliveTimeout: IDLE_MS },
    });
    const close = () => new Promise<void>((done) => server.close(() => done()));
    server.once('listening', () => resolve({ close }));
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? '端口已被占用，请用 PORT 或 METRICS_PORT 换一个'
          : '无法监听端口';
      reject(new Error(`${reason}（${host}:${port}）`));
    });
  });
}

async function start(): Promise<void> {
  const { role, migrate } = readArguments();
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  const log = (line: string): void => logger.info(line);
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, log })
      : null;
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
  if (migrate) await migrateAll({ config, databaseUrl });
  const profiles = await loadProfiles('profiles');
  const app = await buildApp({ config, databaseUrl, profiles, logger, role });
  const { port, metricsPort } = config;
  const listeners: readonly Listener[] = [
    ...(role === 'worker' ? [] : [{ app: app.http, port }]),
    ...(metricsPort === null ? [] : [{ app: app.monitor, port: metricsPort }]),
  ];
  const servers: Server[] = [];
  const end = async (code: number): Promise<void> => {
    // Whoever hangs longer than this is cut off; everything unfinished is still in the database.
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    await Promise.all(servers.map((server) => server.close()));
    await app.close();
    await embedded?.stop();
    process.exit(code);
  };
  let stopping = false;
  const stop = async (farewellMs: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ role }, 'lianshao ending');
    app.drain();
    await sleep(role === 'worker' ? 0 : farewellMs);
    await end(0);
  };
  process.on('SIGTERM', () => void stop(FAREWELL_MS));
  // Nobody who presses Ctrl-C has a proxy to tell.
  process.on('SIGINT', () => void stop(0));
  try {
    for (const listener of listeners) servers.push(await listen(listener, config.host));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await end(1);
  }
  const ports = listeners.map((listener) => listener.port);
  logger.info({ role, ports }, 'lianshao started');
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
