/** The whole organisation as a tree, for display. */
import { type Kysely, sql } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import { type DepartmentRow, inForceOn } from './organisation.ts';
import type { Database } from './schema.ts';

type PostNode = {
  readonly code: string;
  readonly name: string;
  readonly key: boolean;
  readonly holders: readonly string[];
};
type DepartmentNode = DepartmentRow & { readonly posts: readonly PostNode[] };
export type UnitNode = {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly parentCode: string | null;
  readonly departments: readonly DepartmentNode[];
  readonly units: readonly UnitNode[];
};

/** The units, departments and posts in force, with the names of those who hold the posts on `day`. */
export async function organisationTree(
  db: Kysely<Database>,
  day: Day,
): Promise<readonly UnitNode[]> {
  const units = await db
    .selectFrom('unit')
    .select(['code', 'name', 'kind', 'parent_code as parentCode'])
    .where('ended_on', 'is', null)
    .orderBy('code')
    .execute();
  const departments = await departmentNodes(db, day);
  const children = Map.groupBy(units, (unit) => unit.parentCode);
  const nodesUnder = (parent: string | null): readonly UnitNode[] =>
    (children.get(parent) ?? []).map((unit) => ({
      ...unit,
      departments: departments.get(unit.code) ?? [],
      units: nodesUnder(unit.code),
    }));
  return nodesUnder(null);
}

async function departmentNodes(
  db: Kysely<Database>,
  day: Day,
): Promise<ReadonlyMap<string, readonly DepartmentNode[]>> {
  const departments = await db
    .selectFrom('department')
    .select(['code', 'name', 'unit_code as unitCode', 'nature'])
    .where('ended_on', 'is', null)
    .orderBy('code')
    .execute();
  const posts = await postRows(db, day);
  return Map.groupBy(
    departments.map((department) => ({
      ...department,
      posts: posts
        .filter((post) => post.departmentCode === department.code)
        .map(({ departmentCode: _, ...post }) => post),
    })),
    ({ unitCode }) => unitCode,
  );
}

async function postRows(
  db: Kysely<Database>,
  day: Day,
): Promise<readonly (PostNode & { readonly departmentCode: string })[]> {
  const { rows } = await sql<PostNode & { readonly departmentCode: string }>`
    select post.code, post.name, post.key, post.department_code as "departmentCode",
      coalesce((
        select array_agg(person.name order by person.code)
        from assignment join person on person.code = assignment.person_code
        where assignment.kind = 'post' and assignment.ref = post.code and person.status = 'active'
          and ${inForceOn(day)}
      ), '{}') as holders
    from post where post.ended_on is null order by post.code`.execute(db);
  return rows;
}
