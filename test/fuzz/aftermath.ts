/**
 * What the database says when the attack is over, read with plain SQL and judged by the world's own model: who changed
 * what, whether the record says so, and whether those nobody was entitled to touch are untouched to the byte.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../../db/client.ts';
import { writersIn } from './texts.ts';
import { type Member, reviewersAt, type Unit, unitOfMember, type World } from './world.ts';

/** What is remembered of the time before. */
export type Before = {
  readonly untouchable: string;
  /** Revision minus audit entries, by procedure: both grow together. */
  readonly gaps: ReadonlyMap<string, number>;
};

type Row = Readonly<Record<string, unknown>>;

type StepRow = {
  readonly author: string;
  readonly procedure: string;
  readonly step: string;
  readonly action: string;
  readonly actor: string;
  readonly opinion: string | null;
  readonly version: number;
  readonly attendees: readonly string[] | null;
};

type EntryRow = {
  readonly procedure: string;
  readonly author: string;
  readonly action: string;
  readonly actor: string;
};

/** To be called before the first shot. */
export const remember = async (db: Reader, world: World): Promise<Before> => ({
  untouchable: await untouchable(db, world),
  gaps: await gapsOf(db),
});

/** Everything that is wrong; empty = the house held. */
export async function inspect(
  db: Reader,
  world: World,
  before: Before,
): Promise<readonly string[]> {
  const steps = await stepsOf(db);
  const entries = await entriesOf(db);
  return [
    ...((await untouchable(db, world)) === before.untouchable
      ? []
      : ['an untouchable form has changed']),
    ...gapFaults(before.gaps, await gapsOf(db)),
    ...walkFaults(world, steps),
    ...entryFaults(steps, entries),
    ...wordFaults(steps, await writtenWords(db)),
    ...(await strayFaults(db, world)),
  ];
}

async function untouchable(db: Reader, world: World): Promise<string> {
  const about = sql`(select id from procedure where unit_code = ${world.untouched.code}
    or department_code = ${world.spared})`;
  const tables: readonly RawBuilder<Row>[] = [
    sql`select * from procedure where id in ${about} order by id`,
    sql`select * from task where procedure_id in ${about} order by id`,
    sql`select * from form_version where procedure_id in ${about} order by procedure_id, version`,
    sql`select * from step_event where procedure_id in ${about} order by procedure_id, seq`,
    sql`select * from meeting_record where procedure_id in ${about} order by id`,
    sql`select * from risk_point where procedure_id in ${about} order by id`,
    sql`select subject, seq from audit_head
      where subject in (select 'procedure:' || id from procedure where id in ${about}) order by subject`,
  ];
  const texts: string[] = [];
  for (const table of tables) texts.push(JSON.stringify((await table.execute(db)).rows));
  return texts.join('\n');
}

async function gapsOf(db: Reader): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ readonly author: string; readonly gap: number }>`
    select subject_person as author, (revision - (
      select count(*) from audit_entry where subject = 'procedure:' || procedure.id))::int as gap
    from procedure`.execute(db);
  return new Map(rows.map(({ author, gap }) => [author, gap]));
}

/** Forms of a unit launched during the attack have no past to compare with. */
const gapFaults = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) =>
  [...before]
    .filter(([author, gap]) => after.get(author) !== gap)
    .map(
      ([author]) => `the form of ${author} changed without its audit entry, or the other way round`,
    );

async function stepsOf(db: Reader): Promise<readonly StepRow[]> {
  const { rows } = await sql<StepRow>`
    select p.subject_person as author, p.id as procedure, e.step_id as step, e.action, e.actor_code as actor,
      e.opinion, e.version, m.attendees
    from step_event e join procedure p on p.id = e.procedure_id
    left join meeting_record m on m.id = e.meeting_id order by p.id, e.seq`.execute(db);
  return rows;
}

async function entriesOf(db: Reader): Promise<readonly EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select p.id as procedure, p.subject_person as author, e.body::jsonb->>'action' as action,
      o.value::jsonb #>> '{}' as actor
    from audit_entry e join procedure p on e.subject = 'procedure:' || p.id
    join audit_opening o on o.subject = e.subject and o.seq = e.seq and o.field = 'actor.code'
    order by p.id, e.seq`.execute(db);
  return rows;
}

/** Walks every form's history and asks the model at every step whose turn it was. */
export function walkFaults(world: World, steps: readonly StepRow[]): readonly string[] {
  const faults: string[] = [];
  for (const events of Map.groupBy(steps, ({ procedure }) => procedure).values()) {
    let signed: string[] = [];
    for (const event of events) {
      const author = world.byCode.get(event.author);
      if (author === undefined) throw new Error('a form of nobody');
      const unit = unitOfMember(world, author);
      if (!mayHaveDone(unit, author, event, signed)) {
        faults.push(
          `${event.actor} has ${event.action} the form of ${event.author} at ${event.step}`,
        );
      }
      if (event.action === 'agreed') signed.push(event.actor);
      else if (event.action !== 'skipped') signed = [];
    }
  }
  return faults;
}

function mayHaveDone(
  unit: Unit,
  author: Member,
  event: StepRow,
  signed: readonly string[],
): boolean {
  if (event.action === 'submitted' || event.action === 'withdrawn')
    return event.actor === author.code;
  const turn = reviewersAt(unit, author, event.step, signed);
  if (event.action === 'skipped') return event.actor === 'system' && turn.length === 0;
  if (event.step !== 'groupDecision') return turn.includes(event.actor);
  const attended = event.attendees ?? [];
  return (
    turn.includes(event.actor) &&
    attended.some((person) => person !== author.code) &&
    attended.every((person) => unit.group.includes(person))
  );
}

const DRAFTING = new Set(['draftSaved', 'pointAdded', 'pointReopened', 'pointRemoved']);

/** The record names the same people for the same deeds in the same order, and authors alone for what was drafted. */
export function entryFaults(
  steps: readonly StepRow[],
  entries: readonly EntryRow[],
): readonly string[] {
  const faults: string[] = [];
  const deeds = new Map<string, string[]>();
  for (const { procedure, author, action, actor } of entries) {
    const verb = action.replace('selfCheck.', '');
    if (!DRAFTING.has(verb))
      deeds.set(procedure, [...(deeds.get(procedure) ?? []), `${verb} ${actor}`]);
    else if (actor !== author)
      faults.push(`the record says that ${actor} wrote in the form of ${author}`);
  }
  for (const [procedure, events] of Map.groupBy(steps, (step) => step.procedure)) {
    const done = events
      .filter(({ action }) => action !== 'skipped')
      .map(({ action, actor }) => `${action} ${actor}`);
    if (done.join() !== (deeds.get(procedure) ?? []).join()) {
      faults.push(`the record of form ${procedure} tells another history`);
    }
  }
  return faults;
}

async function writtenWords(db: Reader) {
  const { rows } = await sql<{ readonly author: string; readonly words: string }>`
    select subject_person as author, draft::text as words from procedure
    union all select p.subject_person, v.content::text from form_version v join procedure p on p.id = v.procedure_id
    union all select person_code, content || manifestation || measures from risk_point`.execute(db);
  return rows;
}

/** Every text carries the mark of who sent it, so a foreign mark is a foreign hand. */
export function wordFaults(
  steps: readonly StepRow[],
  written: readonly { readonly author: string; readonly words: string }[],
): readonly string[] {
  const by = (words: string, person: string) =>
    writersIn(words).every((writer) => writer === person);
  return [
    ...written
      .filter(({ author, words }) => !by(words, author))
      .map(({ author }) => `somebody else's words stand in the form of ${author}`),
    ...steps
      .filter(({ opinion, actor }) => !by(opinion ?? '', actor))
      .map(({ actor }) => `an opinion in the name of ${actor} is not his own`),
  ];
}

/** Nothing but forms may have moved: nobody joined, no role was given, no cycle came but from its own office. */
async function strayFaults(db: Reader, world: World): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly people: number; readonly launchers: readonly string[] }>`
    select (select count(*)::int from person) as people,
      array(select distinct launched_by from cycle where launched_by <> 'fuzz') as launchers`.execute(
    db,
  );
  const [{ people, launchers } = { people: 0, launchers: [] }] = rows;
  const entitled = world.units.flatMap(({ office }) => office);
  return [
    ...(people === world.byCode.size ? [] : ['people have come or gone']),
    ...launchers
      .filter((person) => !entitled.includes(person))
      .map((person) => `${person} has launched a cycle`),
  ];
}
