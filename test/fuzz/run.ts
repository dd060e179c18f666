/** One run: a world in a fresh database, the product's web process, and n shots at it. */
import { sql } from 'kysely';
import { connect, type Reader } from '../../db/client.ts';
import { type Before, inspect, remember } from './aftermath.ts';
import { createGun, type Gun } from './gun.ts';
import type { Known } from './known.ts';
import { judgeMemory, type MemoryVerdict, type Sample } from './memory.ts';
import { judge } from './oracle.ts';
import { shotAt } from './plan.ts';
import { type Product, startProduct } from './product.ts';
import { prepare, readForms } from './setting.ts';
import { createTally, type Tally } from './tally.ts';
import { buildWorld, type WorldSize } from './world.ts';

export type FuzzOptions = {
  /** An empty database of its own. */
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly dataDir: string;
  /** One volley each. */
  readonly seeds: readonly number[];
  /** The index of the first shot; a single one is repeated with `n` 1. */
  readonly from?: number;
  /** Shots of a volley. */
  readonly n: number;
  readonly connections: number;
  /** How long an answer may take, ms. */
  readonly slowestMs: number;
  readonly size: WorldSize;
  readonly say?: (line: string) => void;
};

export type FuzzResult = {
  readonly seconds: number;
  /** Processor time per request, ms: the product's web process, and what fires at it. */
  readonly cpuMs: { readonly product: number; readonly attacker: number };
  readonly tally: Tally;
  readonly memory: MemoryVerdict;
  /** Everything that is wrong; empty = the product held. */
  readonly faults: readonly string[];
};

/** `/metrics` counts the outbox each time, so it is not asked more often. */
const SAMPLE_MS = 2_000;
const RENEW_MS = 300;
const SAY_MS = 15_000;
/** A product this broken needs no more shots. */
const MOST_FAULTS = 200;

/** Attacks and judges. @throws when the product or the database cannot be started */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const config = {
    appId: 'cli_f0f0f0f0f0f0f0f0',
    appSecret: 'fuzz-app-secret',
    encryptKey: 'fuzz-encrypt-key',
    verificationToken: 'fuzz-verification-token',
    baseUrl: 'http://127.0.0.1:9',
  };
  const { databaseUrl, redisUrl, dataDir } = options;
  const parts = { databaseUrl, dataDir, lark: config };
  const product = await startProduct(redisUrl === undefined ? parts : { ...parts, redisUrl });
  const db = connect(databaseUrl, 4);
  try {
    const world = buildWorld(options.size);
    await prepare(db, world);
    const before = await remember(db, world);
    const forms = await readForms(db);
    const known: Known = {
      config,
      world,
      seed: 0,
      forms,
      otherIds: await otherIds(db),
      recent: [],
    };
    return await attack(options, product, db, known, before);
  } finally {
    await db.destroy();
    await product.stop();
  }
}

async function attack(
  options: FuzzOptions,
  product: Product,
  db: Reader,
  known: Known,
  before: Before,
): Promise<FuzzResult> {
  const tally = createTally();
  const gun = createGun(product.port, options.connections);
  const samples: Sample[] = [];
  const stop = [
    every(RENEW_MS, async () => {
      known.forms = await readForms(db);
    }),
    every(SAMPLE_MS, async () => {
      samples.push({ rss: product.residentBytes(), heap: await product.heapBytes() });
    }),
    every(SAY_MS, async () => options.say?.(tally.line())),
  ];
  const began = performance.now();
  const used = { product: product.cpuSeconds(), attacker: process.cpuUsage() };
  for (const seed of options.seeds) {
    known.seed = seed;
    known.recent.length = 0;
    await volley(options, product, gun, known, tally);
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(used.attacker);
  const shots = options.n * options.seeds.length;
  const cpuMs = {
    product: ((product.cpuSeconds() - used.product) * 1000) / shots,
    attacker: (user + system) / 1000 / shots,
  };
  for (const end of stop) await end();
  gun.close();
  const memory = judgeMemory(samples);
  const faults = [
    ...tally.faults(),
    ...(product.isAlive() ? [] : ['the process has ended']),
    ...product.complaints(),
    ...memory.faults,
    ...(await inspect(db, known.world, before)),
  ];
  return { seconds, cpuMs, tally, memory, faults };
}

/** Keeps every connection busy until the last shot is answered. */
async function volley(
  { from = 0, n, connections, slowestMs }: FuzzOptions,
  product: Product,
  gun: Gun,
  known: Known,
  tally: Tally,
): Promise<void> {
  let next = from;
  const shoot = async (): Promise<void> => {
    while (next < from + n && product.isAlive() && tally.faults().length < MOST_FAULTS) {
      const index = next;
      next += 1;
      const shot = shotAt(known, index);
      const outcome = await gun.fire(shot);
      tally.add(index, shot, outcome, judge(known.world, shot, outcome, slowestMs));
    }
  };
  await Promise.all(Array.from({ length: connections }, shoot));
}

/** Ids that exist but name no form. */
async function otherIds(db: Reader): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly id: string }>`
    (select id::text from task limit 5) union all (select id::text from cycle limit 5)
    union all (select id::text from risk_point limit 5) union all (select id::text from outbox limit 5)`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** Repeats `work` until it is stopped; a turn that fails, because the product is busy dying, is left out. */
function every(ms: number, work: () => Promise<void>): () => Promise<void> {
  let isStopped = false;
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      await work().catch(() => undefined);
      if (!isStopped) await new Promise((resolve) => setTimeout(resolve, ms));
    }
  };
  const done = loop();
  return () => {
    isStopped = true;
    return done;
  };
}
