/** Counts of a running cycle by section and by form, and what has not been given in (RISK-06, PLAN-08, PLAN-33). */
import { type ExpressionBuilder, type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type { Level } from '../domain/profile-forms.ts';
import type { Database } from './schema.ts';

export type Counts = {
  readonly owed: number;
  readonly submitted: number;
  readonly completed: number;
};

export type DepartmentProgress = Counts & {
  /** Forms somebody should have dealt with before today. */
  readonly late: number;
  /** The unit's code for the forms of its leading team. */
  readonly departmentCode: string;
  readonly departmentName: string;
};

export type FormProgress = Counts & {
  readonly formCode: string;
  /** Given in before the first day, or after the last (PLAN-08). */
  readonly early: number;
  readonly late: number;
};

export type MissingForm = {
  readonly formCode: string;
  readonly level: Level;
  /** Who writes it. */
  readonly name: string;
  readonly postNames: string;
  /** The section's name; for a team's form the unit's. */
  readonly departmentName: string;
  /** Whether the form was due before today. */
  readonly late: boolean;
};

/** The sections among `departments` (null = all of the cycle, its leading team included), by code. */
export async function departmentProgress(
  db: Kysely<Database>,
  cycleId: string,
  departments: readonly string[] | null,
  today: Day,
): Promise<readonly DepartmentProgress[]> {
  const rows = await owedIn(db, cycleId, departments)
    .leftJoin('department', 'department.code', 'procedure.department_code')
    .innerJoin('unit', 'unit.code', 'procedure.unit_code')
    .groupBy(['department.code', 'department.name', 'unit.code', 'unit.name'])
    .select((eb) => [
      'department.code as departmentCode',
      'department.name as departmentName',
      'unit.code as unitCode',
      'unit.name as unitName',
      eb.fn.countAll<number>().as('owed'),
      eb.fn.countAll<number>().filterWhere('procedure.step_index', '>', 0).as('submitted'),
      eb.fn.countAll<number>().filterWhere('procedure.status', '=', 'completed').as('completed'),
      eb.fn
        .countAll<number>()
        .filterWhere((form) => isLate(form, today))
        .as('late'),
    ])
    .orderBy('department.code', (order) => order.asc().nullsFirst())
    .execute();
  return rows.map(({ departmentCode, departmentName, unitCode, unitName, ...counts }) => ({
    ...counts,
    departmentCode: departmentCode ?? unitCode,
    departmentName: departmentName ?? unitName,
  }));
}

/** The same counts by form. */
export async function formProgress(
  db: Kysely<Database>,
  cycleId: string,
  departments: readonly string[] | null,
  zone: string,
): Promise<readonly FormProgress[]> {
  const given = sql`(form_version.submitted_at at time zone ${zone})::date`;
  const last = sql`coalesce(procedure.latest_on, (stage.closes_at at time zone ${zone})::date - 1)`;
  return owedIn(db, cycleId, departments)
    .innerJoin('stage', (join) =>
      join
        .onRef('stage.cycle_id', '=', 'procedure.cycle_id')
        .onRef('stage.code', '=', 'procedure.stage_code'),
    )
    .leftJoin('form_version', (join) =>
      join
        .onRef('form_version.procedure_id', '=', 'procedure.id')
        .on('form_version.version', '=', 1),
    )
    .groupBy('procedure.form_code')
    .select((eb) => [
      'procedure.form_code as formCode',
      eb.fn.countAll<number>().as('owed'),
      eb.fn.countAll<number>().filterWhere('procedure.step_index', '>', 0).as('submitted'),
      eb.fn.countAll<number>().filterWhere('procedure.status', '=', 'completed').as('completed'),
      sql<number>`count(*) filter (where ${given} < procedure.earliest_on)`.as('early'),
      sql<number>`count(*) filter (where ${given} > ${last})`.as('late'),
    ])
    .orderBy('procedure.form_code')
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

function owedIn(
  db: Kysely<Database>,
  cycleId: string,
  departments: readonly string[] | null,
): SelectQueryBuilder<Database, 'procedure', object> {
  const query = db
    .selectFrom('procedure')
    .where('procedure.cycle_id', '=', cycleId)
    .where('procedure.status', '!=', 'cancelled');
  return departments === null
    ? query
    : query.where('procedure.department_code', 'in', [...departments, '']);
}

/** The forms that have not been given in, by section and writer; those of a team come last. */
export async function missingForms(
  db: Kysely<Database>,
  cycleId: string,
  departments: readonly string[] | null,
  page: { readonly size: number; readonly offset: number; readonly today: Day },
): Promise<readonly MissingForm[]> {
  return (
    owedIn(db, cycleId, departments)
      .innerJoin('person', 'person.code', 'procedure.subject_person')
      .innerJoin('unit', 'unit.code', 'procedure.unit_code')
      .leftJoin('department', 'department.code', 'procedure.department_code')
      .where('procedure.step_index', '=', 0)
      .select((eb) => [
        'procedure.form_code as formCode',
        'procedure.level',
        'person.name',
        'procedure.post_names as postNames',
        sql<string>`coalesce(department.name, unit.name)`.as('departmentName'),
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
