import { describe, expect, test } from 'vitest';
import type { Meeting } from '../domain/procedure-state.ts';
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import { verifyFormVersions } from '../services/audit-forms.ts';
import { verifyAudit } from '../services/audit-verify.ts';
import { type ReviewInput, reviewForm } from '../services/review.ts';
import { submitForm } from '../services/self-check.ts';
import type { FormRef } from '../services/writing.ts';
import {
  at,
  codeOf,
  fingerprint,
  formOf,
  meeting,
  must,
  OFFICE,
  OTHER_CLERK,
  signed,
  submitted,
  tracesOf,
  UNKNOWN,
  untouched,
} from './support/bureau.ts';
import { useLaunchedBureau } from './support/hooks.ts';
import { pointWith } from './support/shipped-profile.ts';

const agree = (ref: FormRef, held?: Meeting): ReviewInput => ({
  ...ref,
  verdict: 'agree',
  opinion: '同意',
  ...(held === undefined ? {} : { meeting: held }),
});
const sendBack = (ref: FormRef, held?: Meeting): ReviewInput => ({
  ...agree(ref, held),
  verdict: 'return',
  opinion: ' 请补充防控措施 ',
});

const bureau = useLaunchedBureau();
const somebody = untouched();

const pointsOf = (procedureId: string) =>
  bureau.db
    .selectFrom('risk_point')
    .selectAll()
    .where('procedure_id', '=', procedureId)
    .orderBy('ordinal')
    .execute();
const meetingsOf = (procedureId: string) =>
  bureau.db
    .selectFrom('meeting_record')
    .selectAll()
    .where('procedure_id', '=', procedureId)
    .execute();

describe('signing', () => {
  test('RISK-12 TC-28 the head signs with an opinion, then the leader in charge is asked', async () => {
    const chain = somebody();
    const ref = await submitted(bureau, chain);
    const input = { ...agree(ref), opinion: '  同意上报  ' };
    expect(must(await reviewForm(bureau.as(chain.head), input))).toMatchObject({
      registerNumbers: [],
      action: 'agreed',
    });
    const traces = await tracesOf(bureau, ref.procedureId);
    expect(traces.audit.at(-1)).toBe('selfCheck.agreed');
    expect(traces.openTasks).toEqual([`leaderOpinion ${chain.leader} 2026-09-29`]);
    expect(traces.closedTasks).toContain(`headOpinion ${chain.head} done`);
    expect(traces.messages.slice(3)).toEqual([`announce ${chain.leader}`, `refresh ${chain.head}`]);
    expect(traces.timers).toEqual(['leaderOpinion open']);
    const event = await bureau.db
      .selectFrom('step_event')
      .select(['capacity', 'opinion', 'meeting_id'])
      .where('procedure_id', '=', ref.procedureId)
      .where('action', '=', 'agreed')
      .executeTakeFirstOrThrow();
    expect(event).toEqual({ capacity: 'department_head', opinion: '同意上报', meeting_id: null });
  });

  test('ORG-07 the head in force on the day signs, not the one of the day before', async () => {
    const { db, as } = bureau;
    const chain = somebody();
    const ref = await submitted(bureau, chain);
    const role = db
      .updateTable('assignment')
      .where('kind', '=', 'role')
      .where('ref', '=', 'department_head')
      .where('person_code', '=', chain.head);
    await role.set({ to_on: '2026-09-21' }).execute();
    const tomorrow = at('2026-09-22 09:00');
    expect(codeOf(await reviewForm(as(chain.head, tomorrow), agree(ref)))).toBe('notYours');
    expect(codeOf(await reviewForm(as(chain.leader, tomorrow), agree(ref)))).toBe('accepted');
    await role.set({ to_on: null }).execute();
  });

  test('RISK-45 a return goes back with its words and without the signatures', async () => {
    const chain = somebody();
    const ref = await submitted(bureau, chain);
    must(await reviewForm(bureau.as(chain.head), agree(ref)));
    const next = await formOf(bureau, chain.author);
    must(await reviewForm(bureau.as(chain.leader), sendBack(next)));
    expect(await formOf(bureau, chain.author)).toMatchObject({ stepIndex: 0, version: 1 });
    const row = await bureau.db
      .selectFrom('procedure')
      .select('signed')
      .where('id', '=', ref.procedureId)
      .executeTakeFirstOrThrow();
    expect(row.signed).toEqual([]);
    const traces = await tracesOf(bureau, ref.procedureId);
    expect(traces.openTasks).toEqual([`fill ${chain.author} 2026-12-10`]);
    expect(traces.messages.at(-2)).toBe(`announce ${chain.author}`);
    must(
      await submitForm(bureau.as(chain.author), await formOf(bureau, chain.author), pointWith()),
    );
    expect((await tracesOf(bureau, ref.procedureId)).history).toEqual([
      `1 fill submitted ${chain.author}`,
      `1 headOpinion agreed ${chain.head}`,
      `1 leaderOpinion returned ${chain.leader}`,
      `2 fill submitted ${chain.author}`,
    ]);
    expect((await tracesOf(bureau, ref.procedureId)).openTasks).toEqual([
      `headOpinion ${chain.head} 2026-09-29`,
    ]);
  });

  test('refuses the wrong person, an old card, an unknown form, missing words; nothing is written', async () => {
    const chain = somebody();
    const ref = await submitted(bureau, chain);
    const before = await fingerprint(bureau);
    const tries: readonly (readonly [string, string, ReviewInput])[] = [
      ['notYours', chain.leader, agree(ref)],
      ['notYours', OFFICE, agree(ref)],
      ['notYours', 'nobody', agree(ref)],
      ['ownForm', chain.author, agree(ref)],
      ['stale', chain.head, agree({ ...ref, revision: ref.revision - 1 })],
      ['notFound', chain.head, agree({ procedureId: UNKNOWN, revision: 1 })],
      ['opinionRequired', chain.head, { ...agree(ref), opinion: ' \n' }],
      ['opinionRequired', chain.head, { ...sendBack(ref), opinion: '' }],
      ['fieldTooLong', chain.head, { ...agree(ref), opinion: '长'.repeat(FIELD_LENGTH + 1) }],
    ];
    for (const [code, by, input] of tries) {
      expect([code, codeOf(await reviewForm(bureau.as(by), input))]).toEqual([code, code]);
    }
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('a form that is still being written or not yet open has nothing to sign', async () => {
    const chain = somebody();
    const ref = await formOf(bureau, chain.author);
    expect(codeOf(await reviewForm(bureau.as(chain.head), agree(ref)))).toBe('wrongState');
    await bureau.db
      .updateTable('procedure')
      .set({ status: 'scheduled' })
      .where('id', '=', ref.procedureId)
      .execute();
    expect(codeOf(await reviewForm(bureau.as(chain.head), agree(ref)))).toBe('stageNotOpen');
  });

  test('agreeing and returning at the same moment: one of them is decided', async () => {
    const chain = somebody();
    const ref = await submitted(bureau, chain);
    const head = bureau.as(chain.head);
    const both = [reviewForm(head, agree(ref)), reviewForm(head, sendBack(ref))];
    const codes = (await Promise.all(both)).map(codeOf).sort();
    expect(codes).toEqual(['accepted', 'stale']);
    expect((await tracesOf(bureau, ref.procedureId)).history).toHaveLength(2);
  });
});

describe('deciding', () => {
  test('RISK-13 RISK-14 RISK-31 the meeting is recorded, the version locked, the points registered', async () => {
    const chain = somebody();
    const ref = await signed(bureau, chain, 2);
    const input = { ...agree(ref, meeting), opinion: '' };
    const { registerNumbers } = must(await reviewForm(bureau.as(OFFICE), input));
    expect(registerNumbers).toEqual(['FX-QLSF-2026-0001', 'FX-QLSF-2026-0002']);
    expect(await formOf(bureau, chain.author)).toMatchObject({ status: 'completed', version: 1 });
    expect(await meetingsOf(ref.procedureId)).toMatchObject([
      {
        held_on: meeting.heldOn,
        attendees: meeting.attendees,
        result: 'passed',
        recorded_by: OFFICE,
      },
    ]);
    const points = await pointsOf(ref.procedureId);
    expect(
      points.map(({ register_number, ordinal, content }) => [register_number, ordinal, content]),
    ).toEqual([
      ['FX-QLSF-2026-0001', 1, '风险1'],
      ['FX-QLSF-2026-0002', 2, pointWith().content],
    ]);
    expect(points[0]).toMatchObject({
      version: 1,
      person_code: chain.author,
      existence: 'potential',
      manifestation_picks: ['dereliction'],
    });
    const traces = await tracesOf(bureau, ref.procedureId);
    expect(traces.audit.at(-1)).toBe('selfCheck.decided');
    expect(traces).toMatchObject({ openTasks: [], timers: [] });
    expect(traces.closedTasks).toContain(`groupDecision ${OFFICE} done`);
    expect(traces.closedTasks).toContain(`groupDecision ${OTHER_CLERK} lapsed`);
    expect(traces.messages.slice(-2).sort()).toEqual([
      `refresh ${OTHER_CLERK}`,
      `refresh ${OFFICE}`,
    ]);
  });

  test('RISK-13 a click without a proper meeting decides nothing, and takes no number', async () => {
    const chain = somebody();
    const ref = await signed(bureau, chain);
    const before = await fingerprint(bureau);
    const tries: readonly (readonly [string, string, Meeting | undefined])[] = [
      ['fieldRequired', OFFICE, undefined],
      ['fieldRequired', OFFICE, { ...meeting, heldOn: '' }],
      ['fieldRequired', OFFICE, { ...meeting, attendees: [] }],
      ['fieldInvalid', OFFICE, { ...meeting, heldOn: '2026-02-30' }],
      ['fieldInvalid', OFFICE, { ...meeting, heldOn: '0000-00-00' }],
      ['meetingInFuture', OFFICE, { ...meeting, heldOn: '2026-09-22' }],
      ['attendeeUnknown', OFFICE, { ...meeting, attendees: ['0001', '0023'] }],
      ['notYours', '0001', meeting],
      ['ownForm', chain.author, meeting],
    ];
    for (const [code, by, held] of tries) {
      for (const input of [agree(ref, held), sendBack(ref, held)]) {
        expect([code, codeOf(await reviewForm(bureau.as(by), input))]).toEqual([code, code]);
      }
    }
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('RISK-14 RISK-45 a meeting may send the form back; that is on record too', async () => {
    const chain = somebody();
    const ref = await signed(bureau, chain);
    must(await reviewForm(bureau.as(OFFICE), sendBack(ref, meeting)));
    expect(await meetingsOf(ref.procedureId)).toMatchObject([{ result: 'returned' }]);
    expect(await pointsOf(ref.procedureId)).toEqual([]);
    expect(await formOf(bureau, chain.author)).toMatchObject({ status: 'open', stepIndex: 0 });
    const traces = await tracesOf(bureau, ref.procedureId);
    expect(traces.audit.at(-1)).toBe('selfCheck.returned');
    expect(traces.openTasks).toEqual([`fill ${chain.author} 2026-12-10`]);
  });

  test('two clerks who decide at the same moment register the points once', async () => {
    const chain = somebody();
    const ref = await signed(bureau, chain);
    const both = [OFFICE, OTHER_CLERK].map((by) => reviewForm(bureau.as(by), agree(ref, meeting)));
    const codes = (await Promise.all(both)).map(codeOf).sort();
    expect(codes).toEqual(['accepted', 'alreadyDecided']);
    expect(await pointsOf(ref.procedureId)).toHaveLength(1);
    expect(await meetingsOf(ref.procedureId)).toHaveLength(1);
    const before = await fingerprint(bureau);
    expect(codeOf(await reviewForm(bureau.as(OFFICE), agree(ref, meeting)))).toBe('alreadyDecided');
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('S2-P2.1.1 the head of the office may record the meeting of a form he signed as head', async () => {
    const ref = await signed(bureau, { author: OFFICE, head: OTHER_CLERK, leader: '0003' });
    expect(codeOf(await reviewForm(bureau.as(OFFICE), agree(ref, meeting)))).toBe('ownForm');
    const input = agree(ref, meeting);
    expect(codeOf(await reviewForm(bureau.as(OTHER_CLERK), input))).toBe('accepted');
  });
});

test('all of this left valid chains and the forms that they speak of', async () => {
  expect(await verifyAudit(bureau.db)).toMatchObject({ ok: true });
  expect(await verifyFormVersions(bureau.db)).toMatchObject({ ok: true });
});
