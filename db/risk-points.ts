/** The register (台账): decided risk points with their numbers (RISK-31, CTRL-29). */
import { type Kysely, type RawBuilder, type Selectable, sql, type Transaction } from 'kysely';
import type { Level } from '../domain/profile-forms.ts';
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
  readonly level: Level;
  /** Null for a team's point. */
  readonly departmentCode: string | null;
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
  /** The section's name; for a team's point the unit's. */
  readonly departmentName: string;
};

/** Whose lines a reader may see; empty lists and `person` null = none. */
export type RegisterScope = {
  readonly units: readonly string[];
  readonly departments: readonly string[];
  readonly person: string;
};

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
    level: point.level,
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

/** A page of the register that `scope` may see, newest number first. */
export async function registerPage(
  db: Kysely<Database>,
  scope: RegisterScope,
  page: { readonly size: number; readonly offset: number },
): Promise<readonly RegisterLine[]> {
  const seen = sql.join(walks(scope, page.size + page.offset), sql` union all `);
  const rows = await lines(db)
    .innerJoin(
      sql<{ id: string }>`(
        select id from (${seen}) as seen
        order by register_series desc, register_running desc limit ${page.size} offset ${page.offset}
      )`.as('shown'),
      'shown.id',
      'risk_point.id',
    )
    .orderBy('register_series', 'desc')
    .orderBy('register_running', 'desc')
    .execute();
  return rows.map(toLine);
}

/**
 * The newest `count` lines of each unit, of each department outside these units and of the person outside both: every
 * line once, and each walk follows an index.
 */
function walks({ units, departments, person }: RegisterScope, count: number) {
  const walk = (where: RawBuilder<unknown>) => sql`(
    select id, register_series, register_running from risk_point where ${where}
    order by register_series desc, register_running desc limit ${count}
  )`;
  return [
    ...units.map((unit) => walk(sql`unit_code = ${unit}`)),
    ...departments.map((department) =>
      walk(sql`department_code = ${department} and ${outside('unit_code', units)}`),
    ),
    walk(
      sql`person_code = ${person} and ${outside('unit_code', units)} and ${outside('department_code', departments)}`,
    ),
  ];
}

/** A team's line is outside every section. */
const outside = (column: string, codes: readonly string[]) =>
  codes.length === 0
    ? sql`true`
    : sql`coalesce(${sql.ref(column)}, '') <> all(${[...codes]}::text[])`;

/**
 * How many lines `scope` may see. A unit's are not counted one by one: every number it has taken stands in its
 * register, for a number is taken in the transaction that writes its line, and no line is ever deleted.
 */
export async function countRegister(
  db: Kysely<Database>,
  { units, departments, person }: RegisterScope,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (
      select coalesce(sum(last), 0) from register_counter where unit_code = any(${[...units]}::text[])
    ) + (
      select count(*) from risk_point
      where department_code = any(${[...departments]}::text[]) and ${outside('unit_code', units)}
    ) + (
      select count(*) from risk_point where person_code = ${person}
        and ${outside('unit_code', units)} and ${outside('department_code', departments)}
    ) as count`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Every line of one cycle in the order of its numbers, for the export. */
export async function registerOfCycle(
  db: Kysely<Database>,
  cycleId: string,
): Promise<readonly RegisterLine[]> {
  const rows = await lines(db)
    .where('risk_point.cycle_id', '=', cycleId)
    .orderBy('register_series')
    .orderBy('register_running')
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
    .orderBy('register_series')
    .orderBy('register_running')
    .execute();
  return rows.map(toLine);
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
      eb
        .selectFrom('unit')
        .select('name')
        .whereRef('unit.code', '=', 'risk_point.unit_code')
        .as('unit_name'),
    ]);

type LineRow = Selectable<Database['risk_point']> & {
  person_name: string | null;
  department_name: string | null;
  unit_name: string | null;
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
    level: row.level,
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
    departmentName: row.department_name ?? row.department_code ?? row.unit_name ?? row.unit_code,
  };
}
