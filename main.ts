/** The production process: `node main.ts --role all|web|worker [--migrate]`. */
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { buildApp, migrateAll, type Role } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { createLogger } from './logger.ts';
import { loadProfiles } from './services/profile.ts';

const roles: readonly Role[] = ['all', 'web', 'worker'];
const DRAIN_MS = 10_000;

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
  const server =
    role === 'worker'
      ? null
      : serve({ fetch: app.http.fetch, port: config.port, hostname: config.host });
  let stopping = false;
  const stop = async (code = 0): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // Whoever hangs longer than this is cut off; everything unfinished is still in the database.
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    await new Promise<void>((resolve) =>
      server === null ? resolve() : server.close(() => resolve()),
    );
    await app.close();
    await embedded?.stop();
    process.exit(code);
  };
  server?.once('error', (error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'EADDRINUSE' ? '端口已被占用，请用 PORT 换一个端口' : '无法监听端口';
    process.stderr.write(`${reason}（${config.host}:${config.port}）\n`);
    void stop(1);
  });
  server?.once('listening', () => logger.info({ role, port: config.port }, 'lianshao started'));
  if (server === null) logger.info({ role }, 'lianshao started');
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
