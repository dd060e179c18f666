/** Forms of labelled fields, and the days between which a form is to be given in, on a real database. */
import { afterEach, describe, expect, test } from 'vitest';
import { findCycle } from '../db/cycles.ts';
import { saveAnswers, submitAnswers } from '../services/answers.ts';
import { viewProcedure } from '../services/procedure-view.ts';
import type { LoadedProfile } from '../services/profile.ts';
import { cycleProgress } from '../services/progress.ts';
import { reviewForm } from '../services/review.ts';
import { saveDraft, submitForm } from '../services/self-check.ts';
import type { FormRef } from '../services/writing.ts';
import {
  at,
  type Bureau,
  codeOf,
  fingerprint,
  must,
  openBureau,
  tracesOf,
  ZONE,
} from './support/bureau.ts';
import { agree, refOf } from './support/shared-form.ts';
import { edited, loadText, pointWith, shipped, whole } from './support/shipped-profile.ts';

let bureau: Bureau;
afterEach(() => bureau?.close());

async function open(loaded: LoadedProfile = whole): Promise<string> {
  bureau = await openBureau();
  return bureau.launch(loaded);
}

describe('a form of labelled fields', () => {
  const answers = {
    done: '完毕',
    effect: '落实',
    problems: '无',
    corrections: '无',
    rating: 'good',
  };
  const december = at('2026-12-11 09:00');
  const openReport = async (): Promise<FormRef> => {
    await open();
    await bureau.db
      .updateTable('procedure')
      .set({ status: 'open' })
      .where('form_code', '=', 'departmentReview')
      .execute();
    return refOf(bureau, 'departmentReview', 'D03');
  };

  test('is written by its writer alone, and takes no risk points; a self-check takes no answers', async () => {
    const ref = await openReport();
    const before = await fingerprint(bureau);
    for (const other of ['0013', '0002', '0007', '0001', 'nobody']) {
      expect(codeOf(await saveAnswers(bureau.as(other), ref, answers))).toBe('notYours');
      expect(codeOf(await submitAnswers(bureau.as(other), ref, answers))).toBe('notYours');
    }
    expect(codeOf(await saveDraft(bureau.as('0012'), ref, pointWith()))).toBe('wrongState');
    expect(codeOf(await submitForm(bureau.as('0012'), ref, pointWith()))).toBe('wrongState');
    const check = await refOf(bureau, 'personal', '0012');
    expect(codeOf(await saveAnswers(bureau.as('0012'), check, {}))).toBe('wrongState');
    expect(codeOf(await submitAnswers(bureau.as('0012'), check, {}))).toBe('wrongState');
    expect(codeOf(await saveAnswers(bureau.as('0012'), ref, { strange: 'x' }))).toBe(
      'fieldUnknown',
    );
    const long = { ...answers, done: '字'.repeat(1001) };
    expect(codeOf(await saveAnswers(bureau.as('0012'), ref, long))).toBe('fieldTooLong');
    const stale = { ...ref, revision: ref.revision + 1 };
    expect(codeOf(await saveAnswers(bureau.as('0012'), stale, answers))).toBe('stale');
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('PLAN-33 is submitted, returned, submitted again and received; every version is kept', async () => {
    const ref = () => refOf(bureau, 'departmentReview', 'D03');
    await openReport();
    const now = december;
    must(await submitAnswers(bureau.as('0012', now), await ref(), answers));
    const returned = { ...(await ref()), verdict: 'return' as const, opinion: '请写明问题' };
    must(await reviewForm(bureau.as('0007', now), returned));
    must(
      await submitAnswers(bureau.as('0012', now), await ref(), {
        ...answers,
        problems: '个别制度未修订',
      }),
    );
    const received = must(await agree(bureau, '0007', await ref(), {}, now));
    expect(received).toEqual({ registerNumbers: [], action: 'agreed', completed: true });
    const { procedureId } = await ref();
    const versions = await bureau.db
      .selectFrom('form_version')
      .select('content')
      .where('procedure_id', '=', procedureId)
      .orderBy('version')
      .execute();
    expect(versions).toEqual([
      { content: { answers } },
      { content: { answers: { ...answers, problems: '个别制度未修订' } } },
    ]);
    const view = await viewProcedure(bureau.db, procedureId, '0007', { now, zone: ZONE });
    expect(view).toMatchObject({
      access: 'full',
      answers: { problems: '个别制度未修订' },
      draftAnswers: {},
    });
    const leader = await viewProcedure(bureau.db, procedureId, '0002', { now, zone: ZONE });
    expect(leader).toMatchObject({ access: 'status', answers: {}, draftAnswers: {} });
  });
});

describe('PLAN-08 the days of a form', () => {
  const windowed = loadText(
    edited(
      'ifOver: refuse',
      'ifOver: refuse\n    submission: { earliest: { monthDay: "10-01" }, latest: { monthDay: "10-20" }, clause: 一 }',
    ),
  );
  const submit = async (author: string, now: Date) => {
    const ref = await refOf(bureau, 'personal', author);
    must(await submitForm(bureau.as(author, now), ref, pointWith()));
    const view = await viewProcedure(bureau.db, ref.procedureId, author, { now, zone: ZONE });
    return view?.punctuality;
  };

  test('set the due day; what comes before or after is taken, and counted', async () => {
    const id = await open(windowed);
    const ref = await refOf(bureau, 'personal', '0013');
    expect((await tracesOf(bureau, ref.procedureId)).openTasks).toEqual(['fill 0013 2026-10-20']);
    expect(await submit('0013', at('2026-09-30 23:59'))).toBe('early');
    expect(await submit('0014', at('2026-10-01 00:00'))).toBe('onTime');
    expect(await submit('0016', at('2026-10-20 23:59'))).toBe('onTime');
    const late = at('2026-10-21 00:00');
    expect(await submit('0017', late)).toBe('late');
    const cycle = await findCycle(bureau.db, id);
    if (cycle === undefined) throw new Error('no cycle');
    const { forms } = await cycleProgress(bureau.db, cycle, null, { now: late, zone: ZONE });
    expect(forms).toMatchObject([
      { formCode: 'personal', owed: 23, submitted: 4, early: 1, late: 1 },
    ]);
  });

  test('a returned form counts by the day it was first given in, and is due with the form again', async () => {
    await open(windowed);
    expect(await submit('0013', at('2026-10-19 09:00'))).toBe('onTime');
    const ref = await refOf(bureau, 'personal', '0013');
    const back = { ...ref, verdict: 'return' as const, opinion: '请补充' };
    must(await reviewForm(bureau.as('0012', at('2026-10-19 10:00')), back));
    expect((await tracesOf(bureau, ref.procedureId)).openTasks).toEqual(['fill 0013 2026-10-20']);
    expect(await submit('0013', at('2026-10-22 09:00'))).toBe('onTime');
  });

  test('without days of its own, a form is late after its stage', async () => {
    await open(shipped);
    expect(await submit('0013', at('2026-12-10 23:59'))).toBe('onTime');
    expect(await submit('0014', at('2026-12-11 00:00'))).toBe('late');
  });
});
