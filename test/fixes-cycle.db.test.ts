import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Meeting } from '../domain/procedure-state.ts';
import { CYCLE_END_TIMER, closeCycle, endCycle } from '../services/cycle-close.ts';
import { examine } from '../services/doctor.ts';
import { requestRegisterFile } from '../services/register.ts';
import { climbLadders } from '../services/reminder.ts';
import { reviewForm } from '../services/review.ts';
import { saveDraft, submitForm } from '../services/self-check.ts';
import { TASK_TIMER } from '../services/task.ts';
import {
  actionsOf,
  at,
  chainOf,
  claimed,
  codeOf,
  fingerprint,
  formOf,
  meeting,
  must,
  NOW,
  OFFICE,
  signed,
  submitted,
  tracesOf,
  UNIT,
  UNKNOWN,
} from './support/bureau.ts';
import { useFreshBureaus } from './support/hooks.ts';
import { everyMorning, reorganise, replaced, without } from './support/reorganise.ts';
import { pointWith, shipped } from './support/shipped-profile.ts';

const PEOPLE = 23;
const AUTHOR = '0013';
const chain = chainOf(AUTHOR);

const bureau = useFreshBureaus();

const agree = async (by: string, author: string, now: Date, held?: Meeting) =>
  reviewForm(bureau.as(by, now), {
    ...(await formOf(bureau, author)),
    verdict: 'agree',
    opinion: '同意',
    ...(held === undefined ? {} : { meeting: held }),
  });
const timersOf = (kind: string) =>
  bureau.db.selectFrom('timer').select(['subject', 'due_at']).where('kind', '=', kind).execute();
const nextRungs = async (procedureId: string): Promise<(Date | null)[]> => {
  const { rows } = await sql<{ due_at: Date | null }>`
    select timer.due_at from task
    left join timer on timer.kind = ${TASK_TIMER} and timer.subject = task.id::text
    where task.procedure_id = ${procedureId} and task.state = 'open'`.execute(bureau.db);
  return rows.map(({ due_at }) => due_at);
};

describe('PLAN-32 a step that opens after its due day', () => {
  const toldAt = async (procedureId: string, now: Date): Promise<string> => {
    for (const timer of await claimed(bureau, TASK_TIMER, now)) {
      await climbLadders(bureau.system(now), [timer]);
    }
    const told = await bureau.db
      .selectFrom('reminder')
      .innerJoin('task', 'task.id', 'reminder.task_id')
      .select('reminder.kind')
      .distinct()
      .where('task.procedure_id', '=', procedureId)
      .where('created_at', '=', now)
      .execute();
    return told.map(({ kind }) => kind).join();
  };

  test('is urged and escalated from the day it opened, and still shows its true due day', async () => {
    await bureau.launch();
    await submitted(bureau, chain);
    const late = at('2026-12-15 10:00');
    must(await agree(chain.head, AUTHOR, late));
    must(await agree(chain.leader, AUTHOR, late));
    const { procedureId } = await formOf(bureau, AUTHOR);
    const { openTasks } = await tracesOf(bureau, procedureId);
    expect(openTasks).toEqual(['groupDecision 0005 2026-12-10', 'groupDecision 0007 2026-12-10']);
    const first = at('2026-12-16 09:00');
    expect(await nextRungs(procedureId)).toEqual([first, first]);
    const days = ['2026-12-16', '2026-12-17', '2026-12-18', '2026-12-22'];
    const told: string[] = [];
    for (const day of days) told.push(await toldAt(procedureId, at(`${day} 09:00`)));
    expect(told).toEqual(['after', 'escalated', 'after', 'escalated']);
    expect(await nextRungs(procedureId)).toEqual([null, null]);
  });

  test('ORG-07 a review that moves after its due day is urged at its new holder', async () => {
    await bureau.launch();
    const { procedureId } = await submitted(bureau, chain);
    const moved = replaced(
      'assignments.csv',
      '0012,role,department_head',
      '0014,role,department_head',
    );
    await reorganise(bureau, moved, at('2026-10-20 10:00'));
    const { openTasks } = await tracesOf(bureau, procedureId);
    expect(openTasks).toEqual(['headOpinion 0014 2026-09-29']);
    expect(await nextRungs(procedureId)).toEqual([at('2026-10-21 09:00')]);
  });
});

describe('RISK-13 the deciding meeting', () => {
  const later = at('2026-10-12 09:00');

  test('is not before the submission of the version it decides', async () => {
    await bureau.launch();
    const ref = await signed(bureau, chain);
    const back = { ...ref, verdict: 'return' as const, opinion: '请补充', meeting };
    must(await reviewForm(bureau.as(OFFICE, later), back));
    const resubmitted = await formOf(bureau, AUTHOR);
    must(await submitForm(bureau.as(AUTHOR, later), resubmitted, pointWith()));
    must(await agree(chain.head, AUTHOR, later));
    must(await agree(chain.leader, AUTHOR, later));
    const before = await fingerprint(bureau);
    expect(await agree(OFFICE, AUTHOR, later, { ...meeting, heldOn: '2026-10-11' })).toEqual({
      ok: false,
      refusal: { code: 'meetingBeforeSubmission', detail: { submittedOn: '2026-10-12' } },
    });
    expect(await fingerprint(bureau)).toEqual(before);
    must(await agree(OFFICE, AUTHOR, later, { ...meeting, heldOn: '2026-10-12' }));
  });

  test('names everybody once, and is not the author alone', async () => {
    await bureau.launch();
    const member = '0009';
    await submitted(bureau, { author: member, head: '0002', leader: '0001' });
    must(await agree('0002', member, NOW));
    must(await agree('0001', member, NOW));
    const alone = { heldOn: '2026-09-21', attendees: [member, member] };
    expect(codeOf(await agree(OFFICE, member, NOW, alone))).toBe('onlyAuthorAttended');
    must(await agree(OFFICE, member, NOW, { ...alone, attendees: [member, '0001', '0001'] }));
    const record = bureau.db.selectFrom('meeting_record').select('attendees');
    expect(await record.execute()).toEqual([{ attendees: [member, '0001'] }]);
  });

  test('ORG-07 counts the members of its own day', async () => {
    await bureau.launch();
    await signed(bureau, chain);
    const succeeded = replaced(
      'assignments.csv',
      '0004,role,leading_group_member,QLSF,2024-01-01',
      '0014,role,leading_group_member,QLSF,2026-10-12',
    );
    await reorganise(bureau, succeeded, later);
    const held = (heldOn: string, member: string) => ({ heldOn, attendees: ['0001', member] });
    const now = at('2026-10-13 09:00');
    for (const wrong of [held('2026-10-09', '0014'), held('2026-10-12', '0004')]) {
      expect(codeOf(await agree(OFFICE, AUTHOR, now, wrong))).toBe('attendeeUnknown');
    }
    must(await agree(OFFICE, AUTHOR, now, held('2026-10-09', '0004')));
  });
});

describe('the end of a cycle', () => {
  const END = at('2027-01-01 00:00');
  const fire = async (now: Date): Promise<void> => {
    for (const timer of await claimed(bureau, CYCLE_END_TIMER, now)) {
      await endCycle(bureau.system(now), timer);
    }
  };
  const stateOf = async (id: string): Promise<string> => {
    const row = bureau.db.selectFrom('cycle').select('state').where('id', '=', id);
    return (await row.executeTakeFirstOrThrow()).state;
  };

  test('it waits from day to day for the last form and closes then', async () => {
    const id = await bureau.launch();
    expect(await timersOf(CYCLE_END_TIMER)).toEqual([{ subject: id, due_at: END }]);
    await fire(END);
    expect(await stateOf(id)).toBe('running');
    const tomorrow = at('2027-01-02 00:00');
    expect(await timersOf(CYCLE_END_TIMER)).toEqual([{ subject: id, due_at: tomorrow }]);
    await sql`update procedure set status = 'completed', completed_at = now()`.execute(bureau.db);
    await fire(tomorrow);
    expect(await stateOf(id)).toBe('closed');
    expect(await timersOf(CYCLE_END_TIMER)).toEqual([]);
    const actions = await actionsOf(bureau, `cycle:${id}`);
    expect(actions).toEqual(['cycle.launched', 'cycle.endPostponed', 'cycle.closed']);
  });

  test('an administrator closes it: nothing is asked any more, and the next year can be launched', async () => {
    const id = await bureau.launch();
    const ref = await submitted(bureau, chain);
    const spring = at('2027-03-01 09:00');
    expect(codeOf(await closeCycle(bureau.as(OFFICE, spring), id))).toBe('roleRequired');
    expect(codeOf(await closeCycle(bureau.admin(spring), UNKNOWN))).toBe('notFound');
    expect(codeOf(await closeCycle(bureau.admin(spring), 'x'))).toBe('notFound');
    const closed = must(await closeCycle(bureau.admin(spring), id));
    expect(closed).toEqual({ cycleId: id, cancelled: PEOPLE });
    const before = await fingerprint(bureau);
    const ended = await formOf(bureau, '0014');
    const written = await saveDraft(bureau.as('0014', spring), ended, pointWith());
    expect(codeOf(written)).toBe('wrongState');
    expect(await fingerprint(bureau)).toEqual(before);
    expect(codeOf(await closeCycle(bureau.admin(spring), id))).toBe('cycleClosed');
    expect(await stateOf(id)).toBe('closed');
    for (const kind of [TASK_TIMER, 'stage', CYCLE_END_TIMER]) {
      expect(await timersOf(kind)).toEqual([]);
    }
    const { openTasks, audit, messages } = await tracesOf(bureau, ref.procedureId);
    expect([openTasks, audit.at(-1)]).toEqual([[], 'selfCheck.cancelled']);
    // His card may be on its way, with the buttons it had when it set out.
    expect(messages).toContain(`refresh ${chain.head}`);
    expect(codeOf(await agree(chain.head, AUTHOR, spring))).toBe('wrongState');
    await bureau.launch(shipped, spring);
    await everyMorning(bureau, spring);
    expect(await stateOf(id)).toBe('closed');
  });
});

describe('what the office is told and what is on record', () => {
  test('ORG-07 a review nobody may do keeps its task and is named by doctor', async () => {
    await bureau.launch();
    const { procedureId } = await signed(bureau, chain);
    const found = async () =>
      (await examine(bureau.admin(), [])).find(({ check }) => check === 'stuckReviews');
    expect(await found()).toEqual({ check: 'stuckReviews', ok: true, detail: '' });
    await reorganise(bureau, without('assignments.csv', /^.*,leading_group_.*\n/gm));
    expect((await tracesOf(bureau, procedureId)).openTasks).toHaveLength(2);
    const person = bureau.db.selectFrom('person').select('name').where('code', '=', AUTHOR);
    const { name } = await person.executeTakeFirstOrThrow();
    const detail = `${name}（领导小组审定）`;
    expect(await found()).toEqual({ check: 'stuckReviews', ok: false, detail });
  });

  test('ORG-29 a register taken away as a file is on record; others get none', async () => {
    const before = await fingerprint(bureau);
    const request = { unitCode: UNIT, key: 'event' };
    expect(codeOf(await requestRegisterFile(bureau.as('0006'), request))).toBe('roleRequired');
    expect(await fingerprint(bureau)).toEqual(before);
    must(await requestRegisterFile(bureau.as(OFFICE), request));
    expect(await actionsOf(bureau, `register:${UNIT}`)).toEqual(['register.exported']);
    const content = { kind: 'registerFile', unitCode: UNIT };
    const sent = bureau.db.selectFrom('outbox').select(['person_code', 'content']);
    expect(await sent.execute()).toEqual([{ person_code: OFFICE, content }]);
  });
});
