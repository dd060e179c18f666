import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { connect } from '../db/client.ts';
import { identitiesFor } from '../db/identity.ts';
import { departmentProgress, missingForms } from '../db/progress.ts';
import { launchCycle } from '../services/cycle.ts';
import { eachByItself } from '../services/each.ts';
import { REASSIGN_TIMER, reassignReviews } from '../services/reassign.ts';
import { reviewForm } from '../services/review.ts';
import { openStage } from '../services/stage.ts';
import {
  actionsOf,
  at,
  chainOf,
  claimed,
  codeOf,
  formOf,
  must,
  NOW,
  submitted,
  tracesOf,
} from './support/bureau.ts';
import { useFreshBureaus } from './support/hooks.ts';
import {
  all,
  appended,
  everyMorning,
  reorganise,
  replaced,
  without,
} from './support/reorganise.ts';
import { shipped } from './support/shipped-profile.ts';

const TODAY = '2026-09-22';
const PEOPLE = 23;
const AUTHOR = '0013';
const chain = chainOf(AUTHOR);

const bureau = useFreshBureaus();

const unchanged = all();
const left = all(
  replaced('people.csv', 'active,ou_demo_0013', 'left,ou_demo_0013'),
  without('assignments.csv', /^0013,.*\n/gm),
);
const newcomer = all(
  appended('people.csv', '0031,江照临,active,ou_demo_0031,'),
  appended('assignments.csv', '0031,post,P03-02,,2024-01-01,'),
);
const owed = async (cycleId: string): Promise<number> =>
  (await departmentProgress(bureau.db, cycleId, null, TODAY)).reduce(
    (sum, each) => sum + each.owed,
    0,
  );

describe('people who leave', () => {
  test('owe nothing, are reminded of nothing and are written to no more', async () => {
    const cycleId = await bureau.launch();
    const { procedureId } = await formOf(bureau, AUTHOR);
    expect(await identitiesFor(bureau.db, AUTHOR)).toHaveLength(1);
    await reorganise(bureau, left);
    expect(await formOf(bureau, AUTHOR)).toMatchObject({ status: 'cancelled' });
    expect(await tracesOf(bureau, procedureId)).toMatchObject({
      openTasks: [],
      closedTasks: ['fill 0013 lapsed'],
      timers: [],
      audit: ['selfCheck.cancelled'],
    });
    expect(await owed(cycleId)).toBe(PEOPLE - 1);
    expect(
      await missingForms(bureau.db, cycleId, null, { size: 60, offset: 0, today: TODAY }),
    ).toHaveLength(PEOPLE - 1);
    expect(await identitiesFor(bureau.db, AUTHOR)).toEqual([]);
    await everyMorning(bureau, at('2026-09-22 06:00'));
    expect(await actionsOf(bureau, `procedure:${procedureId}`)).toEqual(['selfCheck.cancelled']);
  });

  test('leave forms under review to the reviewers', async () => {
    await bureau.launch();
    const { procedureId } = await submitted(bureau, chain);
    await reorganise(bureau, left);
    expect(await formOf(bureau, AUTHOR)).toMatchObject({ status: 'open', stepIndex: 1 });
    const { openTasks } = await tracesOf(bureau, procedureId);
    expect(openTasks).toEqual(['headOpinion 0012 2026-09-29']);
  });

  test('find their form again when they come back', async () => {
    const cycleId = await bureau.launch();
    await reorganise(bureau, left);
    await reorganise(bureau, unchanged, at('2026-09-23 20:00'));
    const form = await formOf(bureau, AUTHOR);
    expect(form.status).toBe('open');
    const { openTasks, timers } = await tracesOf(bureau, form.procedureId);
    expect([openTasks, timers]).toEqual([['fill 0013 2026-12-10'], ['fill open']]);
    expect(await owed(cycleId)).toBe(PEOPLE);
    const actions = await actionsOf(bureau, `cycle:${cycleId}`);
    expect(actions).toEqual(['cycle.launched', 'cycle.extended']);
  });
});

describe('people who come after the launch', () => {
  test('get a form with the next opening of the send window, once', async () => {
    const cycleId = await bureau.launch();
    await reorganise(bureau, newcomer, at('2026-09-22 20:00'));
    const form = await formOf(bureau, '0031');
    expect(form.status).toBe('open');
    const traces = await tracesOf(bureau, form.procedureId);
    expect(traces).toMatchObject({ openTasks: ['fill 0031 2026-12-10'], timers: ['fill open'] });
    const cards = bureau.db.selectFrom('outbox').select('not_before');
    expect(await cards.where('person_code', '=', '0031').execute()).toEqual([
      { not_before: at('2026-09-23 08:30') },
    ]);
    const actions = await actionsOf(bureau, `cycle:${cycleId}`);
    expect(actions).toEqual(['cycle.launched', 'cycle.extended']);
    await everyMorning(bureau, at('2026-09-23 06:00'));
    expect(await owed(cycleId)).toBe(PEOPLE + 1);
  });

  test('before the stage they wait for it like everybody, after it they are left alone', async () => {
    const cycleId = await bureau.launch(shipped, at('2026-05-25 09:00'));
    await reorganise(bureau, newcomer, at('2026-06-01 09:00'));
    expect(await formOf(bureau, '0031')).toMatchObject({ status: 'scheduled' });
    for (const timer of await claimed(bureau, 'stage', NOW)) {
      await openStage(bureau.system(NOW), timer);
    }
    expect(await formOf(bureau, '0031')).toMatchObject({ status: 'open' });
    const second = all(
      newcomer,
      appended('people.csv', '0032,方晴岚,active,ou_demo_0032,'),
      appended('assignments.csv', '0032,post,P03-02,,2024-01-01,'),
    );
    await reorganise(bureau, second, at('2026-12-11 09:00'));
    expect(await owed(cycleId)).toBe(PEOPLE + 1);
  });

  test('an account that changes gets the cards of its owner’s open tasks', async () => {
    await bureau.launch();
    const { procedureId } = await formOf(bureau, AUTHOR);
    await sql`delete from outbox`.execute(bureau.db);
    const account = replaced('people.csv', 'ou_demo_0013', 'ou_demo_0013b');
    // A Saturday within the Mid-Autumn holidays: the cards wait until Monday.
    await reorganise(bureau, account, at('2026-09-26 09:00'));
    const cards = bureau.db.selectFrom('outbox').select(['person_code', 'content', 'not_before']);
    expect(await cards.execute()).toEqual([
      {
        person_code: AUTHOR,
        content: { kind: 'announce', subject: `procedure:${procedureId}` },
        not_before: at('2026-09-28 08:30'),
      },
    ]);
  });
});

describe('ORG-01 a unit below the launching one', () => {
  const branch = all(
    appended('units.csv', 'SUB,云溪分局,县级机关,QLSF'),
    appended('departments.csv', 'S01,分局办公室,SUB,internal'),
    appended('posts.csv', 'PS1-01,分局局长,S01,leader,no,', 'PS1-02,科员,S01,staff,no,'),
    appended(
      'people.csv',
      '0101,程观澜,active,ou_demo_0101,',
      '0102,许知行,active,ou_demo_0102,',
      '0103,叶南枝,active,ou_demo_0103,',
    ),
    appended(
      'assignments.csv',
      '0101,post,PS1-01,,2024-01-01,',
      '0102,post,PS1-02,,2024-01-01,',
      '0103,post,PS1-02,,2024-01-01,',
      '0101,role,principal_leader,SUB,2024-01-01,',
      '0101,role,leading_group_head,SUB,2024-01-01,',
      '0102,role,leading_group_office,SUB,2024-01-01,',
    ),
  );
  const inBranch = () => launchCycle(bureau.admin(), { loaded: shipped, unitCode: 'SUB' });
  const sign = async (by: string): Promise<void> => {
    const ref = await formOf(bureau, '0103');
    must(await reviewForm(bureau.as(by), { ...ref, verdict: 'agree', opinion: '同意' }));
  };
  const forms = async (): Promise<number> =>
    (await bureau.db.selectFrom('procedure').select('id').execute()).length;

  test('its own leader signs, the leading group that launched decides', async () => {
    await reorganise(bureau, branch);
    await bureau.launch();
    const { procedureId } = await submitted(bureau, { author: '0103', head: '', leader: '' });
    const asked = async () => (await tracesOf(bureau, procedureId)).openTasks;
    expect(await asked()).toEqual(['headOpinion 0101 2026-09-29']);
    await sign('0101');
    expect(await asked()).toEqual(['leaderOpinion 0001 2026-09-29']);
    await sign('0001');
    expect(await asked()).toEqual([
      'groupDecision 0005 2026-12-10',
      'groupDecision 0007 2026-12-10',
    ]);
  });

  test('launched for both, nobody has two open forms', async () => {
    await reorganise(bureau, branch);
    expect(must(await inBranch()).people).toBe(3);
    await bureau.launch();
    expect(await forms()).toBe(PEOPLE + 3);
    await everyMorning(bureau, at('2026-09-22 06:00'));
    expect(await forms()).toBe(PEOPLE + 3);
  });

  test('launched above first, there is nobody left below', async () => {
    await reorganise(bureau, branch);
    await bureau.launch();
    expect(codeOf(await inBranch())).toBe('cycleRunning');
  });
});

describe('a form that breaks the morning’s look', () => {
  test('ORG-07 keeps no other back, is named by its id alone, and is looked at again', async () => {
    await bureau.launch();
    const broken = await submitted(bureau, chainOf('0008'));
    const { procedureId } = await submitted(bureau, chain);
    const setSigned = (signed: string) =>
      bureau.db
        .updateTable('procedure')
        .set({ signed })
        .where('id', '=', broken.procedureId)
        .execute();
    await setSigned('{"damaged":true}');
    const moved = replaced(
      'assignments.csv',
      '0012,role,department_head',
      '0014,role,department_head',
    );
    await expect(reorganise(bureau, moved)).rejects.toThrow('failed for 1 of');
    expect((await tracesOf(bureau, procedureId)).openTasks).toEqual([
      expect.stringContaining('headOpinion 0014'),
    ]);

    const reported: string[] = [];
    const ctx = { ...bureau.system(NOW), report: (id: string) => void reported.push(id) };
    const [again] = await claimed(bureau, REASSIGN_TIMER, NOW);
    if (again === undefined) throw new Error('the timer is gone');
    await expect(reassignReviews(ctx, again)).rejects.toThrow('failed for 1 of');
    expect(reported).toEqual([broken.procedureId]);
    await setSigned('[]');
    await everyMorning(bureau, NOW);
    expect(await claimed(bureau, REASSIGN_TIMER, NOW)).toEqual([]);
  });

  test('a database that does not answer ends the look at once', async () => {
    const nowhere = connect('postgres://nobody@127.0.0.1:1/none', 1);
    const ctx = { ...bureau.system(NOW), db: nowhere };
    let tried = 0;
    const look = eachByItself(ctx, ['a', 'b'], async () => {
      tried += 1;
      throw new Error('no connection');
    });
    await expect(look).rejects.toThrow('ECONNREFUSED');
    expect(tried).toBe(1);
    await nowhere.destroy();
  });
});
