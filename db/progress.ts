/** Counts of a running cycle by department, and who has not submitted (RISK-06, PLAN-33). */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type { Database } from './schema.ts';

export type DepartmentProgress = {
  readonly departmentCode: string;
  readonly departmentName: string;
  readonly owed: number;
  readonly submitted: number;
  readonly completed: number;
  /** Forms somebody should have dealt with before today. */
  readonly late: number;
};

export type MissingAuthor = {
  readonly name: string;
  readonly postNames: string;
  readonly departmentName: string;
  /** Whether the form was due before today. */
  readonly late: boolean;
};

/** The departments among `departments` (null = all of the cycle), by code. */
export async function departmentProgress(
  db: Kysely<Database>,
  cycleId: string,
  departments: readonly string[] | null,
  today: Day,
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
      eb.fn
        .countAll<number>()
        .filterWhere((form) => isLate(form, today))
        .as('late'),
    ])
    .orderBy('department.code')
    .execute();
}

/** Whether the form of the row waits for somebody since before `today`. */
const isLate = (eb: ExpressionBuilder<Database, 'procedure'>, today: Day) =>
  eb.exists(
    eb
      .selectFrom('task')
      .select('task.id')
      .whereRef('task.procedure_id', '=', 'procedure.id')
      .where('task.state', '=', 'open')
      .where('task.due_on', '<', today),
  );

/** The authors who have not submitted, by department and code. */
export async function missingAuthors(
  db: Kysely<Database>,
  cycleId: string,
  departments: readonly string[] | null,
  page: { readonly size: number; readonly offset: number; readonly today: Day },
): Promise<readonly MissingAuthor[]> {
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
      .select((eb) => [
        'person.name',
        'procedure.post_names as postNames',
        'department.name as departmentName',
        sql<boolean>`${isLate(eb, page.today)}`.as('late'),
      ])
      // By the form's own columns, which an index keeps in order: the walk ends with the last name wanted.
      .orderBy('procedure.department_code')
      .orderBy('procedure.subject_person')
      .limit(page.size)
      .offset(page.offset)
      .execute()
  );
}
