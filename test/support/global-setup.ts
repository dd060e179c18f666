/**
 * The database server of a test run: the one of DATABASE_URL, else an embedded one that lives as long as the run.
 * Each vitest project that needs it runs this set-up; they share one server through the process.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, wipeEmbeddedPostgres } from '../../db/embedded.ts';
import { runningPid } from '../../db/embedded-process.ts';
import { isProcessAlive, readState } from '../../db/embedded-state.ts';
import {
  administer,
  databaseAddress,
  TEST_SERVER_VARIABLE,
  TEST_TEMPLATE_VARIABLE,
} from './database.ts';

type Server = { readonly url: string; stop(): Promise<void> };
type Shared = { users: number; tearDown: Promise<() => Promise<void>> };

const SHARED = Symbol.for('lianshao.test-server');
const DIRECTORY_PREFIX = 'lianshao-test-';

export async function setup(): Promise<void> {
  const shared = sharedServer();
  shared.users += 1;
  await shared.tearDown;
}

export async function teardown(): Promise<void> {
  const shared = sharedServer();
  shared.users -= 1;
  // A set-up that failed has reported it and cleaned up after itself.
  const tearDown = await shared.tearDown.catch(() => async () => undefined);
  if (shared.users === 0) await tearDown();
}

/** The projects load this module separately, so the shared server hangs on the process itself. */
function sharedServer(): Shared {
  const holder: typeof globalThis & { [SHARED]?: Shared } = globalThis;
  holder[SHARED] ??= { users: 0, tearDown: prepare() };
  return holder[SHARED];
}

async function prepare(): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startTemporary();
  const template = `lianshao_test_${process.pid}_${randomBytes(3).toString('hex')}`;
  process.env[TEST_SERVER_VARIABLE] = server.url;
  process.env[TEST_TEMPLATE_VARIABLE] = template;
  try {
    await administer(server.url, `create database ${template}`);
    await migrate(databaseAddress(server.url, template));
  } catch (error) {
    await dropAll(server.url, template).finally(server.stop);
    throw error;
  }
  return () => dropAll(server.url, template).finally(server.stop);
}

/** Imported only here, so that a migration that does not compile fails the database tests alone. */
async function migrate(url: string): Promise<void> {
  const { migrateToLatest } = await import('../../db/migrate.ts');
  await migrateToLatest(url);
}

async function startTemporary(): Promise<Server> {
  await removeLeftovers();
  const dataDir = mkdtempSync(join(tmpdir(), `${DIRECTORY_PREFIX}${process.pid}-`));
  // The database user has to pass through.
  chmodSync(dataDir, 0o755);
  const abandon = () => abandonServer(dataDir);
  // Ctrl-C ends the run without any tear-down.
  process.once('exit', abandon);
  const server = await startEmbeddedPostgres({ dataDir, durable: false, log: () => undefined });
  const stop = async (): Promise<void> => {
    process.off('exit', abandon);
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

/** What can still be done while the process exits; nobody will miss the data. */
function abandonServer(dataDir: string): void {
  const cluster = readState(dataDir)?.cluster ?? '';
  const pid = runningPid(cluster);
  if (pid > 0) process.kill(pid, 'SIGQUIT');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; attempt < 100 && runningPid(cluster) > 0; attempt += 1) {
    Atomics.wait(clock, 0, 0, 20);
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/** A run that was killed outright could not clean up; its server is stopped by the next one. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(DIRECTORY_PREFIX))) {
    const owner = Number(name.slice(DIRECTORY_PREFIX.length).split('-')[0]);
    if (isProcessAlive(owner)) continue;
    const dataDir = join(tmpdir(), name);
    const isWiped = await wipeEmbeddedPostgres(dataDir).then(
      () => true,
      () => false,
    );
    if (isWiped && existsSync(dataDir)) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Drops the template and every clone a test left behind. */
async function dropAll(server: string, template: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    const left = await client.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [template],
    );
    for (const { name } of left.rows) await client.query(`drop database ${name} with (force)`);
  } finally {
    await client.end();
  }
}
