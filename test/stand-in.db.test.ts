/** Who stands in for whom: deputies, hand-overs, recusals, and several signatures at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifySteps } from '../services/audit-steps.ts';
import { agreeToAll, viewSignable } from '../services/bulk-review.ts';
import { nameDeputy, revokeDeputy, viewDelegations } from '../services/delegation.ts';
import { viewProcedure } from '../services/procedure-view.ts';
import { REASSIGN_TIMER, reassignReviews } from '../services/reassign.ts';
import { reviewForm } from '../services/review.ts';
import { handOverTo, recuseFrom } from '../services/stand-in.ts';
import {
  actionsOf,
  at,
  type Bureau,
  chainOf,
  claimed,
  codeOf,
  fingerprint,
  formOf,
  meeting,
  must,
  NOW,
  OFFICE,
  openBureau,
  signed,
  submitted,
  tracesOf,
  UNKNOWN,
  ZONE,
} from './support/bureau.ts';

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau();
  await bureau.launch();
}, 60_000);
afterAll(() => bureau?.close());

const tell = () => ({});
const name = (by: string, deputy: string, fromOn: string, toOn: string, now = NOW) =>
  nameDeputy(bureau.as(by, now), { deputy, fromOn, toOn, tell });

/** Moves tasks to whoever has the right at `now`. */
async function reassigned(now: Date): Promise<void> {
  for (const timer of await claimed(bureau, REASSIGN_TIMER, now))
    await reassignReviews(bureau.system(now), timer);
}
const taskHolders = async (procedureId: string): Promise<readonly string[]> =>
  (await tracesOf(bureau, procedureId)).openTasks.map((task) => task.split(' ')[1] ?? '');
const agree = async (by: string, author: string, now = NOW) =>
  codeOf(
    await reviewForm(bureau.as(by, now), {
      ...(await formOf(bureau, author)),
      verdict: 'agree',
      opinion: '同意',
    }),
  );
const seenBy = async (viewer: string, procedureId: string, now = NOW) =>
  viewProcedure(bureau.db, procedureId, viewer, { now, zone: ZONE });

describe('a deputy', () => {
  it.each([
    ['0012', '0012', '2026-09-21', '2026-09-25', 'ownDeputy'],
    ['0012', '', '2026-09-21', '2026-09-25', 'fieldRequired'],
    ['0012', '0023', '2026-09-21', '2026-09-25', 'fieldInvalid'],
    ['0012', '0014', '2026-09-20', '2026-09-25', 'fieldInvalid'],
    ['0012', '0014', '2026-09-25', '2026-09-24', 'fieldInvalid'],
    ['0012', '0014', 'soon', '2026-09-24', 'fieldInvalid'],
    ['0013', '0014', '2026-09-21', '2026-09-25', 'notDelegable'],
  ])('%s names %s from %s to %s: %s', async (by, deputy, fromOn, toOn, code) => {
    const before = await fingerprint(bureau);
    expect(codeOf(await name(by, deputy, fromOn, toOn))).toBe(code);
    expect(await fingerprint(bureau)).toEqual(before);
  });

  it('acts from the first day on in the name of the leader, who still sees; then it ends by itself', async () => {
    const { procedureId } = await submitted(bureau, chainOf('0013'));
    const early = await submitted(bureau, chainOf('0014'));
    must(await name('0012', '0014', '2026-09-22', '2026-09-23'));
    expect(await agree('0014', '0013')).toBe('notYours');
    const tuesday = at('2026-09-22 09:00');
    await reassigned(tuesday);
    expect(await taskHolders(procedureId)).toEqual(['0014']);
    // His own form is not his to sign: the leader keeps it.
    expect(await taskHolders(early.procedureId)).toEqual(['0012']);
    expect(await agree('0012', '0013', tuesday)).toBe('notYours');
    expect(await seenBy('0012', procedureId, tuesday)).toMatchObject({
      access: 'full',
      mayAct: false,
    });
    expect(await seenBy('0014', procedureId, tuesday)).toMatchObject({
      mayAct: true,
      standsFor: '秦立言',
    });
    expect(await agree('0014', '0014', tuesday)).toBe('ownForm');
    expect(await agree('0014', '0013', tuesday)).toBe('accepted');
    const view = await seenBy('0012', procedureId, tuesday);
    expect(view?.history.at(-1)).toMatchObject({
      actorCode: '0014',
      capacity: 'department_head',
      detail: { onBehalfOf: '0012' },
      onBehalfOfName: '秦立言',
    });
    const thursday = at('2026-09-24 09:00');
    expect((await viewDelegations(bureau.db, '0012', { now: thursday, zone: ZONE })).known).toEqual(
      [],
    );
    expect(await agree('0012', '0014', thursday)).toBe('accepted');
  });

  it('signs no second time for somebody who signed before', async () => {
    const friday = at('2026-09-25 09:00');
    // 0002 signs after 0012; were 0012 his deputy, one person would have signed both.
    must(await name('0002', '0012', '2026-09-25', '2026-09-25', friday));
    const { procedureId } = await formOf(bureau, '0014');
    const view = await seenBy('0002', procedureId, friday);
    expect(view).toMatchObject({ mayAct: true, standsFor: null });
    expect(await agree('0012', '0014', friday)).toBe('notYours');
    expect(await agree('0002', '0014', friday)).toBe('accepted');
  });

  it('has no deputy, and one leader has one deputy at a time', async () => {
    must(await name('0009', '0010', '2026-10-12', '2026-10-16'));
    expect(codeOf(await name('0009', '0011', '2026-10-16', '2026-10-20'))).toBe(
      'delegationOverlaps',
    );
    // 0009 is away: he cannot stand in for the leader in charge.
    expect(codeOf(await name('0002', '0009', '2026-10-14', '2026-10-14'))).toBe('deputyOfDeputy');
    must(await name('0002', '0018', '2026-10-19', '2026-10-20'));
    // 0018 acts for 0002: nobody acts for him then.
    expect(codeOf(await name('0018', '0019', '2026-10-20', '2026-10-21'))).toBe('deputyOfDeputy');
    must(await name('0018', '0019', '2026-10-21', '2026-10-21'));
  });

  it('is taken back by the leader alone, and what was open returns', async () => {
    const { procedureId } = await submitted(bureau, chainOf('0016'));
    must(await name('0015', '0017', '2026-09-21', '2026-09-30'));
    await reassigned(NOW);
    expect(await taskHolders(procedureId)).toEqual(['0017']);
    const { known } = await viewDelegations(bureau.db, '0017', { now: NOW, zone: ZONE });
    const id = known[0]?.id ?? '';
    expect(codeOf(await revokeDeputy(bureau.as('0017'), id))).toBe('notFound');
    expect(codeOf(await revokeDeputy(bureau.as('0015'), UNKNOWN))).toBe('notFound');
    must(await revokeDeputy(bureau.as('0015'), id));
    expect(codeOf(await revokeDeputy(bureau.as('0015'), id))).toBe('notFound');
    expect(await agree('0017', '0016')).toBe('notYours');
    await reassigned(NOW);
    expect(await taskHolders(procedureId)).toEqual(['0015']);
    expect(await actionsOf(bureau, `delegation:${id}`)).toEqual([
      'delegation.named',
      'delegation.revoked',
    ]);
  });
});

describe('a hand-over', () => {
  it('goes to a colleague with a reason, on record; what a deputy holds stays with him', async () => {
    const { procedureId } = await submitted(bureau, chainOf('0019'));
    const hand = async (by: string, to: string, reason: string) =>
      codeOf(await handOverTo(bureau.as(by), await formOf(bureau, '0019'), to, reason));
    expect(await hand('0018', '0020', '')).toBe('fieldRequired');
    expect(await hand('0018', '', '出差')).toBe('fieldRequired');
    expect(await hand('0018', '0019', '出差')).toBe('mayNotTake');
    expect(await hand('0018', '0018', '出差')).toBe('mayNotTake');
    expect(await hand('0018', '0006', '出差')).toBe('mayNotTake');
    expect(await hand('0002', '0020', '出差')).toBe('notYours');
    expect(await hand('0018', '0020', '出差')).toBe('accepted');
    expect(await taskHolders(procedureId)).toEqual(['0020']);
    expect(await agree('0018', '0019')).toBe('notYours');
    const before = await seenBy('0018', procedureId);
    expect(before?.history.at(-1)).toMatchObject({
      action: 'handedOver',
      opinion: '出差',
      toName: expect.any(String),
    });
    await reassigned(at('2026-09-22 06:00'));
    expect(await taskHolders(procedureId)).toEqual(['0020']);
    expect(await agree('0020', '0019')).toBe('accepted');
    expect((await seenBy('0018', procedureId))?.history.at(-1)).toMatchObject({
      actorCode: '0020',
      capacity: 'department_head',
    });
  });

  it('of a decision goes to its office alone', async () => {
    const ref = await signed(bureau, chainOf('0022'));
    expect(codeOf(await handOverTo(bureau.as(OFFICE), ref, '0008', '出差'))).toBe('mayNotTake');
    must(await handOverTo(bureau.as(OFFICE), ref, '0005', '出差'));
    expect(await taskHolders(ref.procedureId)).toEqual(['0005']);
  });
});

describe('a recusal', () => {
  it('passes the step to the next role, for every version, with its reason', async () => {
    const { procedureId } = await submitted(bureau, chainOf('0008'));
    const recuse = async (by: string, reason: string) =>
      codeOf(await recuseFrom(bureau.as(by), await formOf(bureau, '0008'), reason));
    expect(await recuse('0005', ' ')).toBe('fieldRequired');
    expect(await recuse('0006', '亲属')).toBe('notYours');
    expect(await recuse('0008', '亲属')).toBe('ownForm');
    expect(await recuse('0005', '亲属')).toBe('accepted');
    expect(await taskHolders(procedureId)).toEqual(['0003']);
    expect(await agree('0005', '0008')).toBe('notYours');
    const back = { ...(await formOf(bureau, '0008')), verdict: 'return' as const, opinion: '改' };
    must(await reviewForm(bureau.as('0003'), back));
    await submitted(bureau, chainOf('0008'));
    expect(await taskHolders(procedureId)).toEqual(['0003']);
    expect(await agree('0003', '0008')).toBe('accepted');
    expect(await agree('0001', '0008')).toBe('accepted');
  });

  it('keeps whoever stood aside out of the deciding meeting too', async () => {
    const ref = { ...(await formOf(bureau, '0008')), verdict: 'agree' as const, opinion: '' };
    const within = { ...meeting, attendees: ['0001', '0005'] };
    expect(codeOf(await reviewForm(bureau.as(OFFICE), { ...ref, meeting: within }))).toBe(
      'attendeeRecused',
    );
    const members = { ...meeting, attendees: ['0001', '0003'] };
    must(await reviewForm(bureau.as(OFFICE), { ...ref, meeting: members }));
  });
});

describe('several signatures at once', () => {
  const opinion = '均已审阅，同意';

  it('each form gets its own; one that has moved, and one that is nobody’s business, is refused by itself', async () => {
    for (const author of ['0010', '0011']) await submitted(bureau, chainOf(author));
    const views = await viewSignable(bureau.db, '0009', { now: NOW, zone: ZONE });
    expect(views.map(({ row }) => row.state.subject).sort()).toEqual(['0010', '0011']);
    const refs = views.map(({ row }) => ({ procedureId: row.id, revision: row.state.revision }));
    const foreign = await submitted(bureau, chainOf('0006'));
    const moved = await formOf(bureau, '0010');
    must(await reviewForm(bureau.as('0009'), { ...moved, verdict: 'return', opinion: '补充' }));
    const outcomes = must(await agreeToAll(bureau.as('0009'), [...refs, foreign], opinion));
    expect(outcomes.map(({ subjectName, refusal }) => [subjectName, refusal?.code])).toEqual(
      expect.arrayContaining([
        ['梁书晚', 'stale'],
        ['钟叔衡', undefined],
        [null, 'notYours'],
      ]),
    );
    const { procedureId } = await formOf(bureau, '0011');
    expect(await actionsOf(bureau, `procedure:${procedureId}`)).toEqual([
      'selfCheck.submitted',
      'selfCheck.agreed',
    ]);
    expect((await seenBy('0009', procedureId))?.history.at(-1)).toMatchObject({
      action: 'agreed',
      opinion,
    });
  });

  it('never decides, and writes nothing when nothing can be signed', async () => {
    const deciding = await formOf(bureau, '0022');
    const before = await fingerprint(bureau);
    expect(codeOf(await agreeToAll(bureau.as('0005'), [deciding], opinion))).toBe('nothingAgreed');
    expect(codeOf(await agreeToAll(bureau.as('0005'), [deciding], ' '))).toBe('opinionRequired');
    expect(await fingerprint(bureau)).toEqual(before);
    const offered = await viewSignable(bureau.db, '0005', { now: NOW, zone: ZONE });
    expect(offered.every(({ current }) => current?.kind === 'sign')).toBe(true);
  });
});

it('the audit agrees with everything above', async () => {
  const report = await verifySteps(bureau.db);
  expect(report).toMatchObject({ ok: true });
});
