/** Reminders waiting to be told, and the one message per person and day they may cost. */
import { type Kysely, sql, type Transaction } from 'kysely';
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
  readonly departmentName: string;
  readonly unitName: string;
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
  const column = <K extends keyof NewReminder>(name: K) => reminders.map((each) => each[name]);
  await sql`
    insert into reminder (id, person_code, task_id, lane, kind, created_at)
    select * from unnest(
      ${column('id')}::uuid[], ${column('personCode')}::text[], ${column('taskId')}::uuid[],
      ${column('lane')}::text[], ${column('kind')}::text[], ${column('createdAt')}::timestamptz[]
    )`.execute(trx);
}

export type WaitingLane = { readonly personCode: string; readonly lane: Lane };
export type TakenReminder = WaitingLane & { readonly id: string };

/** Takes the waiting reminders of these people and lanes; they are told in messages of the same transaction. */
export async function takeReminders(
  trx: Transaction<Database>,
  waiting: readonly WaitingLane[],
  at: Date,
): Promise<readonly TakenReminder[]> {
  if (waiting.length === 0) return [];
  const { rows } = await sql<TakenReminder>`
    update reminder set delivered_at = ${at}
    from unnest(
      ${waiting.map(({ personCode }) => personCode)}::text[], ${waiting.map(({ lane }) => lane)}::text[]
    ) as told (person_code, lane)
    where reminder.person_code = told.person_code and reminder.lane = told.lane
      and reminder.delivered_at is null
    returning reminder.id, reminder.person_code as "personCode", reminder.lane`.execute(trx);
  return rows;
}

/** Spends the message of `day` of each of `people`; returns those whose message had not been spent. */
export async function spendAttention(
  trx: Transaction<Database>,
  people: readonly string[],
  day: string,
): Promise<ReadonlySet<string>> {
  if (people.length === 0) return new Set();
  // All transactions take the rows in one order, or two could wait for each other.
  const { rows } = await sql<{ person_code: string }>`
    insert into attention (person_code, day)
    select code, ${day}::date from unnest(${[...people]}::text[]) as code order by code collate "C"
    on conflict do nothing returning person_code`.execute(trx);
  return new Set(rows.map((row) => row.person_code));
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
    .innerJoin('unit', 'unit.code', 'procedure.unit_code')
    .leftJoin('department', 'department.code', 'procedure.department_code')
    .select([
      'reminder.kind',
      'task.id as taskId',
      'task.procedure_id as procedureId',
      'task.step_id as stepId',
      'assignee.name as assigneeName',
      'subject.code as subjectCode',
      'subject.name as subjectName',
      sql<string>`coalesce(department.name, unit.name)`.as('departmentName'),
      'unit.name as unitName',
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
