/** `timers`: thousands of reminders due in the same second, and what a worker costs that has nothing to do. */
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Reader } from '../../db/client.ts';
import { withSecondForm } from '../support/shipped-profile.ts';
import { type BenchDatabase, createDatabase, withDatabase } from './crowd.ts';
import { launchCrowd, migrateQueueOf, startPlatformAt } from './launched-crowd.ts';
import type { Platform } from './platform.ts';
import { type BenchContext, type Measurement, median, type Scenario } from './scenario.ts';
import { forgetQueue, startWorker } from './worker-process.ts';

const LAUNCHED = new Date('2026-09-21T09:00:00+08:00');
/** Ten working days before the forms' last day, at the ladder's hour: the first rung of everybody's ladder. */
const DUE = new Date('2026-11-26T09:00:00+08:00');
/** How long before the due instant the worker starts. */
const LEAD_MS = 6_000;
const PATIENCE_MS = 120_000;
const POLL_MS = 20;

export const timersScenario: Scenario = {
  name: 'timers',
  about: '10,000 reminder timers due in the same second, on both queues; the cost of idling',
  run: async (bench) => {
    const people = bench.short ? 500 : 5_000;
    const rounds = bench.short ? 1 : 3;
    const template = await createDatabase(bench.databaseUrl);
    try {
      bench.say(`timers: launching two forms for ${people} people`);
      await withDatabase(template.url, (db) => prepare(db, template.url, people));
      const results: Measurement[] = [];
      for (const redisUrl of [bench.redisUrl, null].filter((url, n) => n === 1 || url !== null)) {
        const runs: Round[] = [];
        for (let n = 0; n < rounds; n += 1) {
          const run = await round(bench, template, people, redisUrl);
          bench.say(`timers: ${queueOf(redisUrl)} ${JSON.stringify(run)}`);
          runs.push(run);
        }
        results.push(...measured(queueOf(redisUrl), runs, people));
      }
      for (const redisUrl of [bench.redisUrl, null].filter((url, n) => n === 1 || url !== null))
        results.push(await idle(bench, template, redisUrl));
      return results;
    } finally {
      await template.drop();
    }
  },
};

const queueOf = (redisUrl: string | null): string => (redisUrl === null ? 'PostgreSQL' : 'Redis');

/** A launched cycle with two forms each; the first cards are out of the way. */
async function prepare(db: Reader, url: string, people: number): Promise<void> {
  await launchCrowd(db, url, people, {
    loaded: withSecondForm('execute'),
    launchedAt: LAUNCHED,
  });
  await sql`update outbox set state = 'sent', finished_at = created_at`.execute(db);
  await sql`delete from timer where kind <> 'task'`.execute(db);
  const { rows } = await sql<{ due: number }>`
    select count(*)::int as due from timer where due_at = ${DUE}`.execute(db);
  if (rows[0]?.due !== people * 2) throw new Error(`${rows[0]?.due} timers are due`);
  await sql`vacuum analyze`.execute(db);
}

type Round = {
  /** Milliseconds after the due instant. */
  readonly claimed: number;
  readonly p50: number;
  readonly p99: number;
  readonly last: number;
  readonly digests: number;
  readonly floor: number;
  /** Processor time of the worker from the start of the wait until the last digest. */
  readonly cpu: number;
};

async function round(
  bench: BenchContext,
  template: BenchDatabase,
  people: number,
  redisUrl: string | null,
): Promise<Round> {
  const database = await createDatabase(bench.databaseUrl, template.name);
  const queueName = database.name;
  let platform: Platform | undefined;
  try {
    return await withDatabase(database.url, async (db) => {
      const floor = await floorMs(db, people * 2);
      await migrateQueueOf(database.url, redisUrl, queueName);
      const started = await startPlatformAt(db, people, new Date(DUE.getTime() - LEAD_MS));
      platform = started.platform;
      const worker = await startWorker({
        databaseUrl: database.url,
        redisUrl,
        queueName,
        dataDir: join(bench.scratch, queueName),
        settings: { ...platform.settings, ALLOW_TIME_TRAVEL: '1' },
      });
      try {
        const idle = await worker.usage();
        const reached = await watch(db, people, started.offset);
        const busy = await worker.usage();
        return { ...reached, floor, cpu: busy.cpuMs - idle.cpuMs };
      } finally {
        await worker.close();
      }
    });
  } finally {
    await platform?.close();
    await database.drop();
    if (redisUrl !== null) await forgetQueue(redisUrl, queueName);
  }
}

/** How many marks a round has to pass. */
const REACHED = 5;

/** Reads every few milliseconds how far the worker is. */
async function watch(
  db: Reader,
  people: number,
  offset: number,
): Promise<Omit<Round, 'floor' | 'cpu'>> {
  const total = people * 2;
  const due = DUE.getTime() - offset;
  const reached = new Map<string, number>();
  const note = (what: string, holds: boolean): void => {
    if (holds && !reached.has(what)) reached.set(what, Date.now() - due);
  };
  while (reached.size < REACHED) {
    const { rows } = await sql<{ unclaimed: number; effects: number; digests: number }>`select
      (select count(*)::int from timer where kind = 'task' and due_at = ${DUE} and attempts = 0) as unclaimed,
      (select count(*)::int from reminder) as effects,
      (select count(*)::int from attention) as digests`.execute(db);
    const [{ unclaimed, effects, digests } = { unclaimed: total, effects: 0, digests: 0 }] = rows;
    note('claimed', unclaimed === 0);
    note('p50', effects >= total * 0.5);
    note('p99', effects >= total * 0.99);
    note('last', effects === total);
    note('digests', digests >= people * 0.99);
    if (Date.now() - due > PATIENCE_MS) throw new Error('the timers do not get done');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const at = (what: string): number => reached.get(what) ?? Number.NaN;
  return {
    claimed: at('claimed'),
    p50: at('p50'),
    p99: at('p99'),
    last: at('last'),
    digests: at('digests'),
  };
}

/** A bare table claimed in batches and marked: as fast as this server can be asked to. */
async function floorMs(db: Reader, count: number): Promise<number> {
  await sql`create table bare_timer as
    select gen_random_uuid() as id, now() as due_at, false as done from generate_series(1, ${count}::int)`.execute(
    db,
  );
  await sql`create index bare_timer_due on bare_timer (due_at) where not done`.execute(db);
  await sql`alter table bare_timer add primary key (id)`.execute(db);
  const began = performance.now();
  for (let left = count; left > 0; ) {
    const { rows } = await sql`update bare_timer set done = true where id in (
      select id from bare_timer where not done and due_at <= now() order by due_at limit 500 for update skip locked
    ) returning id, due_at`.execute(db);
    left -= rows.length;
  }
  const ms = performance.now() - began;
  await sql`drop table bare_timer`.execute(db);
  return ms;
}

function measured(queue: string, runs: readonly Round[], people: number): readonly Measurement[] {
  const of = (what: keyof Round): number => median(runs.map((run) => run[what]));
  const floor = of('floor');
  const ms = (measure: string, value: number) => ({
    measure: `${queue}: ${measure}`,
    value,
    unit: 'ms after due',
    floor,
    ratio: value / floor,
  });
  const count = (people * 2).toLocaleString('en');
  return [
    { ...ms(`${count} claimed`, of('claimed')), target: '<= 1000', met: of('claimed') <= 1_000 },
    { ...ms('effects p50', of('p50')) },
    { ...ms('effects p99', of('p99')), target: '<= 2000', met: of('p99') <= 2_000 },
    { ...ms('last effect', of('last')) },
    {
      ...ms(`${people.toLocaleString('en')} digests that follow, p99`, of('digests')),
      note: `${(of('cpu') / 1_000).toFixed(1)} s of processor time in the worker`,
    },
  ];
}

/** Processor time of a worker in production settings with a full timer table and nothing due. */
async function idle(
  bench: BenchContext,
  template: BenchDatabase,
  redisUrl: string | null,
): Promise<Measurement> {
  const database = await createDatabase(bench.databaseUrl, template.name);
  const queueName = database.name;
  const seconds = bench.short ? 20 : 30;
  try {
    await withDatabase(database.url, async (db) => {
      await migrateQueueOf(database.url, redisUrl, queueName);
      await sql`update timer set due_at = now() + interval '10 days'`.execute(db);
    });
    const worker = await startWorker({
      databaseUrl: database.url,
      redisUrl,
      queueName,
      dataDir: join(bench.scratch, queueName),
    });
    try {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      const before = await worker.usage();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      const after = await worker.usage();
      const share = ((after.cpuMs - before.cpuMs) / (seconds * 1_000)) * 100;
      return {
        measure: `${queueOf(redisUrl)}: idle worker`,
        value: share,
        unit: '% of a core',
        target: '< 1',
        met: share < 1,
        note: `${Math.round(after.rss / 2 ** 20)} MB resident`,
      };
    } finally {
      await worker.close();
    }
  } finally {
    await database.drop();
    if (redisUrl !== null) await forgetQueue(redisUrl, queueName);
  }
}
