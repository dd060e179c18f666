/** `click`: how many durable clicks a second the real web process takes, against a hand-written server. */

import { storedReply } from './click-floor.ts';
import { findPeers, type PeerFigures, peerRound, peerRows } from './click-peers.ts';
import { profileClicks } from './click-profile.ts';
import {
  clickRound,
  FIXED_RATE,
  type Plan,
  type RoundResult,
  startFloor,
  startWeb,
} from './click-round.ts';
import { type BenchContext, type Measurement, median, type Scenario } from './scenario.ts';
import { createDatabase, dropDatabase } from './server.ts';
import { buildTown } from './town.ts';

/** How often what is compared is repeated. */
export type RoundOptions = { readonly rounds: number };
export type ClickOptions = RoundOptions & {
  /** Folder with the packages of other bots, null = none. */
  readonly peers: string | null;
};

const CONNECTIONS = 32;
const TARGET_RATIO = 0.8;
const TARGET_P99 = 20;

export const clickScenario = (options: ClickOptions): Scenario => ({
  name: 'click',
  about: '32 connections of encrypted, signed clicks, each one durable transaction',
  run: (bench) => measureClicks(bench, options),
});

async function measureClicks(
  bench: BenchContext,
  options: ClickOptions,
): Promise<readonly Measurement[]> {
  const sizes = bench.short
    ? { warm: 20, full: 40, atRate: 20 }
    : { warm: 1500, full: 3000, atRate: 1500 };
  const template = await createDatabase(bench.databaseUrl, 'town');
  try {
    const count = sizes.warm + sizes.full + sizes.atRate;
    bench.say(`click: preparing ${count} submitted forms`);
    const forms = await buildTown(template.url, count, new Date());
    const plan: Plan = {
      ...sizes,
      server: bench.databaseUrl,
      template: template.name,
      forms,
      scratch: bench.scratch,
      redisUrl: bench.redisUrl,
      connections: CONNECTIONS,
      expects: 'click',
    };
    const { peers, remark } = findPeers(options.peers);
    const rounds = await alternate(bench, plan, options.rounds, peers);
    const ours = median(rounds.ours.map(({ perSecond }) => perSecond));
    return [
      ...measurements(rounds.ours, rounds.floor),
      ...peerRows(rounds.peers, ours, remark),
      ...(await profileClicks(plan, startWeb(plan), bench.say)),
    ];
  } finally {
    await dropDatabase(bench.databaseUrl, template.name);
  }
}

function measurements(
  ours: readonly RoundResult[],
  floor: readonly RoundResult[],
): readonly Measurement[] {
  const middle = (of: readonly RoundResult[], figure: (round: RoundResult) => number): number =>
    median(of.map(figure));
  const compared = (measure: string, unit: string, figure: (round: RoundResult) => number) => {
    const [value, least] = [middle(ours, figure), middle(floor, figure)];
    return { measure, unit, value, floor: least, ratio: value / least };
  };
  const throughput = compared('throughput', '1/s', (round) => round.perSecond);
  const p99 = compared('p99', 'ms', (round) => round.p99);
  const load = middle(ours, (round) => round.loadCpuPerClick) * 1000;
  return [
    {
      ...throughput,
      target: `>= ${TARGET_RATIO} x floor`,
      met: throughput.ratio >= TARGET_RATIO,
      note: `load generator: one process on the same cores, ${load.toFixed(0)} us a click`,
    },
    compared('p50', 'ms', (round) => round.p50),
    { ...p99, target: `<= ${TARGET_P99} ms`, met: p99.value <= TARGET_P99 },
    compared(`p99 at ${FIXED_RATE}/s`, 'ms', (round) => round.p99AtRate),
    compared('CPU of the web process', 'us/click', (round) => (round.cpuPerClick ?? 0) * 1000),
    compared('commits', '1/click', (round) => round.commitsPerClick ?? 0),
  ];
}

/** Rounds of both servers in turn, so that a machine that slows down slows both. */
async function alternate(
  bench: BenchContext,
  plan: Plan,
  count: number,
  others: ReturnType<typeof findPeers>['peers'],
) {
  const ours: RoundResult[] = [];
  const floor: RoundResult[] = [];
  const peers: PeerFigures[] = [];
  for (let round = 1; round <= count; round += 1) {
    const product = await clickRound(plan, startWeb(plan), storedReply);
    ours.push(product);
    const like = { sample: product.sample, reply: product.reply ?? '' };
    floor.push(await clickRound(plan, startFloor(plan, like), storedReply));
    for (const peer of others) peers.push(await peerRound(plan, peer));
    bench.say(
      `click: round ${round}: ${product.perSecond.toFixed(0)}/s, floor ${floor.at(-1)?.perSecond.toFixed(0)}/s`,
    );
  }
  return { ours, floor, peers };
}
