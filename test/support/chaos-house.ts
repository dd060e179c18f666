/** A small house in this process with everything the checker of `npm run chaos` reads: two units, one of them done. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Client } from 'pg';
import { pino } from 'pino';
import { buildApp, migrateAll } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { setClock } from '../../services/clock.ts';
import type { Context } from '../../services/context.ts';
import { launchCycle } from '../../services/cycle.ts';
import { importOrganisation } from '../../services/organisation-import.ts';
import {
  hurriedProfile,
  organisationOf,
  tenantOf,
  type Unit,
  unitOf,
} from '../chaos/organisation.ts';
import { type Crowd, liveUnit } from '../chaos/people.ts';
import { startPlatform } from '../chaos/platform.ts';
import { type PlatformRecord, recordOf } from '../chaos/platform-record.ts';
import { createRandom } from '../chaos/random.ts';
import { settle } from '../chaos/settle.ts';
import { type Ground, runCli, secret } from '../chaos/world.ts';
import { createTestDatabase } from './database.ts';
import { personOf } from './simulated-person.ts';

export type ChaosHouse = {
  /** A connection to its database. */
  readonly client: Client;
  readonly record: PlatformRecord;
  readonly cli: (...words: readonly string[]) => Promise<{ code: number; said: string }>;
  readonly close: () => Promise<void>;
};

const MORNING = new Date('2026-09-28T08:50:00+08:00');

/** Works one unit through, leaves the other to its reminders, and comes to rest on the next day. */
export async function openChaosHouse(): Promise<ChaosHouse> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'lianshao-checker-'));
  const secrets = { appSecret: secret(), encryptKey: secret(), verificationToken: secret() };
  const credentials = { appId: 'cli_c0ffee00c0ffee00', tenantKey: 'tk_chaos', ...secrets };
  const units = [unitOf(1), unitOf(2)];
  const ports: number[] = [];
  let clock: Ground['clock'] | null = null;
  const platform = await startPlatform({
    credentials,
    people: tenantOf(units),
    now: () => clock?.now() ?? MORNING,
    webPorts: () => ports,
    random: createRandom('checker'),
  });
  const environment = {
    PATH: process.env['PATH'] ?? '',
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    LARK_APP_ID: credentials.appId,
    LARK_APP_SECRET: secrets.appSecret,
    LARK_ENCRYPT_KEY: secrets.encryptKey,
    LARK_VERIFICATION_TOKEN: secrets.verificationToken,
    LARK_BASE_URL: platform.url,
    SESSION_SECRET: secret(),
    ALLOW_TIME_TRAVEL: '1',
  };
  const config = readConfig(environment);
  const parts = { config, databaseUrl: database.url, queueName: 'checker' };
  await migrateAll(parts);
  const app = await buildApp({
    ...parts,
    profiles: [hurriedProfile(false)],
    logger: pino({ level: 'silent' }),
    role: 'all',
  });
  clock = app.clock;
  const server = serve({ fetch: app.http.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
    ports.push(port),
  );
  const moveClock = async (to: Date): Promise<void> => {
    await setClock(app.db, to);
    await app.clock.refresh();
    app.wake();
  };
  const admin = (): Context => ({
    db: app.db,
    now: app.clock.now(),
    zone: config.businessZone,
    actor: { kind: 'administrator', code: 'checker' },
  });
  await moveClock(MORNING);
  await populate(admin, units);
  const ground: Ground = { units, platform, clock: app.clock, moveClock, admin };
  await workThrough(ground);
  if (!(await settle(ground, 120_000))) throw new Error('the house does not come to rest');
  const record = await recordOf(platform, app.clock.now());
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return {
    client,
    record,
    cli: (...words) => runCli(words, environment),
    close: async () => {
      await client.end();
      await platform.close();
      server.close();
      await app.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function populate(admin: () => Context, units: readonly Unit[]): Promise<void> {
  const columns = { lark_open_id: 'lark', wecom_userid: 'wecom' };
  const imported = await importOrganisation(admin(), organisationOf(units), columns);
  if (!imported.ok) throw new Error(JSON.stringify(imported.errors));
  for (const { code } of units) {
    const launch = { loaded: hurriedProfile(false), unitCode: code };
    const launched = await launchCycle(admin(), launch);
    if (!launched.ok) throw new Error(launched.refusal.code);
  }
}

/** The people of the first unit finish their forms; one of the second asks what is to be done. */
async function workThrough({ platform, units, admin }: Ground): Promise<void> {
  const [first, second] = units;
  if (first === undefined || second === undefined) throw new Error('there are two units');
  const tally = { clicks: 0, succeeded: 0, refused: 0, unanswered: 0, words: 0 };
  let isFinished = false;
  const crowd: Crowd = {
    lark: platform.lark,
    seed: 'checker',
    tally,
    thinkingMs: [20, 150],
    slow: 0,
    isOver: () => isFinished,
  };
  const living = liveUnit(crowd, first, 0, () => isFinished);
  const deadline = Date.now() + 180_000;
  while (!isFinished) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const open = await admin()
      .db.selectFrom('procedure')
      .select('id')
      .where('unit_code', '=', first.code)
      .where('status', '=', 'open')
      .execute();
    isFinished = open.length === 0;
    if (Date.now() > deadline) throw new Error('the first unit is not done in time');
  }
  await living;
  await personOf(platform.lark, second.members[0]?.openId ?? '').say('待办');
}
