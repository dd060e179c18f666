import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { launchCycle } from '../services/cycle.ts';
import type { LoadedProfile } from '../services/profile.ts';
import { openStage } from '../services/stage.ts';
import {
  at,
  claimed,
  codeOf,
  fingerprint,
  formOf,
  must,
  NOW,
  tracesOf,
  UNIT,
} from './support/bureau.ts';
import { useFreshBureaus } from './support/hooks.ts';
import { profile, shipped, withSecondForm } from './support/shipped-profile.ts';

const PEOPLE = 23;
const SUMMER = at('2026-05-25 09:00');
const FIRST_MORNING = at('2026-09-21 08:30');

const bureau = useFreshBureaus();

const input = (over: { loaded?: LoadedProfile; unitCode?: string; startOn?: string } = {}) => ({
  loaded: shipped,
  unitCode: UNIT,
  ...over,
});
const countsOf = async () => {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from cycle) as cycle, (select count(*) from stage) as stage,
      (select count(*) from procedure) as procedure, (select count(*) from task) as task,
      (select count(*) from outbox) as outbox,
      (select count(*) from timer where kind in ('task', 'stage')) as timer`.execute(bureau.db);
  return rows[0];
};
const auditOf = async (cycleId: string): Promise<string[]> => {
  const rows = bureau.db
    .selectFrom('audit_entry')
    .select('body')
    .where('subject', '=', `cycle:${cycleId}`)
    .orderBy('seq');
  return (await rows.execute()).map(({ body }) => JSON.parse(body).action);
};

describe('launching', () => {
  test('PLAN-01 RISK-06 in the form’s stage: a form, a task, a reminder and a card for everybody', async () => {
    const { cycleId, people } = must(await launchCycle(bureau.admin(), input()));
    expect(people).toBe(PEOPLE);
    const each = { procedure: PEOPLE, task: PEOPLE, outbox: PEOPLE, timer: PEOPLE };
    expect(await countsOf()).toEqual({ ...each, cycle: 1, stage: 4 });
    const cycle = await bureau.db.selectFrom('cycle').selectAll().executeTakeFirstOrThrow();
    expect(cycle).toMatchObject({
      id: cycleId,
      profile_hash: shipped.hash,
      start_on: '2026-09-21',
      state: 'running',
      launched_by: 'test',
    });
    expect(cycle.profile).toEqual(profile);
    expect(await auditOf(cycleId)).toEqual(['cycle.launched']);
    const ref = await formOf(bureau, '0013');
    expect(ref).toMatchObject({ status: 'open', revision: 1, version: 0, stepIndex: 0 });
    expect(await tracesOf(bureau, ref.procedureId)).toMatchObject({
      openTasks: ['fill 0013 2026-12-10'],
      messages: ['announce 0013'],
      timers: ['fill open'],
    });
  });

  test('ORG-02 somebody with two posts has one form that names both', async () => {
    await bureau.launch();
    const rows = await bureau.db
      .selectFrom('procedure')
      .select('post_names')
      .where('subject_person', '=', '0007')
      .execute();
    expect(rows).toEqual([{ post_names: '人事岗、档案管理岗' }]);
  });

  test('PLAN-05 before the stage everything waits for one timer', async () => {
    const launched = must(await launchCycle(bureau.admin(SUMMER), input()));
    expect(await countsOf()).toMatchObject({ procedure: PEOPLE, task: 0, outbox: 0, timer: 1 });
    expect(await formOf(bureau, '0013')).toMatchObject({ status: 'scheduled', revision: 1 });
    expect(await claimed(bureau, 'stage', FIRST_MORNING)).toMatchObject([
      { subject: launched.cycleId, slot: 'execute', dueAt: FIRST_MORNING },
    ]);
  });

  test('the office may launch, others may not; refusals write nothing', async () => {
    const before = await fingerprint(bureau);
    for (const person of ['0001', '0008', '0013', 'nobody']) {
      const result = await launchCycle(bureau.as(person), input());
      expect(!result.ok && result.refusal).toEqual({
        code: 'roleRequired',
        detail: { role: 'leading_group_office' },
      });
    }
    const admin = bureau.admin();
    expect(codeOf(await launchCycle(admin, input({ unitCode: 'XXXX' })))).toBe('unitUnknown');
    for (const startOn of ['0000-01-01', '0001-09-21', '2024-09-21', '2028-01-01', '9999-12-31']) {
      const refused = await launchCycle(admin, input({ startOn }));
      expect(!refused.ok && refused.refusal).toEqual({
        code: 'fieldInvalid',
        detail: { field: 'startOn' },
      });
    }
    const winter = bureau.admin(at('2026-12-11 09:00'));
    expect(codeOf(await launchCycle(winter, input()))).toBe('stageClosed');
    expect(codeOf(await launchCycle(admin, input({ startOn: '2025-03-01' })))).toBe('stageClosed');
    expect(await fingerprint(bureau)).toEqual(before);
    expect(codeOf(await launchCycle(bureau.as('0005'), input()))).toBe('accepted');
  });

  test('a unit without anybody, or without anybody to decide, is refused by name', async () => {
    await sql`insert into unit (code, name, kind) values ('LEER', '空单位', '县级机关')`.execute(
      bureau.db,
    );
    const empty = await launchCycle(bureau.admin(), input({ unitCode: 'LEER' }));
    expect(!empty.ok && empty.refusal).toEqual({
      code: 'nobodyCovered',
      detail: { unit: '空单位' },
    });
    await bureau.db.deleteFrom('assignment').where('ref', 'like', 'leading_group_%').execute();
    const before = await fingerprint(bureau);
    const stuck = await launchCycle(bureau.admin(), input());
    expect(!stuck.ok && stuck.refusal).toEqual({
      code: 'noReviewer',
      detail: { step: '领导小组审定', person: '沈远乔', people: '23' },
    });
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('one cycle of a profile runs in a unit, also when two are launched at the same moment', async () => {
    const both = ['0005', '0007'].map((clerk) => launchCycle(bureau.as(clerk), input()));
    expect((await Promise.all(both)).map(codeOf).sort()).toEqual(['accepted', 'cycleRunning']);
    expect(await countsOf()).toMatchObject({ cycle: 1, procedure: PEOPLE });
    expect(codeOf(await launchCycle(bureau.admin(), input()))).toBe('cycleRunning');
    const other = { ...shipped, profile: { ...shipped.profile, id: 'another' } };
    expect(codeOf(await launchCycle(bureau.admin(), input({ loaded: other })))).toBe('accepted');
  });

  test.each([
    ['in the stage', NOW, { tasks: 46, timers: 46 }],
    ['before it', SUMMER, { tasks: 0, timers: 1 }],
  ])('two forms of one stage, launched %s', async (_name, now, { tasks, timers }) => {
    const loaded = withSecondForm('execute');
    expect(codeOf(await launchCycle(bureau.admin(now), input({ loaded })))).toBe('accepted');
    expect(await countsOf()).toMatchObject({ procedure: 46, task: tasks, timer: timers });
  });
});

describe('opening a stage', () => {
  const firedAt = async (loaded = shipped) => {
    const cycleId = must(await launchCycle(bureau.admin(SUMMER), input({ loaded }))).cycleId;
    const [timer] = await claimed(bureau, 'stage', FIRST_MORNING);
    if (timer === undefined) throw new Error('no timer');
    return { cycleId, timer };
  };

  test('AUTO-28 scheduled forms become tasks and cards, the timer is gone', async () => {
    const { cycleId, timer } = await firedAt();
    await openStage(bureau.system(FIRST_MORNING), timer);
    const ref = await formOf(bureau, '0013');
    expect(ref).toMatchObject({ status: 'open', revision: 2, stepIndex: 0 });
    expect(await tracesOf(bureau, ref.procedureId)).toMatchObject({
      openTasks: ['fill 0013 2026-12-10'],
      messages: ['announce 0013'],
      timers: ['fill open'],
    });
    expect(await auditOf(cycleId)).toEqual(['cycle.launched', 'stage.opened']);
    expect(await countsOf()).toMatchObject({ task: PEOPLE, outbox: PEOPLE });
    expect(await claimed(bureau, 'stage', at('2027-01-01 09:00'))).toEqual([]);
  });

  test('fired twice, or by two processes at once, it opens once', async () => {
    const { cycleId, timer } = await firedAt();
    const system = bureau.system(FIRST_MORNING);
    await Promise.all([openStage(system, timer), openStage(system, timer)]);
    const before = await fingerprint(bureau);
    await openStage(system, timer);
    expect(await fingerprint(bureau)).toEqual(before);
    expect(await countsOf()).toMatchObject({ task: PEOPLE, outbox: PEOPLE });
    expect(await auditOf(cycleId)).toHaveLength(2);
  });

  test('a timer that was moved meanwhile does nothing', async () => {
    const { timer } = await firedAt();
    await bureau.db
      .updateTable('timer')
      .set({ due_at: at('2026-10-01 09:00') })
      .execute();
    const before = await fingerprint(bureau);
    await openStage(bureau.system(FIRST_MORNING), timer);
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('a timer of a stage that is not there is a fault, not a stage', async () => {
    const { timer } = await firedAt();
    await sql`update timer set slot = 'nowhere' where id = ${timer.id}`.execute(bureau.db);
    const before = await fingerprint(bureau);
    const opening = openStage(bureau.system(FIRST_MORNING), { ...timer, slot: 'nowhere' });
    await expect(opening).rejects.toThrow('unknown stage');
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('each form of the stage gets the task of its own first step', async () => {
    const { timer } = await firedAt(withSecondForm('execute'));
    await openStage(bureau.system(FIRST_MORNING), timer);
    const rows = await bureau.db
      .selectFrom('task')
      .innerJoin('procedure', 'procedure.id', 'task.procedure_id')
      .select(['form_code', 'step_id', 'status'])
      .distinct()
      .orderBy('form_code')
      .execute();
    expect(rows).toEqual([
      { form_code: 'department', step_id: 'departmentFill', status: 'open' },
      { form_code: 'personal', step_id: 'fill', status: 'open' },
    ]);
    expect(await countsOf()).toMatchObject({ task: 46, outbox: 46 });
  });

  test('a form of another stage stays closed', async () => {
    const { timer } = await firedAt(withSecondForm('check'));
    await openStage(bureau.system(FIRST_MORNING), timer);
    const open = await bureau.db
      .selectFrom('procedure')
      .select('form_code')
      .distinct()
      .where('status', '=', 'open')
      .execute();
    expect(open).toEqual([{ form_code: 'personal' }]);
  });
});
