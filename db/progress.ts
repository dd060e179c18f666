/** Counts of a running cycle by department, and who has not submitted (RISK-06, PLAN-33). */
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

export type DepartmentProgress = {
  readonly departmentCode: string;
  readonly departmentName: string;
  readonly owed: number;
  readonly submitted: number;
  readonly completed: number;
};

/** The departments among `departments` (null = all of the cycle), by code. */
export async function departmentProgress(
  db: Kysely<Database>,
  cycleId: string,
  departments: readonly string[] | null,
): Promise<readonly DepartmentProgress[]> {
  let query = db
    .selectFrom('procedure')
    .innerJoin('department', 'department.code', 'procedure.department_code')
    .where('procedure.cycle_id', '=', cycleId)
    .where('procedure.status', '!=', 'cancelled');
  if (departments !== null)
    query = query.where('procedure.department_code', 'in', [...departments, '']);
  return query
    .groupBy(['department.code', 'department.name'])
    .select((eb) => [
      'department.code as departmentCode',
      'department.name as departmentName',
      eb.fn.countAll<number>().as('owed'),
      eb.fn.countAll<number>().filterWhere('procedure.step_index', '>', 0).as('submitted'),
      eb.fn.countAll<number>().filterWhere('procedure.status', '=', 'completed').as('completed'),
    ])
    .orderBy('department.code')
    .execute();
}

/** The authors who have not submitted, by department and code. */
export async function missingAuthors(
  db: Kysely<Database>,
  cycleId: string,
  departments: readonly string[] | null,
  limit: number,
): Promise<readonly { readonly name: string; readonly departmentName: string }[]> {
  let query = db
    .selectFrom('procedure')
    .innerJoin('person', 'person.code', 'procedure.subject_person')
    .innerJoin('department', 'department.code', 'procedure.department_code')
    .where('procedure.cycle_id', '=', cycleId)
    .where('procedure.step_index', '=', 0)
    .where('procedure.status', '!=', 'cancelled');
  if (departments !== null)
    query = query.where('procedure.department_code', 'in', [...departments, '']);
  return (
    query
      .select(['person.name', 'department.name as departmentName'])
      // By the form's own columns, which an index keeps in order: the walk ends with the last name wanted.
      .orderBy('procedure.department_code')
      .orderBy('procedure.subject_person')
      .limit(limit)
      .execute()
  );
}
