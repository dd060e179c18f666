/** One run: a house under load, the planned faults, the settling, and what the checker finds. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Campaign, campaign } from './campaign.ts';
import { check } from './check.ts';
import { checkChains } from './check-chains.ts';
import { type Evidence, readEvidence } from './evidence.ts';
import { type Violation, violation } from './finding.ts';
import type { Crowd, Tally } from './people.ts';
import { type PlatformRecord, recordOf } from './platform-record.ts';
import { planFaults } from './schedule.ts';
import { settle } from './settle.ts';
import { type Strikes, turmoil } from './turmoil.ts';
import { openWorld, type World } from './world.ts';

export type ChaosOptions = {
  readonly kills: number;
  readonly seed: string;
  readonly paceMs: number;
  readonly longestFreezeMs: number;
  /** How many units are at work at the same time. */
  readonly lanes: number;
  readonly units: number;
  readonly redis: boolean;
  /** Leaves the scratch folder with its logs. */
  readonly keep: boolean;
  /** How long the house may take to come to rest. */
  readonly settleMs: number;
  readonly log: (line: string) => void;
};

export type ChaosReport = {
  readonly seed: string;
  readonly kills: number;
  readonly queue: 'redis' | 'postgres';
  readonly seconds: number;
  readonly strikes: Strikes;
  readonly starts: { readonly count: number; readonly medianMs: number };
  readonly load: Tally & Campaign;
  readonly checked: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  readonly directory: string;
};

/** @throws when the run itself cannot be carried out; what the product did wrong is in the report */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const began = performance.now();
  const world = await openWorld(options);
  try {
    const plan = planFaults(options);
    const tally: Tally = { clicks: 0, succeeded: 0, refused: 0, unanswered: 0, words: 0 };
    let isOver = false;
    const crowd: Crowd = {
      lark: world.platform.lark,
      seed: options.seed,
      tally,
      thinkingMs: [150, 1_500],
      slow: 0.15,
      isOver: () => isOver,
    };
    options.log(`seed ${options.seed}: ${plan.length} faults, queue on ${queueOf(world)}`);
    const load = campaign(world, crowd, options.lanes);
    await Promise.race([atWork(tally), failed(load)]);
    const strikes = await Promise.race([turmoil(world, plan), failed(load)]);
    options.log(`faults over after ${seconds(began)} s, settling`);
    world.platform.calm();
    world.processes.thaw();
    await world.processes.allWorking();
    isOver = true;
    const units = await load;
    const isAtRest = await settle(world, options.settleMs);
    options.log(`settled after ${seconds(began)} s, checking`);
    const { violations, checked } = await examine(world, isAtRest, options.keep);
    return {
      seed: options.seed,
      kills: options.kills,
      queue: queueOf(world),
      seconds: seconds(began),
      strikes,
      starts: { count: world.processes.starts(), medianMs: median(world.processes.startTimes) },
      load: { ...tally, ...units },
      checked,
      violations,
      directory: world.directory,
    };
  } finally {
    await world.close();
  }
}

const queueOf = (world: World): 'redis' | 'postgres' =>
  world.redis === null ? 'postgres' : 'redis';

const seconds = (began: number): number => Math.round((performance.now() - began) / 1000);

/** Faults in a house where nobody has begun prove nothing; on a slow machine the first cards take their time. */
async function atWork(tally: Tally): Promise<void> {
  const deadline = performance.now() + AT_WORK_MS;
  while (tally.succeeded < AT_WORK_CLICKS && performance.now() < deadline) await sleep(50);
}

const AT_WORK_CLICKS = 5;
const AT_WORK_MS = 180_000;

/** Rejects when the load breaks, and else never answers. */
const failed = (load: Promise<unknown>): Promise<never> =>
  new Promise((_, reject) => {
    load.catch(reject);
  });

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}

/** For whoever has to find out why: everything the checker saw, and the messages as they were first stored. */
const dump = (world: World, evidence: Evidence, record: PlatformRecord): string =>
  JSON.stringify({ evidence, record, ledger: world.platform.ledger });

async function examine(world: World, isAtRest: boolean, keep: boolean) {
  const client = new Client({ connectionString: world.postgres.url });
  await client.connect();
  try {
    const evidence = await readEvidence(client);
    const record = await recordOf(world.platform, world.clock.now());
    if (keep) writeFileSync(join(world.directory, 'evidence.json'), dump(world, evidence, record));
    const { violations, checked } = check(evidence, record);
    const restless = isAtRest ? [] : [violation('rest', 'the house did not come to rest in time')];
    const ended = world.processes.selfExits.map((detail) => violation('processes', detail));
    const broken = await checkChains(world.cli);
    return { violations: [...restless, ...ended, ...broken, ...violations], checked };
  } finally {
    await client.end();
  }
}
