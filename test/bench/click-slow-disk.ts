/** `click-slow-disk`: whether clicks share the waits of a slow disk, or stand in line for something they all lock. */
import type { RoundOptions } from './click.ts';
import { storedReply } from './click-floor.ts';
import { clickRound, type Plan, type RoundResult, startFloor, startWeb } from './click-round.ts';
import { type BenchContext, type Measurement, median, type Scenario } from './scenario.ts';
import { createDatabase, dropDatabase } from './server.ts';
import { startSlowServer } from './slow-server.ts';
import { buildTown } from './town.ts';

const DELAY_MS = 5;
const MANY = 32;
const TARGET = 8;

export const slowDiskScenario = (options: RoundOptions): Scenario => ({
  name: 'click-slow-disk',
  about: `the same with ${DELAY_MS} ms added to every fsync, on 1 and on ${MANY} connections`,
  run: (bench) => measureSlowDisk(bench, options.rounds),
});

async function measureSlowDisk(
  bench: BenchContext,
  rounds: number,
): Promise<readonly Measurement[]> {
  const server = await startSlowServer(bench.scratch, DELAY_MS);
  if (typeof server === 'string') {
    bench.say(`click-slow-disk: skipped, ${server}`);
    return [
      { measure: 'skipped', value: 0, unit: '', note: `click-slow-disk: skipped, ${server}` },
    ];
  }
  try {
    const template = await createDatabase(server.url, 'town');
    const many = bench.short ? { warm: 20, full: 40 } : { warm: 800, full: 2200 };
    bench.say(`click-slow-disk: preparing ${many.warm + many.full} submitted forms`);
    const forms = await buildTown(template.url, many.warm + many.full, new Date());
    const plan: Plan = {
      ...many,
      server: server.url,
      template: template.name,
      forms,
      scratch: bench.scratch,
      redisUrl: bench.redisUrl,
      connections: MANY,
      expects: 'click',
      atRate: 0,
    };
    const figures = await compare(bench, plan, rounds);
    await dropDatabase(server.url, template.name);
    return report(figures);
  } finally {
    await server.stop();
  }
}

type Figures = Readonly<Record<'one' | 'many' | 'floorOne' | 'floorMany', RoundResult[]>>;

async function compare(bench: BenchContext, many: Plan, rounds: number): Promise<Figures> {
  const one: Plan = {
    ...many,
    connections: 1,
    ...(bench.short ? { warm: 5, full: 10 } : { warm: 100, full: 400 }),
  };
  const figures: Figures = { one: [], many: [], floorOne: [], floorMany: [] };
  for (let round = 1; round <= rounds; round += 1) {
    const alone = await clickRound(one, startWeb(one), storedReply);
    const like = { sample: alone.sample, reply: alone.reply ?? '' };
    figures.one.push(alone);
    figures.many.push(await clickRound(many, startWeb(many), storedReply));
    figures.floorOne.push(await clickRound(one, startFloor(one, like), storedReply));
    figures.floorMany.push(await clickRound(many, startFloor(many, like), storedReply));
    bench.say(`click-slow-disk: round ${round}`);
  }
  return figures;
}

function report(figures: Figures): readonly Measurement[] {
  const middle = (rounds: readonly RoundResult[], of: (round: RoundResult) => number): number =>
    median(rounds.map(of));
  const perSecond = (rounds: readonly RoundResult[]): number =>
    middle(rounds, (round) => round.perSecond);
  // A floor that answers alone sooner than one sync takes would prove that the disk is not slow.
  const alone = middle(figures.floorOne, (round) => round.p50);
  if (alone < DELAY_MS) {
    throw new Error(`a lone click took ${alone.toFixed(1)} ms, the slow disk did not bite`);
  }
  const growth = perSecond(figures.many) / perSecond(figures.one);
  const floorGrowth = perSecond(figures.floorMany) / perSecond(figures.floorOne);
  const compared = (measure: string, unit: string, value: number, floor: number) => ({
    measure,
    unit,
    value,
    floor,
    ratio: value / floor,
  });
  return [
    compared('1 connection', '1/s', perSecond(figures.one), perSecond(figures.floorOne)),
    compared(
      '1 connection, p50',
      'ms',
      middle(figures.one, (round) => round.p50),
      alone,
    ),
    compared(`${MANY} connections`, '1/s', perSecond(figures.many), perSecond(figures.floorMany)),
    {
      ...compared('growth', 'x', growth, floorGrowth),
      target: `>= ${TARGET} x`,
      met: growth >= TARGET,
    },
  ];
}
