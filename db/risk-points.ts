/** The register (台账): decided risk points with their numbers (RISK-31, CTRL-29). */
import { type Kysely, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

export type RiskPointRow = {
  readonly id: string;
  readonly registerNumber: string;
  readonly cycleId: string;
  readonly procedureId: string;
  readonly version: number;
  readonly ordinal: number;
  readonly personCode: string;
  readonly postNames: string;
  readonly departmentCode: string;
  readonly unitCode: string;
  readonly riskType: string;
  readonly content: string;
  readonly manifestationPicks: readonly string[];
  readonly manifestation: string;
  readonly existence: 'present' | 'potential';
  readonly measures: string;
  readonly registeredAt: Date;
};

export type RegisterLine = RiskPointRow & {
  readonly personName: string;
  readonly departmentName: string;
};

/** Whose lines a reader may see; empty lists and `person` null = none. */
export type RegisterScope = {
  readonly units: readonly string[];
  readonly departments: readonly string[];
  readonly person: string;
};

/** A number's parts: as text, 10000 would stand before 9999. */
const series = sql`regexp_replace(risk_point.register_number, '[0-9]+$', '')`;
const running = sql`substring(risk_point.register_number from '[0-9]+$')::numeric`;

/** Takes the next `count` numbers of a unit's year; the counter's row stays locked until the transaction ends. */
export async function takeRegisterNumbers(
  trx: Transaction<Database>,
  unitCode: string,
  year: number,
  count: number,
): Promise<number> {
  const row = await trx
    .insertInto('register_counter')
    .values({ unit_code: unitCode, year, last: count })
    .onConflict((conflict) =>
      conflict
        .columns(['unit_code', 'year'])
        .doUpdateSet((eb) => ({ last: eb('register_counter.last', '+', count) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow();
  return row.last - count + 1;
}

/** Writes registered points. */
export async function insertRiskPoints(
  trx: Transaction<Database>,
  points: readonly RiskPointRow[],
): Promise<void> {
  const rows = points.map((point) => ({
    id: point.id,
    register_number: point.registerNumber,
    cycle_id: point.cycleId,
    procedure_id: point.procedureId,
    version: point.version,
    ordinal: point.ordinal,
    person_code: point.personCode,
    post_names: point.postNames,
    department_code: point.departmentCode,
    unit_code: point.unitCode,
    risk_type: point.riskType,
    content: point.content,
    manifestation_picks: [...point.manifestationPicks],
    manifestation: point.manifestation,
    existence: point.existence,
    measures: point.measures,
    registered_at: point.registeredAt,
  }));
  await trx.insertInto('risk_point').values(rows).execute();
}

/** The numbers given to the points of one form, in order. */
export async function registerNumbersOf(
  db: Kysely<Database>,
  procedureId: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('risk_point')
    .select('register_number')
    .where('procedure_id', '=', procedureId)
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => row.register_number);
}

/** A page of the register that `scope` may see, newest number first. */
export async function registerPage(
  db: Kysely<Database>,
  scope: RegisterScope,
  page: { readonly size: number; readonly offset: number },
): Promise<readonly RegisterLine[]> {
  const rows = await visible(lines(db), scope)
    .orderBy(series, 'desc')
    .orderBy(running, 'desc')
    .limit(page.size)
    .offset(page.offset)
    .execute();
  return rows.map(toLine);
}

/** How many lines `scope` may see. */
export async function countRegister(db: Kysely<Database>, scope: RegisterScope): Promise<number> {
  const row = await visible(db.selectFrom('risk_point'), scope)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Every line of one cycle in the order of its numbers, for the export. */
export async function registerOfCycle(
  db: Kysely<Database>,
  cycleId: string,
): Promise<readonly RegisterLine[]> {
  const rows = await lines(db)
    .where('risk_point.cycle_id', '=', cycleId)
    .orderBy(series)
    .orderBy(running)
    .execute();
  return rows.map(toLine);
}

/** Every line of a unit in the order of its numbers, for the file sent in chat. */
export async function registerOfUnit(
  db: Kysely<Database>,
  unitCode: string,
): Promise<readonly RegisterLine[]> {
  const rows = await lines(db)
    .where('risk_point.unit_code', '=', unitCode)
    .orderBy(series)
    .orderBy(running)
    .execute();
  return rows.map(toLine);
}

function visible<O>(
  query: SelectQueryBuilder<Database, 'risk_point', O>,
  scope: RegisterScope,
): SelectQueryBuilder<Database, 'risk_point', O> {
  return query.where((eb) =>
    eb.or([
      eb('risk_point.unit_code', 'in', [...scope.units, '']),
      eb('risk_point.department_code', 'in', [...scope.departments, '']),
      eb('risk_point.person_code', '=', scope.person),
    ]),
  );
}

const lines = (db: Kysely<Database>) =>
  db
    .selectFrom('risk_point')
    .selectAll('risk_point')
    .select((eb) => [
      eb
        .selectFrom('person')
        .select('name')
        .whereRef('person.code', '=', 'risk_point.person_code')
        .as('person_name'),
      eb
        .selectFrom('department')
        .select('name')
        .whereRef('department.code', '=', 'risk_point.department_code')
        .as('department_name'),
    ]);

type LineRow = Database['risk_point'] & {
  person_name: string | null;
  department_name: string | null;
};

function toLine(row: LineRow): RegisterLine {
  return {
    id: row.id,
    registerNumber: row.register_number,
    cycleId: row.cycle_id,
    procedureId: row.procedure_id,
    version: row.version,
    ordinal: row.ordinal,
    personCode: row.person_code,
    postNames: row.post_names,
    departmentCode: row.department_code,
    unitCode: row.unit_code,
    riskType: row.risk_type,
    content: row.content,
    manifestationPicks: row.manifestation_picks,
    manifestation: row.manifestation,
    existence: row.existence,
    measures: row.measures,
    registeredAt: row.registered_at,
    personName: row.person_name ?? row.person_code,
    departmentName: row.department_name ?? row.department_code,
  };
}
