/** Tasks (待办): who has to act on which step, until when. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** Part of the text: a plan made for any value of a parameter could not use the indexes of the open tasks alone. */
const OPEN = sql.lit('open' as const);

export type TaskRow = {
  readonly id: string;
  readonly procedureId: string;
  readonly stepId: string;
  readonly personCode: string;
  readonly dueOn: string;
  readonly openedAt: Date;
};

export type OpenTask = TaskRow & {
  readonly subjectCode: string;
  readonly subjectName: string;
  readonly departmentName: string;
  readonly unitName: string;
  readonly cycleId: string;
  readonly formCode: string;
};

const BATCH = 1000;

/** Writes new open tasks, thousands at a time. */
export async function insertTasks(
  trx: Transaction<Database>,
  tasks: readonly TaskRow[],
): Promise<void> {
  for (let from = 0; from < tasks.length; from += BATCH) {
    const rows = tasks.slice(from, from + BATCH).map((task) => ({
      id: task.id,
      procedure_id: task.procedureId,
      step_id: task.stepId,
      person_code: task.personCode,
      state: 'open' as const,
      opened_at: task.openedAt,
      due_on: task.dueOn,
      closed_at: null,
    }));
    await trx.insertInto('task').values(rows).execute();
  }
}

/** Ends the open tasks of a procedure: `done` for `doneBy`, `lapsed` for the others. Returns who had one. */
export async function closeTasks(
  trx: Transaction<Database>,
  procedureId: string,
  doneBy: string,
  at: Date,
): Promise<readonly { readonly id: string; readonly personCode: string }[]> {
  const rows = await trx
    .updateTable('task')
    .set((eb) => ({
      closed_at: at,
      state: eb
        .case()
        .when('person_code', '=', doneBy)
        .then<'done' | 'lapsed'>('done')
        .else<'done' | 'lapsed'>('lapsed')
        .end(),
    }))
    .where('procedure_id', '=', procedureId)
    .where('state', '=', OPEN)
    .returning(['id', 'person_code'])
    .execute();
  return rows.map((row) => ({ id: row.id, personCode: row.person_code }));
}

const open = (db: Kysely<Database>) =>
  db
    .selectFrom('task')
    .innerJoin('procedure', 'procedure.id', 'task.procedure_id')
    .innerJoin('person', 'person.code', 'procedure.subject_person')
    .innerJoin('unit', 'unit.code', 'procedure.unit_code')
    .leftJoin('department', 'department.code', 'procedure.department_code')
    .select([
      'task.id',
      'task.procedure_id',
      'task.step_id',
      'task.person_code',
      'task.due_on',
      'task.opened_at',
      'procedure.subject_person',
      'person.name',
      'department.name as department_name',
      'unit.name as unit_name',
      'procedure.cycle_id',
      'procedure.form_code',
    ])
    .where('task.state', '=', OPEN);

/** A page of a person's open tasks, the most urgent first. */
export async function openTasksOf(
  db: Kysely<Database>,
  personCode: string,
  page: { readonly size: number; readonly offset: number },
): Promise<readonly OpenTask[]> {
  const rows = await open(db)
    .where('task.id', 'in', (from) =>
      from
        .selectFrom('task')
        .select('id')
        .where('state', '=', OPEN)
        .where('person_code', '=', personCode)
        .orderBy('due_on')
        .orderBy('opened_at')
        .orderBy('id')
        .limit(page.size)
        .offset(page.offset),
    )
    .orderBy('task.due_on')
    .orderBy('task.opened_at')
    .orderBy('task.id')
    .execute();
  return rows.map(toOpenTask);
}

/** How many open tasks a person has, and how many of them were due before `today`. */
export async function countOpenTasks(
  db: Kysely<Database>,
  personCode: string,
  today: string,
): Promise<{ readonly total: number; readonly overdue: number }> {
  return db
    .selectFrom('task')
    .where('state', '=', OPEN)
    .where('person_code', '=', personCode)
    .select((eb) => [
      eb.fn.countAll<number>().as('total'),
      eb.fn.countAll<number>().filterWhere('due_on', '<', today).as('overdue'),
    ])
    .executeTakeFirstOrThrow();
}

/** The open tasks of a procedure. */
export async function openTasksOfProcedure(
  db: Kysely<Database>,
  procedureId: string,
): Promise<readonly OpenTask[]> {
  const rows = await open(db)
    .where('task.procedure_id', '=', procedureId)
    .orderBy('task.id')
    .execute();
  return rows.map(toOpenTask);
}

function toOpenTask(row: {
  id: string;
  procedure_id: string;
  step_id: string;
  person_code: string;
  due_on: string;
  opened_at: Date;
  subject_person: string;
  name: string;
  department_name: string | null;
  unit_name: string;
  cycle_id: string;
  form_code: string;
}): OpenTask {
  return {
    id: row.id,
    procedureId: row.procedure_id,
    stepId: row.step_id,
    personCode: row.person_code,
    dueOn: row.due_on,
    openedAt: row.opened_at,
    subjectCode: row.subject_person,
    subjectName: row.name,
    departmentName: row.department_name ?? row.unit_name,
    unitName: row.unit_name,
    cycleId: row.cycle_id,
    formCode: row.form_code,
  };
}

/** How many tasks of a cycle are open, by form, step and due day. */
export async function dueDaysOf(
  db: Kysely<Database>,
  cycleId: string,
): Promise<
  readonly {
    readonly formCode: string;
    readonly stepId: string;
    readonly dueOn: string;
    readonly open: number;
  }[]
> {
  return db
    .selectFrom('task')
    .innerJoin('procedure', 'procedure.id', 'task.procedure_id')
    .where('procedure.cycle_id', '=', cycleId)
    .where('task.state', '=', OPEN)
    .groupBy(['procedure.form_code', 'task.step_id', 'task.due_on'])
    .select((eb) => [
      'procedure.form_code as formCode',
      'task.step_id as stepId',
      'task.due_on as dueOn',
      eb.fn.countAll<number>().as('open'),
    ])
    .orderBy('task.due_on')
    .orderBy('task.step_id')
    .execute();
}

/** Lapses the tasks `ids`: somebody else has them now. */
export async function closeTasksOf(
  trx: Transaction<Database>,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('task')
    .set({ state: 'lapsed', closed_at: at })
    .where('id', 'in', [...ids])
    .where('state', '=', OPEN)
    .execute();
}

/** Lapses the open tasks of a cycle; returns their ids. */
export async function lapseTasksOfCycle(
  trx: Transaction<Database>,
  cycleId: string,
  at: Date,
): Promise<readonly string[]> {
  const rows = await trx
    .updateTable('task')
    .from('procedure')
    .set({ state: 'lapsed', closed_at: at })
    .whereRef('procedure.id', '=', 'task.procedure_id')
    .where('procedure.cycle_id', '=', cycleId)
    .where('task.state', '=', OPEN)
    .returning('task.id')
    .execute();
  return rows.map(({ id }) => id);
}

/** The procedures that wait for any of `people`, with the profile of their cycle; people who have left are asked nothing. */
export async function openProceduresOf(
  db: Kysely<Database>,
  people: readonly string[],
): Promise<
  readonly {
    readonly personCode: string;
    readonly procedureId: string;
    readonly profile: unknown;
  }[]
> {
  return db
    .selectFrom('task')
    .innerJoin('person', 'person.code', 'task.person_code')
    .innerJoin('procedure', 'procedure.id', 'task.procedure_id')
    .innerJoin('cycle', 'cycle.id', 'procedure.cycle_id')
    .select(['task.person_code as personCode', 'task.procedure_id as procedureId', 'cycle.profile'])
    .where('task.state', '=', OPEN)
    .where('person.status', '=', 'active')
    .where((eb) => eb('task.person_code', '=', eb.fn.any(eb.val([...people]))))
    .orderBy('task.id')
    .execute();
}
