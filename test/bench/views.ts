/** What people wait for when they look something up: 待办, 进度, 台账 and one form, from the click to the drawn card. */
import { randomUUID } from 'node:crypto';
import type { Receive } from '../../bot/inbound.ts';
import { larkLimits } from '../../bot/lark/messenger.ts';
import { createRouter, type Router } from '../../bot/router.ts';
import { commandRun, procedureRefresh, registerPage, taskPage } from '../../cards/actions.ts';
import { renderLarkCard } from '../../cards/render/lark.ts';
import type { Reader } from '../../db/client.ts';
import { createCommands } from '../../handlers/commands.ts';
import { launchCommands, registerLaunch } from '../../handlers/launch.ts';
import { listCommands, registerLists } from '../../handlers/lists.ts';
import { createReceive } from '../../handlers/receive.ts';
import type { Caller } from '../../handlers/reply.ts';
import { registerReview } from '../../handlers/review.ts';
import { registerSelfCheck } from '../../handlers/self-check.ts';
import { shipped } from '../support/shipped-profile.ts';
import { openBenchDatabase } from './bench-database.ts';
import { type BigBureau, bigBureau, importBigBureau, MORNING, ZONE } from './big-bureau.ts';
import { type BenchContext, type Measurement, percentile, type Scenario } from './scenario.ts';
import { fillBureau, type Past } from './views-data.ts';

export const viewsScenario: Scenario = {
  name: 'views',
  about: 'task list, progress, register and one form for 5,000 people, up to 1,000,000 risk points',
  run: measureViews,
};

const WARM_UP = 5;
/** A view that is far too slow need not be looked at hundreds of times. */
const PATIENCE_MS = 30_000;

type Action = ReturnType<typeof commandRun>;

type View = {
  readonly name: string;
  readonly limitMs: number;
  /** Who looks, and what is clicked. */
  readonly looks: readonly { readonly who: string; readonly action: Action }[];
};

async function measureViews(bench: BenchContext): Promise<readonly Measurement[]> {
  const sizes: readonly Past[] = bench.short
    ? [
        { points: 2_000, cycles: 1 },
        { points: 2_000, cycles: 4 },
      ]
    : [
        { points: 100_000, cycles: 1 },
        { points: 100_000, cycles: 20 },
        { points: 1_000_000, cycles: 1 },
        { points: 1_000_000, cycles: 20 },
      ];
  const measured: Measurement[] = [];
  for (const past of sizes) measured.push(...(await measureSize(bench, past)));
  return measured;
}

async function measureSize(bench: BenchContext, past: Past): Promise<readonly Measurement[]> {
  const database = await openBenchDatabase(bench.databaseUrl, 'views');
  try {
    const bureau = bigBureau(bench.short ? 500 : 5_000);
    bench.say(`views: writing ${past.points} points of ${past.cycles} finished cycles`);
    await importBigBureau(database.db, bureau, MORNING);
    await fillBureau(database.db, bureau, past);
    const receive = receiveOf(database.db);
    const measured: Measurement[] = [];
    for (const view of await viewsOf(database.db, bureau)) {
      bench.say(`views: ${view.name}`);
      measured.push(...(await measureView(receive, view, past, bench.short ? 20 : 250)));
    }
    return measured;
  } finally {
    await database.close();
  }
}

async function viewsOf(db: Reader, bureau: BigBureau): Promise<readonly View[]> {
  const { office, leader, head, member } = bureau;
  const everybody = [office, leader, head, member];
  const word = (text: string) =>
    everybody.map((who) => ({ who, action: commandRun({ word: text }) }));
  const turn = (pages: readonly number[], to: (n: number) => Action) =>
    pages.map((n) => ({ who: office, action: to(n) }));
  const form = await db
    .selectFrom('procedure')
    .select(['id', 'subject_person as author'])
    .where('status', '=', 'open')
    .where('step_index', '=', 3)
    .orderBy('subject_person')
    .executeTakeFirstOrThrow();
  const seen = procedureRefresh({ id: form.id });
  return [
    {
      name: '待办',
      limitMs: 50,
      looks: [...word('待办'), ...turn([1, 20], (n) => taskPage({ n }))],
    },
    { name: '进度', limitMs: 100, looks: word('进度') },
    { name: '台账', limitMs: 100, looks: word('台账') },
    {
      name: '台账 pages 2…10,001',
      limitMs: 100,
      looks: turn([1, 100, 10_000], (n) => registerPage({ n })),
    },
    {
      name: 'one form',
      limitMs: 50,
      looks: [form.author, office].map((who) => ({ who, action: seen })),
    },
  ];
}

/** The same way through the house for a card that needs no data. */
const FLOOR = commandRun({ word: '帮助' });

/** Everybody's looks in turn; the worst viewer is named, for an average over viewers would hide one. */
async function measureView(
  receive: Receive,
  view: View,
  past: Past,
  rounds: number,
): Promise<readonly Measurement[]> {
  const times = view.looks.map((): number[] => []);
  const bare: number[] = [];
  const until = performance.now() + PATIENCE_MS;
  for (let round = -WARM_UP; round < rounds; round += 1) {
    if (round > WARM_UP && performance.now() > until) break;
    for (const [index, look] of view.looks.entries()) {
      const took = await lookOnce(receive, look);
      const empty = await lookOnce(receive, { ...look, action: FLOOR });
      if (round < 0) continue;
      times[index]?.push(took);
      bare.push(empty);
    }
  }
  const worst = Math.max(...times.map((each) => percentile(each, 0.99)));
  const index = times.findIndex((each) => percentile(each, 0.99) === worst);
  const slowest = view.looks[index];
  const floor = percentile(bare, 0.99);
  return [
    {
      measure: `${view.name} p99, ${past.points} points, ${past.cycles} finished`,
      value: worst,
      unit: 'ms',
      floor,
      ratio: floor / worst,
      target: `<= ${view.limitMs} ms`,
      met: worst <= view.limitMs,
      note: `p50 ${percentile(times[index] ?? [], 0.5).toFixed(1)} ms; worst: ${slowest?.who} ${slowest?.action.id} ${slowest?.action.payload['n'] ?? ''}; floor: 帮助, p50 ${percentile(bare, 0.5).toFixed(1)} ms`,
    },
  ];
}

async function lookOnce(receive: Receive, { who, action }: View['looks'][number]): Promise<number> {
  const began = performance.now();
  const answer = await receive({
    kind: 'action',
    platform: 'lark',
    eventId: randomUUID(),
    userId: `ou_big_${who}`,
    actionId: action.id,
    payload: action.payload,
    values: {},
    messageRef: 'om_bench',
  });
  if (answer.replace === undefined) throw new Error(`${action.id} gave ${who} no card`);
  JSON.stringify(renderLarkCard(answer.replace));
  return performance.now() - began;
}

/** The product's side of a verified click, as the composition root puts it together. */
function receiveOf(db: Reader): Receive {
  const router: Router<Caller> = createRouter();
  const commands = createCommands([...listCommands, ...launchCommands([shipped])]);
  registerSelfCheck(router);
  registerReview(router);
  registerLists(router, commands);
  registerLaunch(router, [shipped], larkLimits);
  const handle = createReceive({
    db,
    now: () => MORNING,
    zone: ZONE,
    router,
    commands,
    menu: {},
    committed: () => undefined,
  });
  return async (event) => (await handle(event)).answer;
}
