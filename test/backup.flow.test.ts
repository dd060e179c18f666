/** A backup taken while people work, restored into an empty server: what is back, what is lost, what is not repeated. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Reader } from '../db/client.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded.ts';
import { verifyFormVersions } from '../services/audit-forms.ts';
import { verifySteps } from '../services/audit-steps.ts';
import { verifyAudit } from '../services/audit-verify.ts';
import { setClock } from '../services/clock.ts';
import { HEAD, sign, submit } from './support/chain.ts';
import { type House, openHouse } from './support/house.ts';
import { type Load, underLoad } from './support/load.ts';
import { findPostgresTools, type PostgresTools } from './support/postgres-tools.ts';
import { type ProductProcess, startProduct } from './support/product-process.ts';
import { type OwnRedis, startRedis } from './support/redis-server.ts';
import { eventually } from './support/waiting.ts';

const people = ['0006', '0008', '0009', '0010'];

type Prepared = { readonly missing: string } | { readonly tools: PostgresTools };

describe('a backup', () => {
  let prepared: Prepared;
  let house: House;
  let directory: string;
  let server: EmbeddedPostgres | undefined;
  let restored: Reader | undefined;
  let redis: OwnRedis | null = null;
  let load: Load;
  let processes: ProductProcess[] = [];

  beforeAll(async () => {
    house = await openHouse('2026-09-21 09:00', { role: 'web' });
    prepared = await findPostgresTools(house.databaseUrl);
    if ('missing' in prepared) return;
    directory = mkdtempSync(join(tmpdir(), 'lianshao-backup-'));
    const worker = await start('worker');
    await house.launch();
    await submit(house, '0013');
    await sign(house, HEAD, '丁若溪');
    await worker.stop();

    const file = join(directory, 'backup.dump');
    const web = await start('web');
    const { dump } = prepared.tools;
    const backup = async (): Promise<void> => {
      await eventually(
        async () => (await house.rows(`select 1 from outbox where state = 'pending'`)).length > 10,
      );
      await dump(house.databaseUrl, file);
    };
    const until = backup();
    load = await underLoad(house, { targets: [web], people, lanes: 4, pauseMs: 5, until });
    await web.stop();

    server = await startEmbeddedPostgres({
      dataDir: join(directory, 'server'),
      durable: false,
      log: () => undefined,
    });
    await prepared.tools.restore(file, server.url);
    restored = connect(server.url, 4);
    redis = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await restored?.destroy();
    await server?.stop();
    await redis?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    await house?.close();
  });

  const start = async (
    role: 'web' | 'worker',
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ProductProcess> => {
    const started = await startProduct(house, role, { environment });
    processes = [...processes, started];
    return started;
  };
  const startOnRestored = (): Promise<ProductProcess> =>
    start('worker', {
      DATABASE_URL: server?.url ?? '',
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
    });
  /** The restored database; skips the test where none could be made. */
  const opened = (context: { readonly skip: (note: string) => never }): Reader => {
    if ('missing' in prepared) return context.skip(prepared.missing);
    if (restored === undefined) throw new Error('nothing was restored');
    return restored;
  };
  const countOf = async (db: Reader, query: string): Promise<number> => {
    const { rows } = await sql
      .raw<{ count: number }>(`select count(*)::int from ${query}`)
      .execute(db);
    return rows[0]?.count ?? -1;
  };
  const received = async (person: string): Promise<number> =>
    (await house.person(person).messages()).filter(({ from }) => from === 'bot').length;

  it('taken under load is whole: every answered delivery has its message, the chains verify', async (context) => {
    const db = opened(context);
    expect(load.failed).toEqual([]);
    expect(load.answered.length).toBeGreaterThan(10);
    const torn = await countOf(
      db,
      `inbox i full join outbox o on o.idempotency_key = 'answer-lark-' || i.event_id
       where i.event_id like 'msg-%' and o.id is null
          or o.idempotency_key like 'answer-%' and i.event_id is null`,
    );
    expect(torn).toBe(0);
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
    expect(await verifySteps(db)).toMatchObject({ ok: true });
    expect(await verifyFormVersions(db)).toMatchObject({ ok: true });
    expect(await countOf(db, `step_event where action in ('submitted', 'agreed')`)).toBe(2);
  });

  it('what was sent after it is not sent twice while the platform knows the key', async (context) => {
    const db = opened(context);
    const waiting = await countOf(db, `outbox where state = 'pending'`);
    expect(waiting).toBeGreaterThan(0);
    const before = await Promise.all(people.map(received));
    const worker = await start('worker');
    await eventually(
      async () => (await house.rows(`select 1 from outbox where state = 'pending'`)).length === 0,
    );
    await worker.stop();
    const after = await Promise.all(people.map(received));
    expect(after).not.toEqual(before);

    const again = await startOnRestored();
    await eventually(async () => (await countOf(db, `outbox where state = 'pending'`)) === 0);
    expect(await countOf(db, `outbox where state = 'dead'`)).toBe(0);
    expect(await Promise.all(people.map(received))).toEqual(after);
    await again.stop();
  });

  it('with an empty queue due timers fire from their rows', async (context) => {
    const db = opened(context);
    const due = new Date('2026-10-14T09:00:00+08:00');
    expect(await countOf(db, `timer where due_at <= '${due.toISOString()}'`)).toBeGreaterThan(10);
    await setClock(db, due);
    await house.jump('2026-10-14 09:00');
    const { rows: busy } = await sql<{ person: string }>`
      select distinct person_code as person from task where state = 'open'`.execute(db);
    expect(busy.length).toBeGreaterThan(5);
    const counts = () => Promise.all(busy.map(({ person }) => received(person)));
    const before = await counts();
    await startOnRestored();
    await eventually(async () => {
      const now = await counts();
      return now.every((count, index) => count > (before[index] ?? 0));
    });
    await eventually(
      async () => (await countOf(db, `timer where due_at <= '${due.toISOString()}'`)) === 0,
    );
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
  });
});
