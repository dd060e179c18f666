import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import {
  checkLengths,
  checkPoint,
  contentOf,
  draftSchema,
  emptyDraft,
  emptyPoint,
  isBlank,
  keepCurrent,
  manifestationsOf,
  parkCurrent,
  placeFor,
  pointFields,
  type RiskPointAnswer,
  removeCurrent,
  reopenPoint,
  riskTypeOf,
  type SelfCheckDraft,
} from '../domain/self-check.ts';
import { pointRules as form, pointWith, profile } from './support/shipped-profile.ts';

const one = pointWith({ content: '一' });
const two = pointWith({ content: '二', riskType: 'environment', existence: 'present' });
const three = pointWith({ content: '三' });
const draftOf = (over: Partial<SelfCheckDraft>): SelfCheckDraft => ({ ...emptyDraft, ...over });
const small = { ...form, maxPoints: 2 };

const accepted = <T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
};
const refusalOf = <T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): unknown =>
  result.ok ? 'accepted' : result.refusal;

describe('a risk point', () => {
  test('RISK-03 a complete one passes unchanged', () => {
    expect(accepted(checkPoint(profile, form, one))).toEqual(one);
  });

  test.each(
    pointFields.flatMap((field) => ['', ' ', '\n\t', '　'].map((text) => [field, text] as const)),
  )('RISK-03 RISK-37 %s is required, %j is no answer', (field, text) => {
    const over = { [field]: field === 'existence' ? '' : text };
    const result = checkPoint(profile, form, { ...one, ...over });
    expect(refusalOf(result)).toEqual({ code: 'fieldRequired', detail: { field } });
  });

  test('RISK-05 ticks alone are no complete answer', () => {
    const ticked = pointWith({ manifestation: '', manifestationPicks: ['dereliction', 'offDuty'] });
    expect(refusalOf(checkPoint(profile, form, ticked))).toMatchObject({
      detail: { field: 'manifestation' },
    });
    expect(checkPoint(profile, form, pointWith({ manifestationPicks: [] })).ok).toBe(true);
  });

  test.each(['unknown', 'PostDuty', '岗位职责风险', 'postDuty '])(
    'RISK-02 refuses the type %j that the form does not have',
    (riskType) => {
      const result = checkPoint(profile, form, pointWith({ riskType }));
      expect(refusalOf(result)).toEqual({ code: 'fieldInvalid', detail: { field: 'riskType' } });
    },
  );

  test('RISK-02 a type of the profile that this form does not accept is refused too', () => {
    const narrow = { ...form, riskTypes: ['postDuty'] };
    expect(checkPoint(profile, narrow, two).ok).toBe(false);
    expect(riskTypeOf(profile, narrow, 'environment')).toBeUndefined();
    expect(riskTypeOf(profile, narrow, 'postDuty')?.name).toBe('岗位职责风险');
    expect(manifestationsOf(profile, narrow).map(({ code }) => code)).not.toContain('offDuty');
  });

  test('RISK-05 offers the manifestations of every type of the form, and drops other ticks', () => {
    const codes = manifestationsOf(profile, form).map(({ code }) => code);
    expect(codes).toEqual(
      profile.riskTypes.flatMap(({ manifestations }) => manifestations.map(({ code }) => code)),
    );
    const picked = pointWith({ manifestationPicks: ['dereliction', 'invented', 'offDuty'] });
    expect(accepted(checkPoint(profile, form, picked)).manifestationPicks).toEqual([
      'dereliction',
      'offDuty',
    ]);
  });

  test.each(['content', 'manifestation', 'measures'] as const)(
    'limits the length of %s',
    (field) => {
      const longest = '字'.repeat(FIELD_LENGTH);
      expect(checkLengths(pointWith({ [field]: longest })).ok).toBe(true);
      expect(refusalOf(checkLengths(pointWith({ [field]: `${longest}字` })))).toEqual({
        code: 'fieldTooLong',
        detail: { field, limit: String(FIELD_LENGTH) },
      });
    },
  );

  test('refuses choices no card offers, however long or many', () => {
    const long = pointWith({ riskType: 'x'.repeat(65) });
    const many = pointWith({ manifestationPicks: Array(41).fill('dereliction') });
    expect(refusalOf(checkLengths(long))).toMatchObject({ code: 'fieldInvalid' });
    expect(refusalOf(checkLengths(many))).toMatchObject({ code: 'fieldInvalid' });
  });

  test('is blank only when nothing at all is in it', () => {
    expect(isBlank(emptyPoint)).toBe(true);
    expect(isBlank({ ...emptyPoint, content: ' \n' })).toBe(true);
    expect(isBlank({ ...emptyPoint, manifestationPicks: ['dereliction'] })).toBe(false);
    for (const field of pointFields)
      expect(isBlank({ ...emptyPoint, [field]: field === 'existence' ? 'present' : '字' })).toBe(
        false,
      );
  });
});

describe('the draft', () => {
  const parkings: [string, Partial<SelfCheckDraft>, RiskPointAnswer[]][] = [
    ['a new point goes to the end', { points: [one], current: two }, [one, two]],
    [
      'a changed point takes its place',
      { points: [one, two], current: three, editing: 0 },
      [three, two],
    ],
    [
      'an unfinished point too',
      { current: { ...emptyPoint, content: '半' } },
      [{ ...emptyPoint, content: '半' }],
    ],
    ['nothing written adds nothing', { points: [one] }, [one]],
    [
      'a place that is gone means a new point',
      { points: [one], current: two, editing: 5 },
      [one, two],
    ],
  ];
  test.each(parkings)('parking: %s', (_name, over, points) => {
    expect(accepted(parkCurrent(form, draftOf(over)))).toEqual({
      points,
      current: emptyPoint,
      editing: null,
    });
  });

  test('a form takes no more points than the profile allows, but a change always fits', () => {
    const full = { points: [one, two] };
    expect(refusalOf(parkCurrent(small, draftOf({ ...full, current: three })))).toEqual({
      code: 'tooManyRiskPoints',
      detail: { limit: '2' },
    });
    const change = draftOf({ ...full, current: three, editing: 1 });
    expect(accepted(parkCurrent(small, change)).points).toEqual([one, three]);
    expect(
      refusalOf(contentOf(profile, small, draftOf({ ...full, current: three }))),
    ).toMatchObject({ code: 'tooManyRiskPoints' });
  });

  test('finishing a point needs it complete', () => {
    const half = draftOf({ current: pointWith({ measures: '' }) });
    expect(refusalOf(keepCurrent(profile, form, half))).toMatchObject({
      code: 'fieldRequired',
      detail: { field: 'measures' },
    });
    expect(accepted(keepCurrent(profile, form, draftOf({ current: one }))).points).toEqual([one]);
  });

  test('reopening parks what is being written and opens the other', () => {
    const draft = draftOf({ points: [one, two], current: three });
    expect(accepted(reopenPoint(form, draft, 1))).toEqual({
      points: [one, two, three],
      current: two,
      editing: 1,
    });
    expect(refusalOf(reopenPoint(form, draft, 3))).toEqual({ code: 'notFound' });
    expect(refusalOf(reopenPoint(form, draft, -1))).toEqual({ code: 'notFound' });
  });

  test('removing takes out the point being changed and no other', () => {
    const draft = draftOf({ points: [one, two, three], current: two, editing: 1 });
    expect(accepted(removeCurrent(draft))).toEqual(draftOf({ points: [one, three] }));
    expect(accepted(removeCurrent(draftOf({ points: [one], current: two })))).toEqual(
      draftOf({ points: [one] }),
    );
  });

  test('RISK-37 an empty form cannot be submitted; the first missing answer is named', () => {
    expect(refusalOf(contentOf(profile, form, emptyDraft))).toEqual({
      code: 'fieldRequired',
      detail: { field: 'riskType', point: '1' },
    });
  });

  test('submitting takes the finished points and the one being written, and names what is missing', () => {
    const draft = draftOf({ points: [one], current: two });
    expect(accepted(contentOf(profile, form, draft))).toEqual({ points: [one, two] });
    const half = draftOf({ points: [one, { ...two, content: '' }], current: three });
    expect(refusalOf(contentOf(profile, form, half))).toEqual({
      code: 'fieldRequired',
      detail: { field: 'content', point: '2' },
    });
  });
});

const words = fc.constantFrom('', ' ', '甲', '乙', '丙');
const anyPoint: fc.Arbitrary<RiskPointAnswer> = fc.record({
  riskType: fc.constantFrom('', 'postDuty', 'environment'),
  content: words,
  manifestationPicks: fc.subarray(['dereliction', 'offDuty']),
  manifestation: words,
  existence: fc.constantFrom('', 'present', 'potential'),
  measures: words,
});
const step = fc.oneof(
  fc.record({ verb: fc.constantFrom('park', 'keep'), point: anyPoint }),
  fc.record({
    verb: fc.constant('reopen'),
    point: anyPoint,
    index: fc.integer({ min: -1, max: 5 }),
  }),
);
/** Everything that is written down, in no order: the point being changed counts once, as it is now. */
const written = ({ points, current, editing }: SelfCheckDraft): string[] =>
  [...points.filter((_, index) => index !== editing), current]
    .filter((point) => !isBlank(point))
    .map((point) => JSON.stringify(point))
    .sort();

type Step = { verb: string; point: RiskPointAnswer; index?: number };
function take(limited: typeof form, before: SelfCheckDraft, { verb, index = 0 }: Step) {
  if (verb === 'keep') return keepCurrent(profile, limited, before);
  return verb === 'park' ? parkCurrent(limited, before) : reopenPoint(limited, before, index);
}

test('nothing typed is ever lost by adding, parking or turning to another point', () => {
  const limits = fc.integer({ min: 1, max: 8 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), limits, (steps, maxPoints) => {
      const limited = { ...form, maxPoints };
      let draft = emptyDraft;
      for (const one of steps) {
        const before = { ...draft, current: one.point };
        const result = take(limited, before, one);
        if (!result.ok) continue;
        draft = result.value;
        expect(written(draft)).toEqual(written(before));
        expect(draft.points.length).toBeLessThanOrEqual(maxPoints);
        expect(draftSchema.parse(draft)).toEqual(draft);
      }
      const content = contentOf(profile, limited, draft);
      const submitted = content.ok ? content.value.points.map((each) => JSON.stringify(each)) : [];
      if (content.ok) expect(submitted.sort()).toEqual(written(draft));
    }),
    { numRuns: 500 },
  );
});

describe('RISK-06 what was typed into an older view of the form', () => {
  const draft = { points: [pointWith({ content: '已写好' })], current: pointWith(), editing: null };
  const blank = emptyDraft.current;

  test.each([
    ['nothing', draft, blank, 'kept'],
    ['what is the draft already', draft, pointWith(), 'kept'],
    ['a point that was added already', draft, pointWith({ content: '已写好' }), 'kept'],
    ['something new beside an empty draft', { ...draft, current: blank }, pointWith(), 'free'],
    ['more of the same', draft, pointWith({ measures: '双人审核，定期抽查，轮岗' }), 'free'],
    ['something else', draft, pointWith({ content: '先写的' }), 'taken'],
    ['less than there is', draft, pointWith({ measures: '' }), 'taken'],
  ] as const)('%s', (_name, there, typed, place) => {
    expect(placeFor(there, typed)).toBe(place);
  });
});
