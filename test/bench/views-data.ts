/** Years of finished work behind the running cycle of a big bureau, written by the database itself. */
import { sql } from 'kysely';
import type { Reader, Writer } from '../../db/client.ts';
import { emptyDraft } from '../../domain/self-check.ts';
import { launchCycle } from '../../services/cycle.ts';
import { pointWith, shipped } from '../support/shipped-profile.ts';
import { administrator, type BigBureau, MORNING } from './big-bureau.ts';

export type Past = {
  /** Risk points in the register, spread evenly over the finished cycles. */
  readonly points: number;
  readonly cycles: number;
};

/** Launches for the whole bureau, lets half of the people be as far as the decision, and puts `past` behind it. */
export async function fillBureau(db: Reader, bureau: BigBureau, past: Past): Promise<void> {
  const ctx = administrator(db, MORNING);
  const launched = await launchCycle(ctx, { loaded: shipped, unitCode: bureau.unit });
  if (!launched.ok) throw new Error(launched.refusal.code);
  await bringToDecision(db, bureau);
  for (let index = 0; index < past.cycles; index += 1) {
    await db.transaction().execute((trx) => finishCycle(trx, bureau, past, index));
  }
  await sql`truncate outbox, timer`.execute(db);
  await sql`vacuum analyze`.execute(db);
}

const point = pointWith({ content: '审批材料时可能收受好处，对熟人放宽条件，影响公平公正。' });
const content = JSON.stringify({ points: [point] });

/** Of every two forms one waits for the leading group's office, which therefore has thousands of tasks. */
async function bringToDecision(db: Reader, { leader, office }: BigBureau): Promise<void> {
  await sql`
    update procedure set step_index = 3, version = 1, revision = 4
    where status = 'open' and right(subject_person, 1) in ('0', '2', '4', '6', '8')`.execute(db);
  await sql`
    insert into form_version
    select id, 1, ${content}::jsonb, repeat('0', 64), subject_person, now()
    from procedure where step_index = 3`.execute(db);
  await sql`
    insert into step_event (procedure_id, seq, step_id, action, actor_code, capacity, opinion, version, at)
    select id, seq, step, action, case seq when 1 then subject_person else ${leader} end, capacity, opinion, 1, now()
    from procedure, (values
      (1, 'fill', 'submitted', 'author', null),
      (2, 'headOpinion', 'agreed', 'department_head', '情况属实，同意上报。'),
      (3, 'leaderOpinion', 'agreed', 'leader_in_charge', '同意。')
    ) as done (seq, step, action, capacity, opinion)
    where step_index = 3`.execute(db);
  await sql`
    update task set step_id = 'groupDecision', person_code = ${office}
    from procedure where procedure.id = task.procedure_id and procedure.step_index = 3`.execute(db);
}

/** Copies the running cycle as one that ended `index + 1` years ago, with its share of the register. */
async function finishCycle(
  trx: Writer,
  { unit }: BigBureau,
  past: Past,
  index: number,
): Promise<void> {
  // The rows are right by construction; checking millions of references would take minutes.
  await sql`set local session_replication_role = replica`.execute(trx);
  await sql`create temporary table old on commit drop as
    select gen_random_uuid() as id, id as running from cycle where state = 'running'`.execute(trx);
  await sql`create temporary table form on commit drop as
    select gen_random_uuid() as id, old.id as cycle_id, stage_code, form_code, subject_person, post_names,
      department_code, unit_code, row_number() over (order by subject_person) - 1 as nth
    from procedure join old on old.running = procedure.cycle_id`.execute(trx);
  await sql`create index on form (nth)`.execute(trx);
  await sql`insert into cycle
    select old.id, profile_id, profile_version, profile_hash, profile, unit_code, start_on, 'closed', launched_by,
      launched_at - make_interval(years => ${index + 1}::integer)
    from cycle join old on old.running = cycle.id`.execute(trx);
  await sql`insert into stage select old.id, code, ordinal, name, opens_at, closes_at
    from stage join old on old.running = stage.cycle_id`.execute(trx);
  await sql`insert into procedure
    select id, cycle_id, stage_code, form_code, subject_person, post_names, department_code, unit_code,
      'completed', 3, 1, 5, ${JSON.stringify(emptyDraft)}::jsonb, '[]', now() from form`.execute(
    trx,
  );
  await sql`insert into form_version
    select id, 1, ${content}::jsonb, repeat('0', 64), subject_person, now() from form`.execute(trx);
  await sql`insert into task
    select gen_random_uuid(), id, 'fill', subject_person, 'done', now(), current_date, now() from form`.execute(
    trx,
  );
  await registerPoints(trx, unit, { year: 2025 - index, count: past.points / past.cycles });
}

async function registerPoints(
  trx: Writer,
  unit: string,
  { year, count }: { readonly year: number; readonly count: number },
): Promise<void> {
  const { rows } = await sql<{ forms: number }>`select count(*) as forms from form`.execute(trx);
  const forms = rows[0]?.forms ?? 0;
  await sql`
    insert into risk_point (id, register_number, cycle_id, procedure_id, version, ordinal, person_code, post_names,
      department_code, unit_code, risk_type, content, manifestation_picks, manifestation, existence, measures,
      registered_at)
    select gen_random_uuid(), ${`FX-${unit}-${year}-`} || lpad(n::text, greatest(4, length(n::text)), '0'),
      cycle_id, form.id, 1, (n - 1) / ${forms}::bigint + 1, subject_person, post_names, department_code, unit_code,
      ${point.riskType}, ${point.content}, ${[...point.manifestationPicks]}::text[], ${point.manifestation},
      'potential', ${point.measures}, now()
    from generate_series(1, ${count}::bigint) as n
    join form on form.nth = (n * 7919) % ${forms}::bigint`.execute(trx);
  await sql`insert into register_counter values (${unit}, ${year}, ${count})`.execute(trx);
}
