/** Versions are exchanged while people click: the older program on the newer schema, both at once, and a step back. */
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kysely, type Migration, Migrator, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../db/client.ts';
import { migrateToLatest } from '../db/migrate.ts';
import { databaseTrouble } from '../services/health.ts';
import {
  administer,
  createTestDatabase,
  databaseAddress,
  type TestDatabase,
} from './support/database.ts';
import { type House, openHouse } from './support/house.ts';
import { underLoad } from './support/load.ts';
import { type ProductProcess, startProduct } from './support/product-process.ts';
import { eventually } from './support/waiting.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LATER = '9999-later';
const SOURCES = ['domain', 'services', 'db', 'cards', 'handlers', 'bot', 'jobs', 'profiles'];

/** The next version of the program: this one and an additive migration. */
function nextVersion(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lianshao-next-'));
  for (const folder of SOURCES)
    cpSync(join(ROOT, folder), join(directory, folder), { recursive: true });
  for (const file of ['app.ts', 'main.ts', 'config.ts', 'logger.ts', 'package.json'])
    cpSync(join(ROOT, file), join(directory, file));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
  writeFileSync(
    join(directory, `db/migrations/${LATER}.ts`),
    `import { sql } from 'kysely';
     export async function up(db) {
       await sql\`alter table outbox add column urgency integer not null default 0\`.execute(db);
       await sql\`create index inbox_platform on inbox (platform)\`.execute(db);
       await sql\`create table later (id uuid primary key)\`.execute(db);
     }`,
  );
  const file = join(directory, 'db/migrate.ts');
  const text = readFileSync(file, 'utf8')
    .replace(
      '\nconst migrations',
      `\nimport * as later from './migrations/${LATER}.ts';\nconst migrations`,
    )
    .replace(/(const migrations[^{]*\{)/, `$1\n  '${LATER}': later,`);
  writeFileSync(file, text);
  return directory;
}

describe('exchanging versions', () => {
  let house: House;
  let next: string;
  let processes: ProductProcess[] = [];
  beforeAll(async () => {
    house = await openHouse('2026-09-21 09:00', { role: 'web' });
    next = nextVersion();
  });
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    rmSync(next, { recursive: true, force: true });
    await house?.close();
  });
  const start = async (directory = ROOT): Promise<ProductProcess> => {
    const started = await startProduct(house, 'web', { directory });
    processes = [...processes, started];
    return started;
  };
  const ready = async ({ monitor }: ProductProcess): Promise<string> =>
    (await fetch(`${monitor}/readyz`)).text();

  it('one process after the other, under load: nothing fails, nothing is lost', async () => {
    const old = [await start(), await start()];
    const targets = [...old];
    const answered = async () => (await house.rows('select 1 from inbox')).length;
    const exchange = async (): Promise<void> => {
      for (const leaving of old) {
        const coming = await start(next);
        expect(await ready(coming)).toContain('"ready"');
        expect(await ready(leaving)).toContain('"ready"');
        targets.push(coming);
        const before = await answered();
        await eventually(async () => (await answered()) > before + 50);
        expect(await leaving.stop()).toBe(0);
        targets.splice(targets.indexOf(leaving), 1);
      }
    };
    const people = ['0006', '0008', '0009', '0010'];
    const load = await underLoad(house, {
      targets,
      people,
      lanes: 8,
      pauseMs: 20,
      until: exchange(),
    });
    expect(load.failed).toEqual([]);
    expect(load.answered.length).toBeGreaterThan(100);
    const [counted] = await house.rows<{ inbox: number; outbox: number; urgent: number }>(
      `select (select count(*)::int from inbox) as inbox, (select count(*)::int from outbox) as outbox,
              (select count(urgency)::int from outbox) as urgent`,
    );
    const all = load.answered.length;
    expect(counted).toEqual({ inbox: all, outbox: all, urgent: all });
    expect(targets).toHaveLength(2);
  });

  it('a step back: the older program starts on the newer schema and leaves it alone', async () => {
    const back = await start();
    expect(await ready(back)).toContain('"ready"');
    expect(
      await house.rows(`select name from kysely_migration where name = '${LATER}'`),
    ).toHaveLength(1);
  });
});

describe('a schema that is older than the program', () => {
  let base: TestDatabase;
  let older: string;
  let known: readonly string[];
  beforeEach(async () => {
    base = await createTestDatabase();
    const name = `${new URL(base.url).pathname.slice(1)}_older`;
    await administer(base.url, `create database ${name}`);
    older = databaseAddress(base.url, name);
    known = await migrateAllButOne(older);
  });
  afterEach(async () => {
    const name = new URL(older).pathname.slice(1);
    await administer(base.url, `drop database if exists ${name} with (force)`);
    await base.drop();
  });

  it('is said not to be ready, and is ready once it is migrated', async () => {
    const db = connect(older, 2);
    expect(await databaseTrouble(db)).toBe(`migrations missing: ${known.at(-1)}`);
    expect(await migrateToLatest(older)).toEqual([known.at(-1)]);
    expect(await databaseTrouble(db)).toBeNull();
    expect(await migrateToLatest(older)).toEqual([]);
    await db.destroy();
  });

  it('is migrated although somebody at work and the migration wait for each other at first', async () => {
    const busy = new Client({ connectionString: older });
    await busy.connect();
    // It is the migration that PostgreSQL ends, a second after it began to wait.
    await busy.query(`set deadlock_timeout = '10min'`);
    await busy.query('begin');
    await busy.query(
      'lock table person, procedure, cycle, inbox, outbox, timer, task in row exclusive mode',
    );
    const migrating = migrateToLatest(older);
    await eventually(async () => {
      const { rowCount } = await busy.query(
        `select 1 from pg_locks where not granted and locktype = 'relation'`,
      );
      return (rowCount ?? 0) > 0;
    });
    await busy.query(`select pg_advisory_xact_lock(${KYSELY_LOCK})`);
    await busy.query('rollback');
    expect(await migrating).toEqual([known.at(-1)]);
    await busy.end();
  });
});

/** What Kysely's migrator holds while it is at work. */
const KYSELY_LOCK = '3853314791062309107';

/** Brings a database to the step before the newest; the names of all steps. */
async function migrateAllButOne(url: string): Promise<readonly string[]> {
  const names = readdirSync(join(ROOT, 'db/migrations'))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
  const load = async (name: string): Promise<[string, Migration]> => [
    name,
    await import(`../db/migrations/${name}.ts`),
  ];
  const steps = await Promise.all(names.slice(0, -1).map(load));
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: url, max: 1 }) }),
  });
  const getMigrations = async () => Object.fromEntries(steps);
  const { error } = await new Migrator({ db, provider: { getMigrations } }).migrateToLatest();
  await db.destroy();
  if (error !== undefined) throw error;
  return names;
}
