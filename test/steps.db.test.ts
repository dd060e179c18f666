/** Every kind of step on a real database: additions, a discussion, a check, filing. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyFormVersions } from '../services/audit-forms.ts';
import { verifySteps } from '../services/audit-steps.ts';
import { confirmReceipt } from '../services/filing.ts';
import { addComment, answerComment, closeComments, endComments } from '../services/peer-comment.ts';
import { COMMENT_TIMER } from '../services/procedure.ts';
import { viewProcedure } from '../services/procedure-view.ts';
import { reviewForm } from '../services/review.ts';
import { submitForm, withdrawForm } from '../services/self-check.ts';
import {
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
  submitted,
  tracesOf,
  ZONE,
} from './support/bureau.ts';
import { agreed, discussion, everyStep, toDiscussion, toHead } from './support/every-step.ts';
import { pointWith } from './support/shipped-profile.ts';

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau();
  await bureau.launch(everyStep);
}, 60_000);
afterAll(() => bureau?.close());

const stepOf = async (author: string): Promise<string> => {
  const { stepIndex, status } = await formOf(bureau, author);
  return everyStep.profile.forms[0]?.steps[stepIndex]?.id ?? status;
};
const numbersOf = async (procedureId: string): Promise<number> => {
  const rows = await bureau.db
    .selectFrom('risk_point')
    .select('id')
    .where('procedure_id', '=', procedureId)
    .execute();
  return rows.length;
};

describe('RISK-08 RISK-11 additions by everybody of the department', () => {
  const chain = chainOf('0013');
  const author = () => bureau.as('0013');
  const ref = () => formOf(bureau, '0013');

  it('asks the colleagues, and reminds nobody but the author', async () => {
    const { procedureId } = await submitted(bureau, chain);
    const traces = await tracesOf(bureau, procedureId);
    expect(traces.openTasks.map((task) => task.split(' ')[1]).sort()).toEqual([
      '0012',
      '0013',
      '0014',
    ]);
    expect(traces.timers).toEqual(['peerHelp open']);
    expect(traces.messages).toEqual(expect.arrayContaining(['announce 0012', 'announce 0014']));
  });

  it('shows the form to those who are asked, and to nobody else of the department afterwards', async () => {
    const { procedureId } = await ref();
    const view = await viewProcedure(bureau.db, procedureId, '0014', { now: NOW, zone: ZONE });
    expect(view).toMatchObject({ access: 'full', mayAct: true });
    const other = await viewProcedure(bureau.db, procedureId, '0016', { now: NOW, zone: ZONE });
    expect(other?.access).toBe('none');
  });

  it('refuses the author, strangers, nothing and the same again', async () => {
    const before = await fingerprint(bureau);
    expect(codeOf(await addComment(author(), await ref(), '本人补充'))).toBe('ownForm');
    expect(codeOf(await addComment(bureau.as('0016'), await ref(), '外科室'))).toBe('notYours');
    expect(codeOf(await addComment(bureau.as('0014'), await ref(), '  '))).toBe('fieldRequired');
    const long = '长'.repeat(1001);
    expect(codeOf(await addComment(bureau.as('0014'), await ref(), long))).toBe('fieldTooLong');
    expect(await fingerprint(bureau)).toEqual(before);
    must(await addComment(bureau.as('0014'), await ref(), '还有代办风险'));
    expect(codeOf(await addComment(bureau.as('0014'), await ref(), '还有代办风险'))).toBe(
      'alreadyDecided',
    );
  });

  it('takes an addition from a card that shows an older state', async () => {
    const { procedureId } = await ref();
    must(await addComment(bureau.as('0012'), { procedureId, revision: 1 }, '措施不够具体'));
    const { openTasks } = await tracesOf(bureau, procedureId);
    expect(openTasks.map((task) => task.split(' ')[1])).toEqual(['0013']);
  });

  it('ends when every addition is answered, and what was accepted stands in the form', async () => {
    expect(codeOf(await closeComments(author(), await ref()))).toBe('commentsOpen');
    const accept = { ...(await ref()), index: 0 };
    expect(codeOf(await answerComment(bureau.as('0012'), accept, 'accepted', ''))).toBe('notYours');
    must(await answerComment(author(), accept, 'accepted', ''));
    const explain = { ...(await ref()), index: 1 };
    expect(codeOf(await answerComment(author(), explain, 'explained', ''))).toBe('fieldRequired');
    must(await answerComment(author(), explain, 'explained', '已有双人审核'));
    expect(
      codeOf(await answerComment(author(), { ...(await ref()), index: 1 }, 'accepted', '')),
    ).toBe('alreadyDecided');
    expect(codeOf(await closeComments(author(), await ref()))).toBe('acceptedNotWritten');
    must(await submitForm(author(), await ref(), pointWith({ content: '代办风险' })));
    expect(await stepOf('0013')).toBe('peerHelp');
    expect((await ref()).version).toBe(2);
    must(await closeComments(author(), await ref()));
    expect(await stepOf('0013')).toBe('discussion');
    const { history, openTasks } = await tracesOf(bureau, (await ref()).procedureId);
    expect(history).toEqual([
      '1 fill submitted 0013',
      '1 peerHelp commented 0014',
      '1 peerHelp commented 0012',
      '1 peerHelp accepted 0013',
      '1 peerHelp explained 0013',
      '2 peerHelp amended 0013',
      '2 peerHelp closed 0013',
    ]);
    expect(openTasks.map((task) => task.slice(0, 15))).toEqual(['discussion 0012']);
  });

  it('RISK-13 a discussion needs day, people of the department and a result, and decides nothing', async () => {
    const record = async (over: object) =>
      codeOf(
        await reviewForm(bureau.as('0012'), {
          ...(await ref()),
          verdict: 'agree',
          opinion: '研究通过',
          meeting: discussion,
          ...over,
        }),
      );
    expect(await record({ opinion: ' ' })).toBe('opinionRequired');
    expect(await record({ meeting: { heldOn: '', attendees: ['0014'] } })).toBe('fieldRequired');
    expect(await record({ meeting: { ...discussion, attendees: ['0013'] } })).toBe(
      'onlyAuthorAttended',
    );
    expect(await record({ meeting: { ...discussion, attendees: ['0016'] } })).toBe(
      'attendeeUnknown',
    );
    expect(await record({})).toBe('accepted');
    expect(await stepOf('0013')).toBe('headOpinion');
    expect(codeOf(await withdrawForm(author(), await ref()))).toBe('alreadyDecided');
  });

  it('GRADE-12 the party branch checks before the points are registered', async () => {
    const { procedureId } = await ref();
    await agreed(bureau, '0013', '0012');
    await agreed(bureau, '0013', '0002');
    await agreed(bureau, '0013', OFFICE, { meeting });
    expect(await stepOf('0013')).toBe('branchCheck');
    expect(await numbersOf(procedureId)).toBe(0);
    const { registerNumbers } = await agreed(bureau, '0013', '0015', { opinion: '' });
    expect(registerNumbers).toEqual(['FX-QLSF-2026-0001', 'FX-QLSF-2026-0002']);
    expect(await stepOf('0013')).toBe('filing');
  });

  it('RISK-15 PLAN-09 ORG-24 every addressee confirms, on paper with day and reference; nothing is returned', async () => {
    const office = bureau.as(OFFICE);
    const file = async (by: typeof office, index: number, receivedOn = '', reference = '') =>
      codeOf(await confirmReceipt(by, { ...(await ref()), index, receivedOn, reference }));
    expect(await file(bureau.as('0012'), 0)).toBe('notYours');
    expect(await file(office, 7)).toBe('notYours');
    const back = { ...(await ref()), verdict: 'return' as const, opinion: '退', meeting };
    expect(codeOf(await reviewForm(office, back))).toBe('wrongState');
    expect(await file(office, 0)).toBe('accepted');
    expect(await file(office, 0)).toBe('alreadyDecided');
    expect(await stepOf('0013')).toBe('filing');
    expect(await file(office, 1)).toBe('fieldRequired');
    expect(await file(office, 1, '2026-09-22', '惩防〔2026〕1号')).toBe('fieldInvalid');
    expect(await file(office, 1, '2026-09-21', ' ')).toBe('fieldRequired');
    expect(await file(office, 1, '2026-09-21', '惩防〔2026〕1号')).toBe('accepted');
    expect((await ref()).status).toBe('completed');
    expect((await tracesOf(bureau, (await ref()).procedureId)).openTasks).toEqual([]);
  });
});

describe('a step whose time is over', () => {
  it('RISK-08 goes on by itself; what is unanswered stays on record', async () => {
    const chain = chainOf('0014');
    await submitted(bureau, chain);
    must(await addComment(bureau.as('0013'), await formOf(bureau, '0014'), '没有答复的意见'));
    expect(await claimed(bureau, COMMENT_TIMER, at('2026-09-24 23:59'))).toHaveLength(0);
    const now = at('2026-09-25 00:00');
    const timers = await claimed(bureau, COMMENT_TIMER, now);
    for (const timer of timers) await endComments(bureau.system(now), timer);
    expect(await stepOf('0014')).toBe('discussion');
    const { procedureId } = await formOf(bureau, '0014');
    const view = await viewProcedure(bureau.db, procedureId, '0012', { now, zone: ZONE });
    expect(view?.row.state.collected.comments).toMatchObject([
      { by: '0013', text: '没有答复的意见', answer: null },
    ]);
    expect(view?.history.at(-1)).toMatchObject({ action: 'expired', capacity: 'system' });
  });

  it('is left alone when it has ended before', async () => {
    const chain = chainOf('0016');
    await toDiscussion(bureau, chain);
    const now = at('2026-09-25 00:00');
    for (const timer of await claimed(bureau, COMMENT_TIMER, now))
      await endComments(bureau.system(now), timer);
    expect(await stepOf('0016')).toBe('discussion');
  });
});

describe('RISK-45 the way back', () => {
  it('from a check the form comes back, and additions stay', async () => {
    const chain = chainOf('0019');
    await submitted(bureau, chain);
    must(await addComment(bureau.as('0020'), await formOf(bureau, '0019'), '留在记录里'));
    must(
      await answerComment(
        bureau.as('0019'),
        { ...(await formOf(bureau, '0019')), index: 0 },
        'explained',
        '不涉及',
      ),
    );
    must(await closeComments(bureau.as('0019'), await formOf(bureau, '0019')));
    const attendees = ['0018', '0019'];
    await agreed(bureau, '0019', '0018', { meeting: { ...discussion, attendees } });
    await agreed(bureau, '0019', '0018');
    await agreed(bureau, '0019', '0002');
    await agreed(bureau, '0019', OFFICE, { meeting });
    const ref = await formOf(bureau, '0019');
    must(await reviewForm(bureau.as('0003'), { ...ref, verdict: 'return', opinion: '等级有误' }));
    expect(await stepOf('0019')).toBe('fill');
    const view = await viewProcedure(bureau.db, ref.procedureId, '0019', { now: NOW, zone: ZONE });
    expect(view?.row.state.collected.comments).toHaveLength(1);
    expect(view?.registerNumbers).toEqual([]);
  });

  it('a head who kept the minutes still signs, and nobody signs twice', async () => {
    const chain = chainOf('0022');
    await toHead(bureau, chain);
    await agreed(bureau, '0022', '0021');
    const again = { ...(await formOf(bureau, '0022')), verdict: 'agree' as const, opinion: '同意' };
    expect(codeOf(await reviewForm(bureau.as('0021'), again))).toBe('notYours');
  });
});

describe('the audit', () => {
  it('agrees with everything above', async () => {
    const steps = await verifySteps(bureau.db);
    expect(steps).toMatchObject({ ok: true });
    expect(await verifyFormVersions(bureau.db)).toMatchObject({ ok: true });
  });

  it.each([
    ['an addition', 'comments,0,text', '"改过的意见"'],
    ['its author', 'comments,0,by', '"0016"'],
    ['its answer', 'comments,0,answer', 'null'],
    ['a receipt', 'filed', '["office"]'],
    ['a recusal', 'recused', '["0012"]'],
  ])('finds a changed %s', async (_name, path, value) => {
    const { procedureId } = await formOf(bureau, '0013');
    const { collected } = await bureau.db
      .selectFrom('procedure')
      .select('collected')
      .where('id', '=', procedureId)
      .executeTakeFirstOrThrow();
    await sql`update procedure
      set collected = jsonb_set(collected, ${`{${path}}`}::text[], ${value}::jsonb)
      where id = ${procedureId}`.execute(bureau.db);
    const found = await verifySteps(bureau.db);
    await bureau.db
      .updateTable('procedure')
      .set({ collected: JSON.stringify(collected) })
      .where('id', '=', procedureId)
      .execute();
    expect(found).toMatchObject({ ok: false });
  });
});
