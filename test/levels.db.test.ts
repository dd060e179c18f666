/** Forms of sections and teams between import, launch and the daily look: who writes, who may not review, what is asked. */
import { afterEach, describe, expect, test } from 'vitest';
import { findCycle } from '../db/cycles.ts';
import { registerOfUnit } from '../db/risk-points.ts';
import { viewProcedure } from '../services/procedure-view.ts';
import type { LoadedProfile } from '../services/profile.ts';
import { cycleProgress } from '../services/progress.ts';
import { saveDraft, submitForm } from '../services/self-check.ts';
import {
  actionsOf,
  at,
  type Bureau,
  codeOf,
  fingerprint,
  meeting,
  must,
  NOW,
  openBureau,
  tracesOf,
  ZONE,
} from './support/bureau.ts';
import { all, appended, type Edit, reorganise, replaced, without } from './support/reorganise.ts';
import { agree, refOf } from './support/shared-form.ts';
import { edited, loadText, pointWith, whole, wholeText } from './support/shipped-profile.ts';

let bureau: Bureau;
afterEach(() => bureau?.close());

const systemsPoint = pointWith({ riskType: 'systems', manifestationPicks: [] });

async function open(loaded: LoadedProfile = whole, edit: Edit = (texts) => texts, now = NOW) {
  bureau = await openBureau();
  await reorganise(bureau, edit, now);
  return bureau.launch(loaded, now);
}

const objectsOf = async (formCode: string): Promise<readonly string[]> =>
  (
    await bureau.db
      .selectFrom('procedure')
      .select('object_code')
      .where('form_code', '=', formCode)
      .orderBy('object_code')
      .execute()
  ).map(({ object_code }) => object_code);

describe('ORG-25 the list of who owes a form', () => {
  const covering = (rules: string) => loadText(edited('covers: everyone', `covers: ${rules}`));

  test.each([
    ['{ anyOf: [{ tiers: [股级] }] }', ['0005', '0009', '0012', '0015', '0018', '0021']],
    ['{ anyOf: [{ tiers: [科级], keyPost: true }] }', ['0001', '0002', '0003', '0004']],
    ['{ anyOf: [{ posts: [P01-02, P06-03] }] }', ['0006', '0023']],
    ['{ anyOf: [{ roles: [party_branch] }, { posts: [P01-05] }] }', ['0003', '0008', '0015']],
    ['{ anyOf: [{ roles: [leading_group_member], tiers: [股级] }] }', ['0005', '0009', '0012']],
  ])('%s', async (rules, people) => {
    await open(covering(rules));
    expect(await objectsOf('personal')).toEqual(people);
  });

  test('whoever comes under the rule later gets a form, whoever falls out of it keeps his', async () => {
    const loaded = covering('{ anyOf: [{ roles: [party_branch] }] }');
    await open(loaded);
    const moved = all(
      without('assignments.csv', /^0015,role,party_branch.*\n/m),
      appended('assignments.csv', '0010,role,party_branch,QLSF,2026-09-22,'),
    );
    await reorganise(bureau, moved, at('2026-09-22 09:00'));
    expect(await objectsOf('personal')).toEqual(['0003', '0010', '0015']);
  });

  test('sections by nature, and without those of the leaders', async () => {
    const text = edited(
      'covers: { withoutRole: team_member }',
      'covers: { natures: [enforcement] }',
      wholeText,
    );
    await open(loadText(text));
    expect(await objectsOf('department')).toEqual(['D02', 'D03', 'D05', 'D06']);
    expect(await objectsOf('departmentReview')).toEqual(['D01', 'D02', 'D03', 'D04', 'D05', 'D06']);
    expect(await objectsOf('team')).toEqual(['QLSF']);
  });

  test('a rule nobody meets is refused like a unit without people', async () => {
    bureau = await openBureau();
    const launched = bureau.launch(covering('{ anyOf: [{ posts: [P99-99] }] }'));
    await expect(launched).rejects.toThrow('nobodyCovered');
  });
});

describe('one person heads two sections', () => {
  test('and writes a form for each', async () => {
    const edit = replaced(
      'assignments.csv',
      '0009,role,department_head,D02',
      '0012,role,department_head,D02',
    );
    await open(whole, edit);
    for (const section of ['D02', 'D03'])
      expect(await refOf(bureau, 'department', section)).toMatchObject({
        writer: '0012',
        status: 'open',
      });
  });
});

describe('RISK-16 the writer does not review', () => {
  test('also when he was promoted to the leader in charge after he had given the form in', async () => {
    await open();
    const given = await refOf(bureau, 'department', 'D03');
    must(await submitForm(bureau.as('0012'), given, systemsPoint));
    const morning = at('2026-09-23 09:00');
    const promoted = all(
      replaced('assignments.csv', '0012,role,department_head,D03', '0013,role,department_head,D03'),
      replaced(
        'assignments.csv',
        '0002,role,leader_in_charge,D03',
        '0012,role,leader_in_charge,D03',
      ),
    );
    await reorganise(bureau, promoted, morning);
    const handed = await refOf(bureau, 'department', 'D03');
    expect(handed.writer).toBe('0013');
    for (const wrote of ['0012', '0013'])
      expect(['notYours', 'ownForm']).toContain(
        codeOf(await agree(bureau, wrote, handed, {}, morning)),
      );
    // 0001 is the principal leader, who takes the leader's place.
    expect((await tracesOf(bureau, handed.procedureId)).openTasks).toEqual([
      'leaderOpinion 0001 2026-09-29',
    ]);
    must(await agree(bureau, '0001', handed, {}, morning));
    must(
      await agree(
        bureau,
        '0007',
        await refOf(bureau, 'department', 'D03'),
        { meeting: { ...meeting, heldOn: '2026-09-22' } },
        morning,
      ),
    );
    const [line] = await registerOfUnit(bureau.db, 'QLSF');
    expect(line).toMatchObject({
      level: 'department',
      departmentName: '社区矫正股',
      personCode: '0012',
    });
  });
});

describe('the writer of a section’s form', () => {
  const morning = at('2026-09-23 09:00');

  test('loses the role: the task moves with what is written, and is told to both', async () => {
    await open();
    const before = await refOf(bureau, 'department', 'D03');
    must(await saveDraft(bureau.as('0012'), before, systemsPoint));
    const edit = replaced(
      'assignments.csv',
      '0012,role,department_head,D03',
      '0013,role,department_head,D03',
    );
    await reorganise(bureau, edit, morning);
    const after = await refOf(bureau, 'department', 'D03');
    expect(after).toMatchObject({ procedureId: before.procedureId, writer: '0013' });
    const traces = await tracesOf(bureau, after.procedureId);
    expect(traces.openTasks).toEqual(['fill 0013 2026-12-10']);
    expect(traces.closedTasks).toEqual(['fill 0012 lapsed']);
    expect(traces.timers).toEqual(['fill open']);
    expect(traces.messages).toEqual(['announce 0012', 'announce 0013', 'refresh 0012']);
    expect(await actionsOf(bureau, `procedure:${after.procedureId}`)).toEqual([
      'selfCheck.draftSaved',
      'selfCheck.passedOn',
    ]);
    const view = await viewProcedure(bureau.db, after.procedureId, '0013', {
      now: morning,
      zone: ZONE,
    });
    expect(view?.draft.current.content).toBe(systemsPoint.content);
    expect(codeOf(await saveDraft(bureau.as('0012', morning), after, systemsPoint))).toBe(
      'notYours',
    );
    const quiet = await fingerprint(bureau);
    await reorganise(bureau, edit, morning);
    expect((await fingerprint(bureau))['procedure']).toBe(quiet['procedure']);
  });

  test('leaves without a successor: the form ends, and goes on with the next head', async () => {
    await open();
    const gone = all(
      replaced('people.csv', '0012,秦立言,active', '0012,秦立言,left'),
      without('assignments.csv', /^0012,.*\n/gm),
    );
    await reorganise(bureau, gone, morning);
    expect(await refOf(bureau, 'department', 'D03')).toMatchObject({
      writer: '0012',
      status: 'cancelled',
    });
    const cycle = await findCycle(
      bureau.db,
      (await bureau.db.selectFrom('cycle').select('id').executeTakeFirstOrThrow()).id,
    );
    if (cycle === undefined) throw new Error('no cycle');
    const progress = await cycleProgress(bureau.db, cycle, null, { now: morning, zone: ZONE });
    const waiting = progress.unstaffed.map(({ form, objectName }) => `${objectName} ${form.code}`);
    expect(waiting).toEqual(['社区矫正股 department', '社区矫正股 departmentReview']);
    const next = at('2026-09-24 09:00');
    await reorganise(
      bureau,
      all(gone, appended('assignments.csv', '0014,role,department_head,D03,2026-09-24,')),
      next,
    );
    const back = await refOf(bureau, 'department', 'D03');
    expect(back).toMatchObject({ writer: '0014', status: 'open' });
    expect((await tracesOf(bureau, back.procedureId)).openTasks).toEqual(['fill 0014 2026-12-10']);
    expect(await refOf(bureau, 'departmentReview', 'D03')).toMatchObject({
      writer: '0014',
      status: 'scheduled',
    });
  });

  test('is whoever has the role when the stage opens', async () => {
    const early = at('2026-09-07 09:00');
    await open(whole, undefined, early);
    expect(await refOf(bureau, 'department', 'D03')).toMatchObject({
      writer: '0012',
      status: 'scheduled',
    });
    const edit = replaced(
      'assignments.csv',
      '0012,role,department_head,D03',
      '0014,role,department_head,D03',
    );
    await reorganise(bureau, edit, at('2026-09-10 09:00'));
    const scheduled = await refOf(bureau, 'department', 'D03');
    expect(scheduled).toMatchObject({ writer: '0014', status: 'scheduled' });
    expect((await tracesOf(bureau, scheduled.procedureId)).openTasks).toEqual([]);
  });
});
