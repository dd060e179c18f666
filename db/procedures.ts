/** Procedures with their step history, form versions and meetings. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type {
  Collected,
  ProcedureState,
  Signature,
  StepDetail,
  StepOutcome,
} from '../domain/procedure-state.ts';
import type { Level } from '../domain/profile-forms.ts';
import type { Database } from './schema.ts';

export type ProcedureRow = {
  readonly id: string;
  readonly cycleId: string;
  readonly stageCode: string;
  readonly formCode: string;
  readonly subjectName: string;
  readonly postNames: string;
  readonly level: Level;
  /** Of whom or what the form speaks: a person, a section or the unit that launched. */
  readonly objectCode: string;
  /** Null for a team's form. */
  readonly departmentCode: string | null;
  /** The section's name; for a team's form the unit's. */
  readonly departmentName: string;
  readonly unitCode: string;
  readonly unitName: string;
  /** The days between which it is to be given in, where the form sets any (PLAN-08). */
  readonly earliestOn: Day | null;
  readonly latestOn: Day | null;
  readonly draft: unknown;
  readonly completedAt: Date | null;
  readonly state: ProcedureState;
};

export type StepEventRow = {
  readonly stepId: string;
  readonly action: StepOutcome['action'];
  readonly actorCode: string;
  readonly actorName: string | null;
  readonly capacity: string;
  readonly opinion: string | null;
  readonly version: number;
  readonly at: Date;
  readonly heldOn: string | null;
  readonly attendees: readonly string[] | null;
  readonly detail: StepDetail;
};

const base = (db: Kysely<Database>) =>
  db
    .selectFrom('procedure')
    .innerJoin('person', 'person.code', 'procedure.subject_person')
    .leftJoin('department', 'department.code', 'procedure.department_code')
    .innerJoin('unit', 'unit.code', 'procedure.unit_code')
    .innerJoin('cycle', 'cycle.id', 'procedure.cycle_id')
    .select([
      'procedure.id',
      'procedure.cycle_id',
      'procedure.stage_code',
      'procedure.form_code',
      'procedure.subject_person',
      'person.name as subject_name',
      'procedure.post_names',
      'procedure.department_code',
      'department.name as department_name',
      'procedure.level',
      'procedure.object_code',
      'procedure.earliest_on',
      'procedure.latest_on',
      'procedure.unit_code',
      'unit.name as unit_name',
      'procedure.status',
      'procedure.step_index',
      'procedure.version',
      'procedure.revision',
      'procedure.draft',
      'procedure.signed',
      'procedure.collected',
      'procedure.completed_at',
      sql<string[]>`array(
        select distinct submitted_by from form_version where form_version.procedure_id = procedure.id order by 1
      )`.as('writers'),
    ]);

/** Holds the row of procedure `id` until the transaction ends; false when there is none. */
export async function lockProcedure(trx: Transaction<Database>, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('procedure')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** The procedures of which `personCode` is the author in running cycles, newest first. */
export async function proceduresOfAuthor(
  db: Kysely<Database>,
  personCode: string,
): Promise<readonly ProcedureRow[]> {
  const rows = await base(db)
    .where('procedure.subject_person', '=', personCode)
    .where('cycle.state', '=', sql.lit('running' as const))
    .orderBy('cycle.launched_at', 'desc')
    .orderBy('procedure.id')
    .execute();
  return rows.map(toProcedure);
}

export type NewProcedure = {
  readonly id: string;
  readonly cycleId: string;
  readonly stageCode: string;
  readonly formCode: string;
  readonly subjectPerson: string;
  readonly postNames: string;
  readonly level: Level;
  readonly departmentCode: string | null;
  readonly unitCode: string;
  readonly earliestOn: Day | null;
  readonly latestOn: Day | null;
  readonly status: 'scheduled' | 'open';
  readonly draft: unknown;
};

const BATCH = 1000;

/** Writes new procedures, thousands at a time. */
export async function insertProcedures(
  trx: Transaction<Database>,
  procedures: readonly NewProcedure[],
): Promise<void> {
  for (let from = 0; from < procedures.length; from += BATCH) {
    const rows = procedures.slice(from, from + BATCH).map((each) => ({
      id: each.id,
      cycle_id: each.cycleId,
      stage_code: each.stageCode,
      form_code: each.formCode,
      subject_person: each.subjectPerson,
      post_names: each.postNames,
      level: each.level,
      department_code: each.departmentCode,
      unit_code: each.unitCode,
      earliest_on: each.earliestOn,
      latest_on: each.latestOn,
      status: each.status,
      step_index: 0,
      version: 0,
      revision: 1,
      draft: JSON.stringify(each.draft),
      signed: '[]',
      completed_at: null,
    }));
    await trx.insertInto('procedure').values(rows).execute();
  }
}

export type OpenedProcedure = {
  readonly id: string;
  readonly subject: string;
  readonly formCode: string;
  readonly latestOn: Day | null;
  readonly revision: number;
};

/** Opens the scheduled procedures of a stage. */
export async function openScheduled(
  trx: Transaction<Database>,
  cycleId: string,
  stageCode: string,
): Promise<readonly OpenedProcedure[]> {
  return trx
    .updateTable('procedure')
    .set((eb) => ({ status: 'open' as const, revision: eb('revision', '+', 1) }))
    .where('cycle_id', '=', cycleId)
    .where('stage_code', '=', stageCode)
    .where('status', '=', 'scheduled')
    .returning([
      'id',
      'subject_person as subject',
      'form_code as formCode',
      'latest_on as latestOn',
      'revision',
    ])
    .execute();
}

/** The columns of `ProcedureRow`. */
export type ProcedureRecord = {
  readonly id: string;
  readonly cycle_id: string;
  readonly stage_code: string;
  readonly form_code: string;
  readonly subject_person: string;
  readonly subject_name: string;
  readonly post_names: string;
  readonly level: Level;
  readonly object_code: string;
  readonly department_code: string | null;
  readonly department_name: string | null;
  readonly unit_code: string;
  readonly unit_name: string;
  readonly earliest_on: Day | null;
  readonly latest_on: Day | null;
  /** Who has submitted a version. */
  readonly writers: readonly string[];
  readonly status: ProcedureState['status'];
  readonly step_index: number;
  readonly version: number;
  readonly revision: number;
  readonly draft: unknown;
  readonly signed: unknown;
  readonly collected: unknown;
  readonly completed_at: Date | null;
};

/** The row that `record` stands for. */
export function toProcedure(row: ProcedureRecord): ProcedureRow {
  return {
    id: row.id,
    cycleId: row.cycle_id,
    stageCode: row.stage_code,
    formCode: row.form_code,
    subjectName: row.subject_name,
    postNames: row.post_names,
    level: row.level,
    objectCode: row.object_code,
    departmentCode: row.department_code,
    departmentName: row.department_name ?? row.unit_name,
    unitCode: row.unit_code,
    unitName: row.unit_name,
    earliestOn: row.earliest_on,
    latestOn: row.latest_on,
    draft: row.draft,
    completedAt: row.completed_at,
    state: {
      status: row.status,
      stepIndex: row.step_index,
      version: row.version,
      revision: row.revision,
      subject: row.subject_person,
      signed: asSignatures(row.signed),
      writers: row.writers,
      collected: asCollected(row.collected),
    },
  };
}

/** Only `updateProcedure` writes this column, always from `ProcedureState.signed`. */
function asSignatures(value: unknown): readonly Signature[] {
  return value as readonly Signature[];
}

/** Only `record_move` writes this column, always from `ProcedureState.collected`. */
function asCollected(value: unknown): Collected {
  return value as Collected;
}

/** Like `reviewsInProgress`, with everything about each. */
export async function proceduresInReview(db: Kysely<Database>): Promise<readonly ProcedureRow[]> {
  const rows = await base(db)
    .where('procedure.status', '=', 'open')
    .where('procedure.step_index', '>', 0)
    .orderBy('procedure.id')
    .execute();
  return rows.map(toProcedure);
}

/** The procedures that wait for a reviewer, by id. */
export async function reviewsInProgress(db: Kysely<Database>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('procedure')
    .select('id')
    .where('status', '=', 'open')
    .where('step_index', '>', 0)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
