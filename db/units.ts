/** Units by code. */
import { type Kysely, sql } from 'kysely';
import { inForceOn } from './organisation.ts';
import type { Database } from './schema.ts';

/** The names of the units among `codes` that still exist, by code. */
export async function unitNames(
  db: Kysely<Database>,
  codes: readonly string[],
): Promise<readonly { readonly code: string; readonly name: string }[]> {
  if (codes.length === 0) return [];
  return db
    .selectFrom('unit')
    .select(['code', 'name'])
    .where('code', 'in', [...codes])
    .where('ended_on', 'is', null)
    .orderBy('code')
    .execute();
}

/** The names of units with staff and without a principal leader on `day` (ORG-06). */
export async function unitsWithoutPrincipal(
  db: Kysely<Database>,
  day: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('unit')
    .select('unit.name')
    .where('unit.ended_on', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('department')
          .select('code')
          .whereRef('department.unit_code', '=', 'unit.code'),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('assignment')
            .select('assignment.id')
            .whereRef('assignment.scope_code', '=', 'unit.code')
            .where('assignment.ref', '=', 'principal_leader')
            .where(inForceOn(day)),
        ),
      ),
    )
    .orderBy('unit.code')
    .execute();
  return rows.map(({ name }) => name);
}

/** Deeper trees do not exist; the walk ends there even if two units should point at each other. */
const DEEPEST = 32;

/** For each of `departments` its own unit and the units above it, nearest first. */
export async function unitPaths(
  db: Kysely<Database>,
  departments: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ department: string; path: string[] }>`
    with recursive above as (
      select department.code as department, unit.code, unit.parent_code, 0 as depth
      from department join unit on unit.code = department.unit_code
      where department.code = any(${[...departments]}::text[])
      union all
      select above.department, unit.code, unit.parent_code, depth + 1
      from above join unit on unit.code = above.parent_code
      where depth < ${DEEPEST}
    )
    select department, array_agg(code order by depth) as path from above group by department`.execute(
    db,
  );
  return new Map(rows.map(({ department, path }) => [department, path]));
}

/**
 * The units among `codes` with all below them, and those of their departments that a unit further up can have a cycle
 * for. `union` without `all` ends the walk even if two units should point at each other.
 */
export async function unitsLed(
  db: Kysely<Database>,
  codes: readonly string[],
): Promise<{ readonly units: readonly string[]; readonly departments: readonly string[] }> {
  if (codes.length === 0) return { units: [], departments: [] };
  const { rows } = await sql<{ code: string; departments: string[] }>`
    with recursive below (code, is_inner) as (
      select code, parent_code is not null from unit where code = any(${[...codes]}::text[])
      union
      select unit.code, below.is_inner from unit join below on unit.parent_code = below.code
    )
    select below.code, array(
      select department.code from department
      where below.is_inner and department.unit_code = below.code
    ) as departments
    from below order by below.code`.execute(db);
  return {
    units: rows.map(({ code }) => code),
    departments: rows.flatMap(({ departments }) => departments),
  };
}
