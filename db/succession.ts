/** Forms of sections and teams, whose writer may change while the form stays what it is. */
import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema.ts';

export type SharedForm = {
  readonly id: string;
  readonly cycleId: string;
  readonly stageCode: string;
  readonly formCode: string;
  /** Null for a team's form. */
  readonly departmentCode: string | null;
  readonly unitCode: string;
  readonly writer: string;
  readonly writerHasLeft: boolean;
  readonly status: 'scheduled' | 'open' | 'completed' | 'cancelled';
  readonly stepIndex: number;
  readonly latestOn: string | null;
  readonly revision: number;
};

const shared = (db: Kysely<Database>) =>
  db
    .selectFrom('procedure')
    .innerJoin('cycle', 'cycle.id', 'procedure.cycle_id')
    .innerJoin('person', 'person.code', 'procedure.subject_person')
    .select((eb) => [
      'procedure.id',
      'procedure.cycle_id as cycleId',
      'procedure.stage_code as stageCode',
      'procedure.form_code as formCode',
      'procedure.department_code as departmentCode',
      'procedure.unit_code as unitCode',
      'procedure.subject_person as writer',
      eb('person.status', '=', 'left').$castTo<boolean>().as('writerHasLeft'),
      'procedure.status',
      'procedure.step_index as stepIndex',
      'procedure.latest_on as latestOn',
      'procedure.revision',
    ])
    .where('procedure.level', '<>', 'person')
    .where('procedure.status', 'in', ['scheduled', 'open'])
    .where('cycle.state', '=', 'running');

/** Every unfinished form of a section or a team in the running cycles. */
export const sharedForms = (db: Kysely<Database>): Promise<readonly SharedForm[]> =>
  shared(db).orderBy('procedure.id').execute();

/** The form `id` if it is one of these, held until the transaction ends. */
export const lockSharedForm = (
  trx: Transaction<Database>,
  id: string,
): Promise<SharedForm | undefined> =>
  shared(trx).where('procedure.id', '=', id).forUpdate('procedure').executeTakeFirst();

/** The form lies with `writer` from now on; returns its new revision. */
export async function changeWriter(
  trx: Transaction<Database>,
  id: string,
  writer: string,
): Promise<number> {
  const row = await trx
    .updateTable('procedure')
    .set((eb) => ({ subject_person: writer, revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .returning('revision')
    .executeTakeFirstOrThrow();
  return row.revision;
}
