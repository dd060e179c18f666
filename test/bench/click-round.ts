/** One round of clicks against one server on a fresh clone of the prepared database. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP, agreeClick, requestOf } from './callback.ts';
import { type Child, startChild } from './child.ts';
import { checkWrites, createFloorFunction, type storedReply } from './click-floor.ts';
import type { FloorPlan } from './click-floor-run.ts';
import { type LoadJob, type LoadResult, runLoad } from './load.ts';
import { percentile } from './scenario.ts';
import { createDatabase, dropDatabase, queryOnce } from './server.ts';
import type { WaitingForm } from './town.ts';

export type Plan = {
  readonly server: string;
  readonly template: string;
  readonly forms: readonly WaitingForm[];
  readonly scratch: string;
  readonly redisUrl: string | null;
  readonly connections: number;
  readonly expects: LoadJob['expects'];
  /** Clicks that nobody measures, as fast as possible, and at the fixed rate. */
  readonly warm: number;
  readonly full: number;
  readonly atRate: number;
};

export const FIXED_RATE = 500;
/** Bounds of the three phases: on a slow machine fewer clicks are measured, not longer. */
const WARM_MS = 6_000;
const FULL_MS = 10_000;
const RATE_MS = 5_000;

export type RoundResult = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p99AtRate: number;
  /** Processor time of the server process per click, ms; null where the system does not tell. */
  readonly cpuPerClick: number | null;
  readonly loadCpuPerClick: number;
  readonly commitsPerClick: number | null;
  readonly sample: string;
  readonly reply: string | null;
};

export type Start = (databaseUrl: string) => Promise<Child>;

/** Starts the product's web process as in production; its messages go nowhere. */
export const startWeb =
  (plan: Plan): Start =>
  (databaseUrl) =>
    startChild(
      ['main.ts', '--role', 'web'],
      {
        NODE_ENV: 'production',
        DATABASE_URL: databaseUrl,
        ...(plan.redisUrl === null ? {} : { REDIS_URL: plan.redisUrl }),
        DATA_DIR: plan.scratch,
        SESSION_SECRET: 'a-secret-for-nothing-but-this-measurement',
        LARK_APP_ID: APP.appId,
        LARK_APP_SECRET: APP.appSecret,
        LARK_ENCRYPT_KEY: APP.encryptKey,
        LARK_VERIFICATION_TOKEN: APP.verificationToken,
        LARK_BASE_URL: 'http://127.0.0.1:9',
      },
      'lianshao started',
    );

/** Starts the floor; it answers and stores what a round of the product answered and stored. */
export const startFloor =
  (plan: Plan, like: { readonly sample: string; readonly reply: string }): Start =>
  async (databaseUrl) => {
    await createFloorFunction(databaseUrl);
    const told: FloorPlan = {
      databaseUrl,
      encryptKey: APP.encryptKey,
      answer: like.sample,
      reply: like.reply,
      leaders: Object.fromEntries(plan.forms.map((form) => [form.procedureId, form.leader])),
      authors: Object.fromEntries(plan.forms.map((form) => [form.procedureId, form.author])),
      dueOn: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10),
      remindAt: new Date(Date.now() + 86_400_000).toISOString(),
    };
    const file = join(plan.scratch, 'floor.json');
    writeFileSync(file, JSON.stringify(told));
    return startChild(['test/bench/click-floor-run.ts', file], {}, 'floor ready');
  };

/** Warms the server up, floods it, then clicks at a fixed rate; every write is counted afterwards. */
export async function clickRound(
  plan: Plan,
  start: Start,
  reply: typeof storedReply,
): Promise<RoundResult> {
  const database = await createDatabase(plan.server, 'click', plan.template);
  const child = await start(database.url).catch(async (error: unknown) => {
    await dropDatabase(plan.server, database.name);
    throw error;
  });
  try {
    const load = loader(plan, child.port);
    const warm = await load(plan.warm, WARM_MS, null);
    const commits = await commitsOf(plan.server, database.name);
    const cpu = child.cpuMs();
    const full = await load(plan.full, FULL_MS, null);
    const cpuAfter = child.cpuMs();
    const commitsAfter = await commitsOf(plan.server, database.name);
    const atRate = plan.atRate === 0 ? null : await load(plan.atRate, RATE_MS, FIXED_RATE);
    const done = full.latencies.length;
    await checkWrites(database.url, warm.latencies.length + done + (atRate?.latencies.length ?? 0));
    return {
      perSecond: (done * 1000) / full.elapsedMs,
      p50: percentile(full.latencies, 0.5),
      p99: percentile(full.latencies, 0.99),
      p99AtRate: percentile(atRate?.latencies ?? [], 0.99),
      cpuPerClick: cpu === null || cpuAfter === null ? null : (cpuAfter - cpu) / done,
      loadCpuPerClick: full.cpuMs / done,
      commitsPerClick: (commitsAfter - commits) / done,
      sample: full.sample,
      reply: await reply(database.url),
    };
  } finally {
    await child.stop();
    await dropDatabase(plan.server, database.name);
  }
}

export type Loader = (
  count: number,
  forMs: number,
  perSecond: number | null,
) => Promise<LoadResult>;

/** Takes the next so many forms with every call; no form is clicked twice. */
export function loader(plan: Plan, port: number): Loader {
  const requestFile = join(plan.scratch, 'requests.json');
  const now = new Date();
  const requests = plan.forms.map((form) => requestOf(agreeClick(form, now)));
  writeFileSync(requestFile, JSON.stringify(requests));
  let from = 0;
  return (count, forMs, perSecond) => {
    const { connections } = plan;
    const job = {
      port,
      requestFile,
      from,
      count,
      forMs,
      connections,
      perSecond,
      expects: plan.expects,
    };
    from += count;
    return runLoad(plan.scratch, job);
  };
}

/** Committed transactions of a database; its sessions report them at most a second late. */
async function commitsOf(server: string, name: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const [row] = await queryOnce<{ count: number }>(
    server,
    'select xact_commit::int as count from pg_stat_database where datname = $1',
    [name],
  );
  return row?.count ?? 0;
}
