/** What happened to a form: submitted versions, step events with opinions, recorded meetings. Nothing here is ever changed. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { StepEventRow } from './procedures.ts';
import type { Database } from './schema.ts';

export type NewStepEvent = {
  readonly stepId: string;
  readonly action: StepEventRow['action'];
  readonly actorCode: string;
  /** In which role the actor acted, e.g. `department_head`; `author` for the form's owner. */
  readonly capacity: string;
  readonly opinion: string | null;
  readonly version: number;
  readonly meetingId: string | null;
};

export type HistoryRow = StepEventRow & {
  /** Who attended the recorded meeting, by name; also those who have left. */
  readonly attendeeNames: readonly string[] | null;
};

/** Appends step events; the caller holds the procedure's lock. */
export async function appendStepEvents(
  trx: Transaction<Database>,
  procedureId: string,
  events: readonly NewStepEvent[],
  at: Date,
): Promise<void> {
  for (const event of events) {
    await trx
      .insertInto('step_event')
      .values({
        procedure_id: procedureId,
        seq: sql<number>`(select coalesce(max(seq), 0) + 1 from step_event where procedure_id = ${procedureId})`,
        step_id: event.stepId,
        action: event.action,
        actor_code: event.actorCode,
        capacity: event.capacity,
        opinion: event.opinion,
        version: event.version,
        meeting_id: event.meetingId,
        at,
      })
      .execute();
  }
}

/** The history of a form, oldest first, with the names people have today. */
export async function stepHistory(
  db: Kysely<Database>,
  procedureId: string,
): Promise<readonly HistoryRow[]> {
  const rows = await db
    .selectFrom('step_event')
    .leftJoin('person', 'person.code', 'step_event.actor_code')
    .leftJoin('meeting_record', 'meeting_record.id', 'step_event.meeting_id')
    .select([
      'step_event.step_id',
      'step_event.action',
      'step_event.actor_code',
      'person.name',
      'step_event.capacity',
      'step_event.opinion',
      'step_event.version',
      'step_event.at',
      'meeting_record.held_on',
      'meeting_record.attendees',
      sql<string[] | null>`(
        select array_agg(coalesce(attendee.name, present.code) order by present.place)
        from unnest(meeting_record.attendees) with ordinality as present (code, place)
        left join person as attendee on attendee.code = present.code
      )`.as('attendee_names'),
    ])
    .where('step_event.procedure_id', '=', procedureId)
    .orderBy('step_event.seq')
    .execute();
  return rows.map((row) => ({
    stepId: row.step_id,
    action: row.action,
    actorCode: row.actor_code,
    actorName: row.name,
    capacity: row.capacity,
    opinion: row.opinion,
    version: row.version,
    at: row.at,
    heldOn: row.held_on,
    attendees: row.attendees,
    attendeeNames: row.attendee_names,
  }));
}

/** Stores a submitted version. */
export async function insertFormVersion(
  trx: Transaction<Database>,
  version: {
    readonly procedureId: string;
    readonly version: number;
    readonly content: unknown;
    readonly contentHash: string;
    readonly by: string;
    readonly at: Date;
  },
): Promise<void> {
  await trx
    .insertInto('form_version')
    .values({
      procedure_id: version.procedureId,
      version: version.version,
      content: JSON.stringify(version.content),
      content_hash: version.contentHash,
      submitted_by: version.by,
      submitted_at: version.at,
    })
    .execute();
}

/** The content of one submitted version. */
export async function findFormVersion(
  db: Kysely<Database>,
  procedureId: string,
  version: number,
): Promise<{ readonly content: unknown; readonly submittedAt: Date } | undefined> {
  const row = await db
    .selectFrom('form_version')
    .select(['content', 'submitted_at'])
    .where('procedure_id', '=', procedureId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row === undefined ? undefined : { content: row.content, submittedAt: row.submitted_at };
}

/** Records the meeting at which a form was decided or sent back. */
export async function insertMeeting(
  trx: Transaction<Database>,
  meeting: {
    readonly id: string;
    readonly procedureId: string;
    readonly heldOn: string;
    readonly attendees: readonly string[];
    readonly result: 'passed' | 'returned';
    readonly recordedBy: string;
    readonly at: Date;
  },
): Promise<void> {
  await trx
    .insertInto('meeting_record')
    .values({
      id: meeting.id,
      procedure_id: meeting.procedureId,
      held_on: meeting.heldOn,
      attendees: [...meeting.attendees],
      result: meeting.result,
      recorded_by: meeting.recordedBy,
      recorded_at: meeting.at,
    })
    .execute();
}
