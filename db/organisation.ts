/** Who holds which post on a day, and who belongs to a unit. */
import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type { Database } from './schema.ts';

export type HeldPost = {
  readonly postCode: string;
  readonly postName: string;
  readonly tier: string;
  readonly key: boolean;
  readonly powers: readonly string[];
  readonly departmentCode: string;
  readonly departmentName: string;
  readonly nature: 'internal' | 'enforcement';
  readonly unitCode: string;
  readonly unitName: string;
};

export type UnitMember = {
  readonly personCode: string;
  readonly name: string;
  /** Department and unit of the first post by code. */
  readonly departmentCode: string;
  readonly departmentName: string;
  readonly unitCode: string;
  /** The names of all posts in the unit, joined with 、. */
  readonly postNames: string;
};

export type DepartmentRow = {
  readonly code: string;
  readonly name: string;
  readonly unitCode: string;
  readonly nature: 'internal' | 'enforcement';
};

/** The posts that a person holds on `day`, by post code; a person may hold several (ORG-02). */
export function postsOf(
  db: Kysely<Database>,
  personCode: string,
  day: Day,
): Promise<readonly HeldPost[]> {
  return db
    .selectFrom('assignment')
    .innerJoin('post', 'post.code', 'assignment.ref')
    .innerJoin('department', 'department.code', 'post.department_code')
    .innerJoin('unit', 'unit.code', 'department.unit_code')
    .select([
      'post.code as postCode',
      'post.name as postName',
      'post.tier',
      'post.key',
      'post.powers',
      'department.code as departmentCode',
      'department.name as departmentName',
      'department.nature',
      'unit.code as unitCode',
      'unit.name as unitName',
    ])
    .distinct()
    .where('assignment.kind', '=', 'post')
    .where('assignment.person_code', '=', personCode)
    .where(inForceOn(day))
    .orderBy('post.code')
    .execute();
}

/** The department of the first post, by code, that each of `people` holds on `day`. */
export async function departmentsOf(
  db: Kysely<Database>,
  people: readonly string[],
  day: Day,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ person: string; department: string }>`
    select distinct on (assignment.person_code)
      assignment.person_code as person, post.department_code as department
    from assignment join post on post.code = assignment.ref
    where assignment.kind = 'post' and assignment.person_code = any(${[...people]}::text[])
      and ${inForceOn(day)}
    order by assignment.person_code, post.code`.execute(db);
  return new Map(rows.map(({ person, department }) => [person, department]));
}

/** The active people with a post in the department on `day`, by code. */
export const peopleOfDepartment = (
  db: Kysely<Database>,
  departmentCode: string,
  day: Day,
): Promise<readonly { readonly code: string; readonly name: string }[]> =>
  peopleOfDepartments(db, [departmentCode], day);

/** The active people with a post in each of the departments on `day`, by code; somebody with two posts in two of them. */
export async function peopleOfDepartments(
  db: Kysely<Database>,
  departmentCodes: readonly string[],
  day: Day,
): Promise<
  readonly { readonly code: string; readonly name: string; readonly departmentCode: string }[]
> {
  if (departmentCodes.length === 0) return [];
  return db
    .selectFrom('assignment')
    .innerJoin('post', 'post.code', 'assignment.ref')
    .innerJoin('person', 'person.code', 'assignment.person_code')
    .select(['person.code', 'person.name', 'post.department_code as departmentCode'])
    .distinct()
    .where('assignment.kind', '=', 'post')
    .where('post.department_code', 'in', departmentCodes)
    .where('person.status', '=', 'active')
    .where(inForceOn(day))
    .orderBy('person.code')
    .execute();
}

/** The active people with a post in the unit or anywhere below it on `day`, one row each, by person code. */
export async function peopleOfUnit(
  db: Kysely<Database>,
  unitCode: string,
  day: Day,
): Promise<readonly UnitMember[]> {
  const { rows } = await sql<UnitMember>`
    with recursive ${below(unitCode)}, held as (
      select distinct person.code as person_code, person.name, post.code as post_code, post.name as post_name,
        department.code as department_code, department.name as department_name, department.unit_code
      from below
      join department on department.unit_code = below.code
      join post on post.department_code = department.code
      join assignment on assignment.kind = 'post' and assignment.ref = post.code
      join person on person.code = assignment.person_code and person.status = 'active'
      where ${inForceOn(day)}
    )
    select person_code as "personCode", name,
      (array_agg(department_code order by post_code))[1] as "departmentCode",
      (array_agg(department_name order by post_code))[1] as "departmentName",
      (array_agg(unit_code order by post_code))[1] as "unitCode",
      string_agg(post_name, '、' order by post_code) as "postNames"
    from held group by person_code, name order by person_code`.execute(db);
  return rows;
}

export type StandingRow = {
  readonly personCode: string;
  readonly posts: readonly {
    readonly code: string;
    readonly tier: string;
    readonly key: boolean;
  }[];
  /** Roles held in the unit, in a unit below it, or in a section of these. */
  readonly roles: readonly string[];
};

/** What coverage rules ask of the people of a unit on `day`: their posts and roles there, by person code. */
export async function standingsOfUnit(
  db: Kysely<Database>,
  unitCode: string,
  day: Day,
): Promise<readonly StandingRow[]> {
  const { rows } = await sql<StandingRow>`
    with recursive ${below(unitCode)}, held as (
      select assignment.person_code, post.code, post.tier, post.key, null as role
      from below
      join department on department.unit_code = below.code
      join post on post.department_code = department.code
      join assignment on assignment.kind = 'post' and assignment.ref = post.code
      where ${inForceOn(day)}
      union
      select assignment.person_code, null, null, null, assignment.ref
      from (
        select code from below
        union select department.code from below join department on department.unit_code = below.code
      ) as scope
      join assignment on assignment.kind = 'role' and assignment.scope_code = scope.code
      where ${inForceOn(day)}
    )
    select person_code as "personCode",
      coalesce(json_agg(json_build_object('code', code, 'tier', tier, 'key', key) order by code)
        filter (where code is not null), '[]') as posts,
      coalesce(array_agg(role order by role) filter (where role is not null), '{}') as roles
    from held group by person_code order by person_code`.execute(db);
  return rows;
}

export type SectionRow = DepartmentRow & {
  /** Roles that somebody active holds with the section as scope. */
  readonly rolesHeld: readonly string[];
};

/** The sections of a unit and of all units below it on `day`, by code. */
export async function departmentsBelow(
  db: Kysely<Database>,
  unitCode: string,
  day: Day,
): Promise<readonly SectionRow[]> {
  const { rows } = await sql<SectionRow>`
    with recursive ${below(unitCode)}
    select department.code, department.name, department.unit_code as "unitCode", department.nature, array(
      select distinct assignment.ref from assignment
      join person on person.code = assignment.person_code and person.status = 'active'
      where assignment.kind = 'role' and assignment.scope_code = department.code and ${inForceOn(day)}
      order by 1
    ) as "rolesHeld"
    from below join department on department.unit_code = below.code and department.ended_on is null
    order by department.code`.execute(db);
  return rows;
}

/** The posts in the unit or anywhere below it that nobody active holds on `day`. */
export async function vacantPosts(
  db: Kysely<Database>,
  unitCode: string,
  day: Day,
): Promise<readonly { readonly departmentName: string; readonly postName: string }[]> {
  const { rows } = await sql<{ departmentName: string; postName: string }>`
    with recursive ${below(unitCode)}
    select department.name as "departmentName", post.name as "postName"
    from below
    join department on department.unit_code = below.code and department.ended_on is null
    join post on post.department_code = department.code and post.ended_on is null
    where not exists (
      select from assignment join person on person.code = assignment.person_code and person.status = 'active'
      where assignment.kind = 'post' and assignment.ref = post.code and ${inForceOn(day)}
    )
    order by post.code`.execute(db);
  return rows;
}

/** `union` without `all` ends the walk even if two units should point at each other. */
const below = (unitCode: string) => sql`below (code) as (
  select code from unit where code = ${unitCode}
  union
  select unit.code from unit join below on unit.parent_code = below.code
)`;

/** Whether an assignment is in force on `day`: both its own days count, the day an import ended it does not. */
export const inForceOn = (day: Day) => sql<SqlBool>`(
  assignment.from_on <= ${day}
  and (assignment.to_on is null or assignment.to_on >= ${day})
  and (assignment.ended_on is null or assignment.ended_on > ${day})
)`;
