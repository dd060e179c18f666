import { beforeAll, describe, expect, test } from 'vitest';
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import type { Result } from '../domain/refusal.ts';
import { emptyPoint } from '../domain/self-check.ts';
import { verifyFormVersions } from '../services/audit-forms.ts';
import { verifyAudit } from '../services/audit-verify.ts';
import type { Context } from '../services/context.ts';
import { reviewForm } from '../services/review.ts';
import {
  addPoint,
  dropPoint,
  editPoint,
  saveDraft,
  submitForm,
  withdrawForm,
} from '../services/self-check.ts';
import type { FormRef } from '../services/writing.ts';
import {
  type Chain,
  codeOf,
  fingerprint,
  formOf,
  must,
  submitted,
  tracesOf,
  UNKNOWN,
  untouched,
} from './support/bureau.ts';
import { useLaunchedBureau } from './support/hooks.ts';
import { pointWith } from './support/shipped-profile.ts';

const DUE = '2026-12-10';
const LONG = '长'.repeat(FIELD_LENGTH + 1);

const bureau = useLaunchedBureau();
const somebody = untouched();

const draftOf = async (id: string): Promise<unknown> => {
  const rows = bureau.db.selectFrom('procedure').select('draft').where('id', '=', id);
  return (await rows.executeTakeFirstOrThrow()).draft;
};

type Verb = (ctx: Context, ref: FormRef) => Promise<Result<null>>;
const half = pointWith({ measures: '' });
const save: Verb = (ctx, ref) => saveDraft(ctx, ref, half);
const add: Verb = (ctx, ref) => addPoint(ctx, ref, pointWith());
const edit: Verb = (ctx, ref) => editPoint(ctx, ref, emptyPoint, 0);
const drop: Verb = (ctx, ref) => dropPoint(ctx, ref);
const submit: Verb = (ctx, ref) => submitForm(ctx, ref, pointWith());

describe('writing a form', () => {
  test('every edit is kept and recorded without its words, and moves nothing else', async () => {
    const { author } = somebody();
    const { procedureId } = await formOf(bureau, author);
    const { audit: none, ...before } = await tracesOf(bureau, procedureId);
    expect(none).toEqual([]);
    const done = pointWith();
    const steps: readonly (readonly [Verb, string, unknown])[] = [
      [save, 'draftSaved', { points: [], current: half, editing: null }],
      [add, 'pointAdded', { points: [done], current: emptyPoint, editing: null }],
      [edit, 'pointReopened', { points: [done], current: done, editing: 0 }],
      [drop, 'pointRemoved', { points: [], current: emptyPoint, editing: null }],
    ];
    for (const [verb, action, draft] of steps) {
      const ref = await formOf(bureau, author);
      must(await verb(bureau.as(author), ref));
      expect(await draftOf(procedureId)).toEqual(draft);
      expect(await formOf(bureau, author)).toMatchObject({
        revision: ref.revision + 1,
        version: 0,
      });
      const { audit, ...rest } = await tracesOf(bureau, procedureId);
      expect(audit.at(-1)).toBe(`selfCheck.${action}`);
      expect(rest).toEqual(before);
    }
    const openings = await bureau.db
      .selectFrom('audit_opening')
      .select(['field', 'value'])
      .where('subject', '=', `procedure:${procedureId}`)
      .execute();
    const fields = new Set(openings.map(({ field }) => field));
    expect(fields).toEqual(new Set(['actor.code', 'draftHash', 'points']));
  });

  test('what is half written stays, also while another point is open', async () => {
    const { author } = somebody();
    const first = pointWith({ content: '一' });
    must(await addPoint(bureau.as(author), await formOf(bureau, author), first));
    must(await editPoint(bureau.as(author), await formOf(bureau, author), half, 0));
    const { procedureId } = await formOf(bureau, author);
    expect(await draftOf(procedureId)).toEqual({
      points: [first, half],
      current: first,
      editing: 0,
    });
  });

  const refusals: readonly (readonly [string, Verb, string])[] = [
    ['an incomplete point', (ctx, ref) => addPoint(ctx, ref, half), 'fieldRequired'],
    [
      'RISK-02 a type of another form',
      (ctx, ref) => addPoint(ctx, ref, pointWith({ riskType: 'process' })),
      'fieldInvalid',
    ],
    [
      'too long a text',
      (ctx, ref) => saveDraft(ctx, ref, pointWith({ content: LONG })),
      'fieldTooLong',
    ],
    ['a point that is not there', (ctx, ref) => editPoint(ctx, ref, pointWith(), 7), 'notFound'],
    ['RISK-37 an empty form', (ctx, ref) => submitForm(ctx, ref, emptyPoint), 'fieldRequired'],
    ['taking back what was not submitted', withdrawForm, 'wrongState'],
  ];
  test.each(refusals)('refuses %s and writes nothing', async (_name, verb, code) => {
    const ref = await formOf(bureau, '0001');
    const before = await fingerprint(bureau);
    expect(codeOf(await verb(bureau.as('0001'), ref))).toBe(code);
    expect(await fingerprint(bureau)).toEqual(before);
  });
});

describe('submitting and taking back', () => {
  test('RISK-12 a submission is a version with its hash, and the head’s task', async () => {
    const chain = somebody();
    const { author, head } = chain;
    const { procedureId } = await submitted(bureau, chain, 2);
    expect(await formOf(bureau, author)).toMatchObject({ version: 1, stepIndex: 1, revision: 2 });
    const version = await bureau.db
      .selectFrom('form_version')
      .selectAll()
      .where('procedure_id', '=', procedureId)
      .executeTakeFirstOrThrow();
    expect(version).toMatchObject({ version: 1, submitted_by: author });
    expect(version.content).toEqual({ points: [pointWith({ content: '风险1' }), pointWith()] });
    expect(await tracesOf(bureau, procedureId)).toEqual({
      audit: ['selfCheck.submitted'],
      messages: [`announce ${author}`, `announce ${head}`, `refresh ${author}`],
      openTasks: [`headOpinion ${head} 2026-09-29`],
      closedTasks: [`fill ${author} done`],
      timers: ['headOpinion open'],
      history: [`1 fill submitted ${author}`],
    });
  });

  test('RISK-45 taken back before a signature it can be changed and becomes version 2', async () => {
    const chain = somebody();
    const { author, head } = chain;
    const ref = await submitted(bureau, chain);
    must(await withdrawForm(bureau.as(author), ref));
    expect(await formOf(bureau, author)).toMatchObject({ version: 1, stepIndex: 0, revision: 3 });
    const traces = await tracesOf(bureau, ref.procedureId);
    expect(traces.openTasks).toEqual([`fill ${author} ${DUE}`]);
    expect(traces.closedTasks).toContain(`headOpinion ${head} lapsed`);
    // The author sees the own card change in place and gets no second one.
    expect(traces.messages.slice(3)).toEqual([`refresh ${head}`]);
    expect(traces.timers).toEqual(['fill open']);
    expect(await draftOf(ref.procedureId)).toMatchObject({ points: [pointWith()] });
    const more = pointWith({ content: '第二个' });
    must(await submitForm(bureau.as(author), await formOf(bureau, author), more));
    expect(await formOf(bureau, author)).toMatchObject({ version: 2, revision: 4 });
    expect((await tracesOf(bureau, ref.procedureId)).history).toEqual([
      `1 fill submitted ${author}`,
      `1 headOpinion withdrawn ${author}`,
      `2 fill submitted ${author}`,
    ]);
    const versions = await bureau.db
      .selectFrom('form_version')
      .select('content')
      .where('procedure_id', '=', ref.procedureId)
      .orderBy('version')
      .execute();
    expect(versions.map(({ content }) => content)).toEqual([
      { points: [pointWith()] },
      { points: [pointWith(), more] },
    ]);
  });

  test('RISK-45 after the first signature it stays where it is', async () => {
    const chain = somebody();
    const ref = await submitted(bureau, chain);
    must(await reviewForm(bureau.as(chain.head), { ...ref, verdict: 'agree', opinion: '同意' }));
    const before = await fingerprint(bureau);
    const own = await formOf(bureau, chain.author);
    expect(codeOf(await withdrawForm(bureau.as(chain.author), own))).toBe('alreadyDecided');
    for (const verb of [save, add, edit, drop, submit]) {
      expect(codeOf(await verb(bureau.as(chain.author), own))).toBe('alreadyDecided');
    }
    expect(await fingerprint(bureau)).toEqual(before);
  });
});

const verbs: readonly (readonly [string, Verb])[] = [
  ['saveDraft', save],
  ['addPoint', add],
  ['editPoint', edit],
  ['dropPoint', drop],
  ['submitForm', submit],
  ['withdrawForm', withdrawForm],
];
describe.each(verbs)('%s', (name, verb) => {
  let chain: Chain;
  let ready: FormRef;
  beforeAll(async () => {
    chain = somebody();
    if (name === 'editPoint')
      must(await add(bureau.as(chain.author), await formOf(bureau, chain.author)));
    if (name === 'withdrawForm') await submitted(bureau, chain);
    ready = await formOf(bureau, chain.author);
  });

  test('refuses everybody but the author, an outdated card and an unknown form', async () => {
    const before = await fingerprint(bureau);
    for (const person of [chain.head, chain.leader, '0007', 'nobody']) {
      expect(codeOf(await verb(bureau.as(person), ready))).toBe('notYours');
    }
    for (const revision of [ready.revision - 1, ready.revision + 1]) {
      expect(codeOf(await verb(bureau.as(chain.author), { ...ready, revision }))).toBe('stale');
    }
    const unknown = { procedureId: UNKNOWN, revision: 1 };
    expect(codeOf(await verb(bureau.as(chain.author), unknown))).toBe('notFound');
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('clicked three times at the same moment, one click wins', async () => {
    const clicks = [1, 2, 3].map(() => verb(bureau.as(chain.author), ready));
    const codes = (await Promise.all(clicks)).map(codeOf).sort();
    expect(codes).toEqual(['accepted', 'stale', 'stale']);
    expect((await formOf(bureau, chain.author)).revision).toBe(ready.revision + 1);
    const before = await fingerprint(bureau);
    expect(codeOf(await verb(bureau.as(chain.author), ready))).toBe('stale');
    expect(await fingerprint(bureau)).toEqual(before);
  });
});

test('all of this left valid chains and the forms that they speak of', async () => {
  expect(await verifyAudit(bureau.db)).toMatchObject({ ok: true });
  expect(await verifyFormVersions(bureau.db)).toMatchObject({ ok: true });
});
