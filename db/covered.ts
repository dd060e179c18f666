/** Whom the running cycles cover: who owes a form, whose form has become pointless, who came back. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** A form of a cycle by what makes it the same form: its code and its object. */
export type CancelledForm = {
  readonly id: string;
  readonly formCode: string;
  readonly objectCode: string;
};

/** What names a form within a profile. */
export const formKey = (formCode: string, objectCode: string): string =>
  `${formCode} ${objectCode}`;

/** The forms of `profileId` that are owed in a running cycle, or have been given in, by `formKey`. */
export async function formsOwed(
  db: Kysely<Database>,
  profileId: string,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('procedure')
    .innerJoin('cycle', 'cycle.id', 'procedure.cycle_id')
    .select(['procedure.form_code', 'procedure.object_code'])
    .where('cycle.profile_id', '=', profileId)
    .where('cycle.state', '=', sql.lit('running' as const))
    .where('procedure.status', '!=', 'cancelled')
    .execute();
  return new Set(rows.map((row) => formKey(row.form_code, row.object_code)));
}

/** Every form that is or was in the cycle, by `formKey`. */
export async function formsIn(db: Kysely<Database>, cycleId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('procedure')
    .select(['form_code', 'object_code'])
    .where('cycle_id', '=', cycleId)
    .execute();
  return new Set(rows.map((row) => formKey(row.form_code, row.object_code)));
}

/** The forms that lie with an author who has left, by id. */
export async function formsOfTheGone(db: Kysely<Database>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('procedure')
    .innerJoin('person', 'person.code', 'procedure.subject_person')
    .select('procedure.id')
    .where('person.status', '=', 'left')
    .where('procedure.status', 'in', ['scheduled', 'open'])
    .where('procedure.step_index', '=', 0)
    .orderBy('procedure.id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Cancels the form if it still lies with an author who has left; false when it does not. */
export async function cancelFormOfTheGone(
  trx: Transaction<Database>,
  id: string,
): Promise<boolean> {
  const result = await trx
    .updateTable('procedure')
    .from('person')
    .set((eb) => ({ status: 'cancelled' as const, revision: eb('procedure.revision', '+', 1) }))
    .whereRef('person.code', '=', 'procedure.subject_person')
    .where('person.status', '=', 'left')
    .where('procedure.id', '=', id)
    .where('procedure.status', 'in', ['scheduled', 'open'])
    .where('procedure.step_index', '=', 0)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The cancelled forms of a cycle. */
export async function cancelledForms(
  db: Kysely<Database>,
  cycleId: string,
): Promise<readonly CancelledForm[]> {
  return db
    .selectFrom('procedure')
    .select(['id', 'form_code as formCode', 'object_code as objectCode'])
    .where('cycle_id', '=', cycleId)
    .where('status', '=', 'cancelled')
    .orderBy('id')
    .execute();
}

/** Takes a cancellation back; the form lies with `writer`. Returns its new revision. */
export async function reviveForm(
  trx: Transaction<Database>,
  id: string,
  status: 'scheduled' | 'open',
  writer: string,
): Promise<number> {
  const row = await trx
    .updateTable('procedure')
    .set((eb) => ({ status, subject_person: writer, revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .returning('revision')
    .executeTakeFirstOrThrow();
  return row.revision;
}

/** How many forms of the cycle are neither decided nor cancelled. */
export async function countUnfinished(db: Kysely<Database>, cycleId: string): Promise<number> {
  const row = await db
    .selectFrom('procedure')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('cycle_id', '=', cycleId)
    .where('status', 'in', ['scheduled', 'open'])
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Cancels every unfinished form of the cycle; returns each with those who have a card of it or are about to get one. */
export async function cancelUnfinished(
  trx: Transaction<Database>,
  cycleId: string,
): Promise<
  readonly { readonly id: string; readonly revision: number; readonly viewers: readonly string[] }[]
> {
  const { rows } = await sql<{ id: string; revision: number; viewers: string[] }>`
    update procedure set status = 'cancelled', revision = revision + 1
    where cycle_id = ${cycleId} and status in ('scheduled', 'open')
    returning id, revision, array(
      select person_code from live_card where subject = 'procedure:' || procedure.id
      union select person_code from task where procedure_id = procedure.id and state = 'open' order by 1
    ) as viewers`.execute(trx);
  return rows;
}
