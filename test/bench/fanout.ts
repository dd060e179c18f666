/** `fanout`: the first cards of a launched cycle go out to everybody, under the platform's real limits. */
import { join } from 'node:path';
import { sql } from 'kysely';
import { shipped } from '../support/shipped-profile.ts';
import { createDatabase, crowdAccounts, withDatabase } from './crowd.ts';
import { launchCrowd, migrateQueueOf, startPlatformAt } from './launched-crowd.ts';
import type { Call, Platform } from './platform.ts';
import type { BenchContext, Measurement, Scenario } from './scenario.ts';
import { type BenchWorker, forgetQueue, startWorker } from './worker-process.ts';

const LAUNCHED = new Date('2026-09-01T09:00:00+08:00');
/** The form stage's first working morning: its cards go out when the send window opens. */
const OPENS = new Date('2026-09-21T08:30:00+08:00');
const LEAD_MS = 3_000;
const SECOND = 1_000;
const MINUTE = 60_000;
/** Feishu §4.11: messages per minute and per second of an app, and per second and person. */
const LIMITS = { minute: 1_000, second: 50, person: 5 };
const SEND = 'POST /open-apis/im/v1/messages';

export const fanoutScenario: Scenario = {
  name: 'fanout',
  about: "5,000 people's first cards through the local messenger with its real limits",
  run: async (bench) => {
    const people = bench.short ? 200 : 5_000;
    const one = await fanOut(bench, people, 1);
    const [name, several] = [people.toLocaleString('en'), bench.short ? 200 : 1_500];
    const two = await fanOut(bench, several, 2);
    return [
      ...measured(`${name} cards`, one, people),
      ...measured(`${several.toLocaleString('en')} cards, two workers`, two, several),
    ];
  },
};

type FanOut = {
  readonly sends: readonly Call[];
  /** People whose chat holds exactly one card. */
  readonly once: number;
  readonly pending: number;
  /** Resident memory of the first worker at its first and its last look, MB. */
  readonly memory: { readonly early: number; readonly late: number };
  readonly cpuMs: number;
};

async function fanOut(bench: BenchContext, people: number, workers: number): Promise<FanOut> {
  const database = await createDatabase(bench.databaseUrl);
  const { redisUrl } = bench;
  const started: BenchWorker[] = [];
  let platform: Platform | undefined;
  try {
    return await withDatabase(database.url, async (db) => {
      bench.say(`fanout: launching a cycle for ${people} people`);
      const launch = { loaded: shipped, launchedAt: LAUNCHED };
      await launchCrowd(db, database.url, people, launch);
      await sql`vacuum analyze`.execute(db);
      await migrateQueueOf(database.url, redisUrl, database.name);
      ({ platform } = await startPlatformAt(db, people, new Date(OPENS.getTime() - LEAD_MS)));
      for (let n = 0; n < workers; n += 1)
        started.push(
          await startWorker({
            databaseUrl: database.url,
            redisUrl,
            queueName: database.name,
            dataDir: join(bench.scratch, `${database.name}-${n}`),
            settings: { ...platform.settings, ALLOW_TIME_TRAVEL: '1' },
          }),
        );
      const used = await watch(bench, platform, started, people);
      const { rows } = await sql<{ pending: number }>`
        select count(*)::int as pending from outbox where state <> 'sent'`.execute(db);
      const { client } = platform.lark;
      const accounts = crowdAccounts(people);
      const chats = await Promise.all(accounts.map(({ openId }) => client.chat(openId)));
      return {
        ...used,
        sends: platform.calls.filter(({ api }) => api === SEND),
        once: chats.filter((chat) => chat?.length === 1 && chat[0]?.kind === 'card').length,
        pending: rows[0]?.pending ?? 0,
      };
    });
  } finally {
    await Promise.all(started.map((worker) => worker.close()));
    await platform?.close();
    await database.drop();
    if (redisUrl !== null) await forgetQueue(redisUrl, database.name);
  }
}

/** Waits until everybody got something and two quiet seconds have passed. */
async function watch(
  bench: BenchContext,
  { calls }: Platform,
  workers: readonly BenchWorker[],
  people: number,
): Promise<Pick<FanOut, 'memory' | 'cpuMs'>> {
  const patience = performance.now() + 120_000 + (people / 900) * MINUTE;
  const looks: number[] = [];
  let [said, cpuMs] = [0, 0];
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 2 * SECOND));
    const [first] = await Promise.all(workers.map((worker) => worker.usage()));
    if (first !== undefined && calls.length > 0) looks.push(first.rss / 2 ** 20);
    cpuMs = first?.cpuMs ?? 0;
    const reached = new Set(
      calls.flatMap(({ receiver, status }) => (status < 400 ? receiver : [])),
    );
    reached.delete(null);
    if (reached.size >= said + 500) {
      said = reached.size;
      bench.say(`fanout: ${said} of ${people}`);
    }
    const quiet = performance.now() - (calls.at(-1)?.at ?? performance.now()) > 2 * SECOND;
    if (reached.size === people && quiet) break;
    if (performance.now() > patience) break;
  }
  // The first minute fills caches and grows the heap to its working size.
  const settled = looks.slice(Math.min(15, Math.floor(looks.length / 3)));
  return { memory: { early: settled[0] ?? 0, late: looks.at(-1) ?? 0 }, cpuMs };
}

/** The most calls in any window of `width` ms. */
function densest(times: readonly number[], width: number): number {
  let [most, from] = [0, 0];
  times.forEach((at, index) => {
    while ((times[from] ?? at) <= at - width) from += 1;
    most = Math.max(most, index - from + 1);
  });
  return most;
}

function measured(name: string, run: FanOut, people: number): readonly Measurement[] {
  const times = run.sends.map(({ at }) => at).toSorted((a, b) => a - b);
  const perPerson = [...Map.groupBy(run.sends, ({ receiver }) => receiver).values()].map((own) =>
    densest(
      own.map(({ at }) => at),
      SECOND,
    ),
  );
  const refused = run.sends.filter(({ status }) => status >= 400).length;
  const most = (measure: string, value: number, limit: number) => ({
    measure: `${name}: ${measure}`,
    value,
    unit: 'messages',
    target: `<= ${limit}`,
    met: value <= limit,
  });
  return [
    rateOf(name, times),
    most('most in a sliding second', densest(times, SECOND), LIMITS.second),
    most('most in a sliding minute', densest(times, MINUTE), LIMITS.minute),
    most('most to one person in a second', Math.max(0, ...perPerson), LIMITS.person),
    most('calls refused', refused, 0),
    {
      measure: `${name}: delivered exactly once`,
      value: run.once,
      unit: 'people',
      target: `= ${people}`,
      met: run.once === people && run.pending === 0 && run.sends.length - refused === people,
      note: `${run.sends.length} calls, ${run.pending} messages left`,
    },
    {
      measure: `${name}: worker memory`,
      value: run.memory.late,
      unit: 'MB',
      note: `${Math.round(run.memory.early)} MB after the first minute; ${(run.cpuMs / people).toFixed(1)} ms of processor time a card`,
    },
  ];
}

/** Over the full minutes of the run; a run shorter than a minute has no such rate. */
function rateOf(name: string, times: readonly number[]): Measurement {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const minutes = Math.floor((last - first) / MINUTE);
  if (minutes === 0) {
    const seconds = Math.max(1, (last - first) / SECOND);
    const value = times.length / seconds;
    return { measure: `${name}: rate`, value, unit: '/s', floor: LIMITS.second, ratio: value / 50 };
  }
  const value = times.filter((at) => at < first + minutes * MINUTE).length / minutes;
  return {
    measure: `${name}: rate`,
    value,
    unit: '/min',
    floor: LIMITS.minute,
    ratio: value / LIMITS.minute,
    target: '>= 0.95 x limit',
    met: value >= 0.95 * LIMITS.minute,
  };
}
