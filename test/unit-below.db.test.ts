/** Who sees what of a unit below the launching one, and the other way round (ORG-01, ORG-09, ORG-21). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchCycle } from '../services/cycle.ts';
import { viewProcedure } from '../services/procedure-view.ts';
import { viewProgress } from '../services/progress.ts';
import { viewRegister } from '../services/register.ts';
import { reviewForm } from '../services/review.ts';
import {
  type Bureau,
  formOf,
  meeting,
  must,
  NOW,
  OFFICE,
  openBureau,
  submitted,
  ZONE,
} from './support/bureau.ts';
import { all, appended, reorganise } from './support/reorganise.ts';
import { edited, loadText, shipped } from './support/shipped-profile.ts';

const STAFF = '0103';
/** The unit below has a leader, an inspection and an office of its own; 0001 and 0004 lead and inspect the one above. */
const branch = all(
  appended('units.csv', 'SUB,云溪分局,县级机关,QLSF', 'DEEP,云溪分局二所,县级机关,SUB'),
  appended('departments.csv', 'S01,分局办公室,SUB,internal', 'T01,二所,DEEP,internal'),
  appended('posts.csv', 'PS1-01,科员,S01,staff,no,', 'PT1-01,科员,T01,staff,no,'),
  appended(
    'people.csv',
    '0101,程观澜,active,ou_demo_0101,',
    '0102,许知行,active,ou_demo_0102,',
    '0103,叶南枝,active,ou_demo_0103,',
    '0104,季怀川,active,ou_demo_0104,',
    '0105,温如故,active,ou_demo_0105,',
  ),
  appended(
    'assignments.csv',
    ...['0101', '0102', '0103', '0104'].map((code) => `${code},post,PS1-01,,2024-01-01,`),
    '0105,post,PT1-01,,2024-01-01,',
    '0101,role,principal_leader,SUB,2024-01-01,',
    '0101,role,leading_group_head,SUB,2024-01-01,',
    '0102,role,leading_group_office,SUB,2024-01-01,',
    '0104,role,discipline_inspection,SUB,2024-01-01,',
    '0105,role,principal_leader,DEEP,2024-01-01,',
  ),
);
const other = loadText(edited('id: s2-justice-bureau', 'id: other'));
const at = { now: NOW, zone: ZONE };

const page = { size: 20, index: 0 };
/** The departments above that owe forms. */
const above = ['D00', 'D01', 'D02', 'D03', 'D04', 'D05', 'D06'];

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau();
  await reorganise(bureau, branch);
});
afterAll(() => bureau?.close());

/** For each running cycle the departments that 进度 counts. */
const countedFor = async (viewer: string) =>
  (await viewProgress(bureau.db, viewer, at)).cycles.map(({ departments }) =>
    departments.map(({ departmentCode }) => departmentCode),
  );

describe('launched above', () => {
  beforeAll(async () => {
    must(await launchCycle(bureau.admin(), { loaded: shipped, unitCode: 'QLSF' }));
    await submitted(bureau, { author: STAFF, head: '', leader: '' });
    for (const by of ['0101', '0001', OFFICE]) {
      const input = {
        ...(await formOf(bureau, STAFF)),
        verdict: 'agree' as const,
        opinion: '同意',
      };
      must(await reviewForm(bureau.as(by), { ...input, meeting }));
    }
  });

  test.each([
    ['0004', STAFF, 'the inspection above', 'full'],
    ['0104', STAFF, 'its own inspection', 'full'],
    ['0102', STAFF, 'its own office, which did not launch', 'none'],
    ['0002', STAFF, 'a leader in charge of others', 'none'],
    ['0101', '0105', 'the principal leader above, whose unit did not launch', 'status'],
    ['0105', STAFF, 'the principal leader of a unit further below', 'none'],
  ])('%s on the form of %s, %s: %s', async (viewer, author, _who, access) => {
    const { procedureId } = await formOf(bureau, author);
    const view = await viewProcedure(bureau.db, procedureId, viewer, at);
    expect(view?.access).toBe(access);
  });
  test.each([
    ['0101', 'its principal leader', ['S01', 'T01'], 1],
    ['0104', 'its inspection', ['S01', 'T01'], 1],
    ['0105', 'the principal leader further below', ['T01'], 0],
    ['0102', 'its office, which did not launch', [], 0],
    [STAFF, 'the author', [], 1],
    ['0001', 'the principal leader above', [...above, 'S01', 'T01'], 1],
    ['0015', 'a head above', ['D04'], 0],
  ])('%s, %s, sees in 进度 and 台账 the own part', async (viewer, _who, departments, lines) => {
    expect(await countedFor(viewer)).toEqual(departments.length === 0 ? [] : [departments]);
    expect((await viewRegister(bureau.db, viewer, page, at)).total).toBe(lines);
  });
});

describe('launched below besides', () => {
  beforeAll(async () => {
    must(await launchCycle(bureau.admin(), { loaded: other, unitCode: 'SUB' }));
  });

  test.each([
    ['0101', 'its principal leader', ['S01', 'T01']],
    ['0102', 'its office', ['S01', 'T01']],
    ['0105', 'the principal leader further below', ['T01']],
    ['0001', 'the principal leader above', ['S01', 'T01']],
    ['0004', 'the inspection above', ['S01', 'T01']],
    [OFFICE, 'the office above, which did not launch', undefined],
    ['0015', 'a head above', undefined],
  ])('%s, %s: the cycle of the unit below', async (viewer, _who, departments) => {
    const { cycles } = await viewProgress(bureau.db, viewer, at);
    const below = cycles.find(({ cycle }) => cycle.unitCode === 'SUB');
    expect(below?.departments.map(({ departmentCode }) => departmentCode)).toEqual(departments);
  });
});
