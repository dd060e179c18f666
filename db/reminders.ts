/** Reminders waiting to be told, and the one message per person and day they may cost. */
import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema.ts';

export type ReminderKind = Database['reminder']['kind'];
export type Lane = Database['reminder']['lane'];

export type NewReminder = {
  readonly id: string;
  readonly personCode: string;
  readonly taskId: string;
  readonly lane: Lane;
  readonly kind: ReminderKind;
  readonly createdAt: Date;
};

export type ReminderLine = {
  readonly kind: ReminderKind;
  readonly taskId: string;
  readonly procedureId: string;
  readonly stepId: string;
  readonly assigneeName: string;
  readonly subjectCode: string;
  readonly subjectName: string;
  readonly formCode: string;
  readonly dueOn: string;
  readonly stillOpen: boolean;
  readonly profile: unknown;
};

/** Notes reminders. */
export async function insertReminders(
  trx: Transaction<Database>,
  reminders: readonly NewReminder[],
): Promise<void> {
  if (reminders.length === 0) return;
  await trx
    .insertInto('reminder')
    .values(
      reminders.map((each) => ({
        id: each.id,
        person_code: each.personCode,
        task_id: each.taskId,
        lane: each.lane,
        kind: each.kind,
        created_at: each.createdAt,
        delivered_at: null,
      })),
    )
    .execute();
}

/** Takes the waiting reminders of one lane; they are told in the message of the same transaction. */
export async function takeReminders(
  trx: Transaction<Database>,
  personCode: string,
  lane: Lane,
  at: Date,
): Promise<readonly string[]> {
  const rows = await trx
    .updateTable('reminder')
    .set({ delivered_at: at })
    .where('person_code', '=', personCode)
    .where('lane', '=', lane)
    .where('delivered_at', 'is', null)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Spends the person's message of `day`; false when it has been spent. */
export async function spendAttention(
  trx: Transaction<Database>,
  personCode: string,
  day: string,
): Promise<boolean> {
  const result = await trx
    .insertInto('attention')
    .values({ person_code: personCode, day })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** The named reminders with what is still true about them, the most urgent first. */
export async function reminderLines(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<readonly ReminderLine[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('reminder')
    .innerJoin('task', 'task.id', 'reminder.task_id')
    .innerJoin('procedure', 'procedure.id', 'task.procedure_id')
    .innerJoin('cycle', 'cycle.id', 'procedure.cycle_id')
    .innerJoin('person as assignee', 'assignee.code', 'task.person_code')
    .innerJoin('person as subject', 'subject.code', 'procedure.subject_person')
    .select([
      'reminder.kind',
      'task.id as taskId',
      'task.procedure_id as procedureId',
      'task.step_id as stepId',
      'assignee.name as assigneeName',
      'subject.code as subjectCode',
      'subject.name as subjectName',
      'procedure.form_code as formCode',
      'task.due_on as dueOn',
      'task.state',
      'cycle.profile',
    ])
    .where('reminder.id', 'in', [...ids])
    .orderBy('task.due_on')
    .orderBy('reminder.id')
    .execute();
  return rows.map(({ state, ...row }) => ({ ...row, stillOpen: state === 'open' }));
}
