/** Cycles and their stages. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

export type CycleRow = {
  readonly id: string;
  readonly profileId: string;
  readonly profileVersion: string;
  readonly profileHash: string;
  readonly profile: unknown;
  readonly unitCode: string;
  readonly startOn: string;
  readonly state: 'running' | 'closed';
  readonly launchedBy: string;
  readonly launchedAt: Date;
};

export type StageRow = {
  readonly code: string;
  readonly ordinal: number;
  readonly name: string;
  readonly opensAt: Date;
  readonly closesAt: Date;
};

/** Writes a new cycle with its stages; a second running cycle of the same profile and unit violates `cycle_one_running`. */
export async function insertCycle(
  trx: Transaction<Database>,
  cycle: CycleRow,
  stages: readonly StageRow[],
): Promise<void> {
  await trx
    .insertInto('cycle')
    .values({
      id: cycle.id,
      profile_id: cycle.profileId,
      profile_version: cycle.profileVersion,
      profile_hash: cycle.profileHash,
      profile: JSON.stringify(cycle.profile),
      unit_code: cycle.unitCode,
      start_on: cycle.startOn,
      state: cycle.state,
      launched_by: cycle.launchedBy,
      launched_at: cycle.launchedAt,
    })
    .execute();
  const rows = stages.map((stage) => ({
    cycle_id: cycle.id,
    code: stage.code,
    ordinal: stage.ordinal,
    name: stage.name,
    opens_at: stage.opensAt,
    closes_at: stage.closesAt,
  }));
  await trx.insertInto('stage').values(rows).execute();
}

/** The cycle `id`, or undefined. */
export async function findCycle(db: Kysely<Database>, id: string): Promise<CycleRow | undefined> {
  const row = await db.selectFrom('cycle').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toCycle(row);
}

/** The frozen profiles of the cycles `ids`. */
export async function profilesOfCycles(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly profile: unknown }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('cycle')
    .select(['id', 'profile'])
    .where('id', 'in', [...ids])
    .execute();
}

/** The running cycles of `unitCode`, newest first; of every unit when it is null. */
export async function runningCycles(
  db: Kysely<Database>,
  unitCode: string | null,
): Promise<readonly CycleRow[]> {
  let query = db
    .selectFrom('cycle')
    .selectAll()
    .where('state', '=', sql.lit('running' as const));
  if (unitCode !== null) query = query.where('unit_code', '=', unitCode);
  const rows = await query.orderBy('launched_at', 'desc').orderBy('id').execute();
  return rows.map(toCycle);
}

/** Takes the lock under which people are given forms of `profileId`, so that nobody gets two (until the transaction ends). */
export async function lockProfileForLaunch(
  trx: Transaction<Database>,
  profileId: string,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`launch:${profileId}`}))`.execute(trx);
}

/** The cycle `id`, held until the transaction ends, or undefined. */
export async function lockCycle(
  trx: Transaction<Database>,
  id: string,
): Promise<CycleRow | undefined> {
  const row = await trx
    .selectFrom('cycle')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : toCycle(row);
}

/** Ends the cycle `id`. */
export async function markClosed(trx: Transaction<Database>, id: string): Promise<void> {
  await trx.updateTable('cycle').set({ state: 'closed' }).where('id', '=', id).execute();
}

/** Takes the lock that keeps two launches for one unit apart, until the transaction ends. */
export async function lockUnitForLaunch(
  trx: Transaction<Database>,
  unitCode: string,
): Promise<{ readonly name: string } | undefined> {
  return trx
    .selectFrom('unit')
    .select('name')
    .where('code', '=', unitCode)
    .where('ended_on', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** The stages of a cycle in order. */
export async function stagesOf(
  db: Kysely<Database>,
  cycleId: string,
): Promise<readonly StageRow[]> {
  const rows = await db
    .selectFrom('stage')
    .selectAll()
    .where('cycle_id', '=', cycleId)
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => ({
    code: row.code,
    ordinal: row.ordinal,
    name: row.name,
    opensAt: row.opens_at,
    closesAt: row.closes_at,
  }));
}

function toCycle(row: {
  id: string;
  profile_id: string;
  profile_version: string;
  profile_hash: string;
  profile: unknown;
  unit_code: string;
  start_on: string;
  state: 'running' | 'closed';
  launched_by: string;
  launched_at: Date;
}): CycleRow {
  return {
    id: row.id,
    profileId: row.profile_id,
    profileVersion: row.profile_version,
    profileHash: row.profile_hash,
    profile: row.profile,
    unitCode: row.unit_code,
    startOn: row.start_on,
    state: row.state,
    launchedBy: row.launched_by,
    launchedAt: row.launched_at,
  };
}
