/** How long a launch for thousands of people takes: rehearsed, written, stage opened, cards and timers in place. */
import { sql } from 'kysely';
import type { Reader } from '../../db/client.ts';
import { launchCycle } from '../../services/cycle.ts';
import { closeCycle } from '../../services/cycle-close.ts';
import { openStage } from '../../services/stage.ts';
import { shipped } from '../support/shipped-profile.ts';
import { openBenchDatabase } from './bench-database.ts';
import { administrator, bigBureau, importBigBureau, MORNING } from './big-bureau.ts';
import { type BenchContext, type Measurement, median, type Scenario } from './scenario.ts';

const ROUNDS = 3;
const LIMIT_S = 10;
/** Before the form stage: the launch writes scheduled forms, the stage's timer opens them. */
const EARLY = new Date('2026-09-01T09:00:00+08:00');

export const launchScenario: Scenario = {
  name: 'launch',
  about: 'a cycle for 5,000 people rehearsed and written, stage, tasks, cards and timers included',
  run: measureLaunch,
};

async function measureLaunch(bench: BenchContext): Promise<readonly Measurement[]> {
  const people = bench.short ? 500 : 5_000;
  const database = await openBenchDatabase(bench.databaseUrl, 'launch');
  try {
    const bureau = bigBureau(people);
    await importBigBureau(database.db, bureau, EARLY);
    const atOnce: number[] = [];
    const later: number[] = [];
    const opened: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < (bench.short ? 1 : ROUNDS); round += 1) {
      bench.say(`launch: round ${round + 1}`);
      atOnce.push(await launched(database.db, bureau.unit, MORNING, people));
      floors.push(await floorOf(database.db));
      await ended(database.db);
      later.push(await launched(database.db, bureau.unit, EARLY, people));
      opened.push(await stageOpened(database.db, people));
      await ended(database.db);
    }
    const [whole, floor] = [median(atOnce), median(floors)];
    const target = `<= ${LIMIT_S} s`;
    return [
      {
        measure: `launch of ${people} people, stage open`,
        value: whole,
        unit: 's',
        floor,
        ratio: floor / whole,
        target,
        met: whole <= LIMIT_S,
        note: 'floor: the same rows in bare multi-row inserts',
      },
      { measure: `launch before the stage`, value: median(later), unit: 's' },
      {
        measure: `opening the stage of ${people} forms`,
        value: median(opened),
        unit: 's',
        target,
        met: median(opened) <= LIMIT_S,
      },
    ];
  } finally {
    await database.close();
  }
}

async function launched(db: Reader, unitCode: string, now: Date, people: number): Promise<number> {
  const began = performance.now();
  const result = await launchCycle(administrator(db, now), { loaded: shipped, unitCode });
  const seconds = (performance.now() - began) / 1000;
  if (!result.ok) throw new Error(result.refusal.code);
  if (result.value.people !== people) throw new Error(`only ${result.value.people} covered`);
  return seconds;
}

/** Fires the stage's timer as the pump would hand it over. */
async function stageOpened(db: Reader, people: number): Promise<number> {
  const timer = await db
    .updateTable('timer')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('kind', '=', 'stage')
    .where('slot', '=', 'execute')
    .returning(['id', 'kind', 'subject', 'slot', 'due_at as dueAt', 'payload', 'attempts'])
    .executeTakeFirstOrThrow();
  const began = performance.now();
  await openStage(administrator(db, MORNING), { ...timer, payload: {} });
  const seconds = (performance.now() - began) / 1000;
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from task where state = 'open'`.execute(db);
  if (rows[0]?.open !== people) throw new Error(`${rows[0]?.open} tasks open`);
  return seconds;
}

/** Ends what runs and empties the queues, so that every round starts alike. */
async function ended(db: Reader): Promise<void> {
  const running = await db
    .selectFrom('cycle')
    .select('id')
    .where('state', '=', 'running')
    .executeTakeFirstOrThrow();
  const closed = await closeCycle(administrator(db, MORNING), running.id);
  if (!closed.ok) throw new Error(closed.refusal.code);
  await sql`truncate outbox, timer`.execute(db);
}

const FLOOR_TABLES = ['procedure', 'task', 'outbox', 'timer'];
const FLOOR_ROWS = 1_000;

/** The seconds it takes to write the launch's rows again as text, a thousand to a statement, in one transaction. */
async function floorOf(db: Reader): Promise<number> {
  const statements: string[] = [];
  for (const table of FLOOR_TABLES) {
    await sql.raw(`drop table if exists floor_${table}`).execute(db);
    await sql
      .raw(`create table floor_${table} (like ${table} including all excluding generated)`)
      .execute(db);
    statements.push(...(await insertsOf(db, table)));
  }
  const began = performance.now();
  await db.transaction().execute(async (trx) => {
    for (const statement of statements) await sql.raw(statement).execute(trx);
  });
  return (performance.now() - began) / 1000;
}

async function insertsOf(db: Reader, table: string): Promise<readonly string[]> {
  const scope =
    table === 'procedure'
      ? `where cycle_id = (select id from cycle where state = 'running')`
      : table === 'task'
        ? `where state = 'open'`
        : '';
  const { rows } = await sql
    .raw<{ row: string }>(`select quote_literal(t::text) as row from ${table} as t ${scope}`)
    .execute(db);
  const statements: string[] = [];
  for (let from = 0; from < rows.length; from += FLOOR_ROWS) {
    const values = rows.slice(from, from + FLOOR_ROWS).map(({ row }) => `(${row}::${table})`);
    statements.push(
      `insert into floor_${table} select (v.r).* from (values ${values.join(',')}) as v (r)`,
    );
  }
  return statements;
}
