/** A whole house for one flow test: real database, the local messenger, the product, and a clock that is moved. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { type LocalHouse, type LocalHouseOptions, startLocalHouse } from '../../local-house.ts';
import type { Context } from '../../services/context.ts';
import { launchCycle } from '../../services/cycle.ts';
import { readOrganisationFolder } from '../../services/organisation-folder.ts';
import { importOrganisation, type OrganisationTexts } from '../../services/organisation-import.ts';
import { loadProfiles } from '../../services/profile.ts';
import { createTestDatabase } from './database.ts';
import { type Person, personOf } from './simulated-person.ts';
import { PATIENCE_MS, pause } from './waiting.ts';

export const ZONE = 'Asia/Shanghai';
export const UNIT = 'QLSF';

const ORGANISATION = 'profiles/demo/org';
const IDENTITIES = { lark_open_id: 'lark', wecom_userid: 'wecom' };

export type House = LocalHouse & {
  readonly databaseUrl: string;
  readonly person: (code: string) => Person;
  /** An administrator's context now. */
  readonly admin: () => Context;
  /** Waits until nothing is left to send or to fire at the present instant. */
  readonly settle: () => Promise<void>;
  /** Moves the clock to a local time, `YYYY-MM-DD HH:MM`, and settles. */
  readonly at: (local: string) => Promise<void>;
  /** Moves the clock without waiting for what follows. */
  readonly jump: (local: string) => Promise<void>;
  readonly launch: (startOn?: string) => Promise<string>;
  /** Imports the demo organisation again with its texts changed. @throws what the import complains about */
  readonly reorganise: (edit: (texts: OrganisationTexts) => OrganisationTexts) => Promise<void>;
  /** Rows of the database, for what no card shows. */
  readonly rows: <T>(query: string) => Promise<readonly T[]>;
};

export type HouseOptions = Partial<Pick<LocalHouseOptions, 'role' | 'strangers' | 'logger'>> & {
  /** Where the profiles are; missing = S2 with its personal form alone. */
  readonly profiles?: string;
};

/** Starts a house with the demo organisation at a local time; `close` drops its database. */
export async function openHouse(
  local = '2026-09-21 09:00',
  options: HouseOptions = {},
): Promise<House> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'lianshao-house-'));
  const { profiles: folder = 'test/fixtures/profiles', ...rest } = options;
  const profiles = await loadProfiles(folder);
  const redisUrl = process.env['REDIS_URL'];
  const house = await startLocalHouse({
    ...rest,
    databaseUrl: database.url,
    ...(redisUrl === undefined ? {} : { redisUrl }),
    dataDir,
    port: 0,
    host: '127.0.0.1',
    profiles,
    logger: options.logger ?? pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    queueName: `t_${database.url.split('_').at(-1) ?? 'x'}`,
  });
  const admin = (): Context => ({
    db: house.app.db,
    now: house.app.clock.now(),
    zone: ZONE,
    actor: { kind: 'administrator', code: 'test' },
  });
  const settle = () => settled(house);
  const jump = (time: string) => house.clock.set(`${time.replace(' ', 'T')}:00+08:00`);
  const at = async (time: string): Promise<void> => {
    await jump(time);
    await settle();
  };
  const reorganise: House['reorganise'] = async (edit) => {
    const texts = edit(await readOrganisationFolder(ORGANISATION));
    const imported = await importOrganisation(admin(), texts, IDENTITIES);
    if (!imported.ok) throw new Error(JSON.stringify(imported.errors));
  };
  await at(local);
  await reorganise((texts) => texts);
  return {
    ...house,
    databaseUrl: database.url,
    person: (code) => personOf(house.lark, `ou_demo_${code}`),
    admin,
    settle,
    at,
    jump,
    reorganise,
    rows: async <T>(query: string) => (await sql.raw<T>(query).execute(house.app.db)).rows,
    launch: async (startOn) => {
      const [loaded] = profiles;
      if (loaded === undefined) throw new Error('no profile');
      const result = await launchCycle(admin(), {
        loaded,
        unitCode: UNIT,
        ...(startOn === undefined ? {} : { startOn }),
      });
      if (!result.ok) throw new Error(result.refusal.code);
      house.app.wake();
      await settle();
      return result.value.cycleId;
    },
    close: async () => {
      await house.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function settled(house: LocalHouse): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let quiet = 0;
  while (quiet < 2) {
    if (performance.now() > deadline) throw new Error('the house does not come to rest');
    const now = house.app.clock.now();
    const left = await sql<{ left: number }>`
      select (select count(*) from outbox where state = 'pending' and not_before <= ${now})
           + (select count(*) from timer where due_at <= ${now}) as left`.execute(house.app.db);
    quiet = Number(left.rows[0]?.left ?? 0) === 0 ? quiet + 1 : 0;
    await pause(25);
  }
}
