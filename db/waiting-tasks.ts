/** Open tasks and waiting procedures in bulk, as the reminders and renewals of thousands ask for them. */
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';
import type { TaskRow } from './tasks.ts';

export type ReminderTask = Omit<TaskRow, 'stepId'> & {
  readonly cycleId: string;
  readonly departmentCode: string | null;
  readonly unitCode: string;
};

/**
 * Those of the tasks `ids` that are still open, with where their forms belong; they stay open until the transaction
 * ends. Whoever closes a task takes its row before its timer, and so does this.
 */
export async function openTasksAmong(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<readonly ReminderTask[]> {
  const { rows } = await sql<ReminderTask>`
    select task.id, task.procedure_id as "procedureId", task.person_code as "personCode",
      task.due_on as "dueOn", task.opened_at as "openedAt", procedure.cycle_id as "cycleId",
      procedure.department_code as "departmentCode", procedure.unit_code as "unitCode"
    from task join procedure on procedure.id = task.procedure_id
    where task.id = any(${[...ids]}::uuid[]) and task.state = 'open'
    order by task.id
    for share of task`.execute(db);
  return rows;
}

export type WaitingProcedure = {
  readonly id: string;
  readonly cycleId: string;
  /** Who has an open task there, and the author while the form is under way. */
  readonly people: readonly string[];
};

/** The procedures among `ids` with those for whom they wait. */
export async function waitingFor(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<readonly WaitingProcedure[]> {
  const { rows } = await sql<WaitingProcedure>`
    select procedure.id, procedure.cycle_id as "cycleId", array(
      select task.person_code from task where task.procedure_id = procedure.id and task.state = 'open'
      union select procedure.subject_person where procedure.status = 'open'
    ) as people
    from procedure where procedure.id = any(${[...ids]}::uuid[])`.execute(db);
  return rows;
}
