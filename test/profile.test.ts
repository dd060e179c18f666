import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkProfile } from '../domain/profile-problem.ts';
import { loadProfiles, readProfile } from '../services/profile.ts';
import {
  edited,
  form,
  profile,
  shipped,
  shippedText,
  withSecondForm,
} from './support/shipped-profile.ts';

const problemsOf = (text: string): string[] => {
  const reading = readProfile(text);
  return reading.ok
    ? []
    : reading.problems.map(({ path, code }) => `${path.join('.')} ${code}`.trim());
};

/** Every place of `value`, innermost last. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    return [here, ...placesOf(inner, here)];
  });
}
/** A copy of the shipped profile in which the member at `path` is gone or has another value. */
function changed(path: readonly (string | number)[], value?: unknown): unknown {
  const copy: unknown = parse(shippedText);
  let holder: unknown = copy;
  for (const key of path.slice(0, -1)) holder = Reflect.get(Object(holder), key);
  const last = path.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(Object(holder), last);
  else Reflect.set(Object(holder), last, value);
  return copy;
}

describe('the shipped profile', () => {
  test('is read, with the hash of its text', async () => {
    expect(profile).toMatchObject({ id: 's2-justice-bureau', body: '司法局' });
    expect(shipped.hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await loadProfiles('profiles')).map(({ profile: { id } }) => id)).toContain(profile.id);
    const other = readProfile(`${shippedText}\n`);
    expect(other.ok && other.loaded.hash).not.toBe(shipped.hash);
  });

  test('RISK-12 RISK-13 RISK-14 is walked by head, leader in charge and the leading group', () => {
    const walk = form.steps.map((step) => ('who' in step ? `${step.kind} ${step.who}` : 'author'));
    expect(walk).toEqual([
      'author',
      'sign department_head',
      'sign leader_in_charge',
      'decide leading_group_office',
    ]);
    const opinions = form.steps.map((step) => ('opinion' in step ? step.opinion : ''));
    expect(opinions).toEqual(['', 'always', 'always', 'onReturn']);
  });

  const clauses = placesOf(parse(shippedText)).filter((path) => path.at(-1) === 'clause');
  test('every stage, type, form, step and the register names its clause', () => {
    const { stages, riskTypes, forms } = profile;
    const steps = forms.flatMap((each) => each.steps);
    expect(clauses).toHaveLength(
      stages.length + riskTypes.length + forms.length + steps.length + 1,
    );
  });
  test.each(clauses.map((path) => [path.join('.'), path] as const))(
    '%s cannot be left out or empty',
    (_name, path) => {
      const problem = { path, detail: expect.anything() };
      const missing = checkProfile(changed(path));
      expect(missing).toEqual({ ok: false, problems: [{ ...problem, code: 'missing' }] });
      const empty = checkProfile(changed(path, ''));
      expect(empty).toEqual({ ok: false, problems: [{ ...problem, code: 'empty' }] });
    },
  );

  const objects = [[], ...placesOf(parse(shippedText))].filter((path) => {
    const value = path.reduce<unknown>(
      (held, key) => Reflect.get(Object(held), key),
      parse(shippedText),
    );
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  });
  test.each(objects.map((path) => [path.join('.'), path] as const))(
    'a misspelt member is refused in %j',
    (_name, path) => {
      const result = checkProfile(changed([...path, 'unknownKey'], 1));
      expect(result.ok || result.problems).toMatchObject([
        { code: 'unknownKey', detail: { found: 'unknownKey' } },
      ]);
    },
  );
});

describe('a broken profile is refused with the place', () => {
  test.each([
    ['stage: execute', 'stage: exeucte', 'forms.0.stage unknownStage'],
    [
      '[postDuty, environment]',
      '[postDuty, enviroment]',
      'forms.0.content.riskTypes.1 unknownRiskType',
    ],
    [
      'kind: fill',
      'kind: sign\n        who: department_head\n        otherwise: []\n        opinion: always\n        ifNobody: skip',
      'forms.0.steps.0 firstStepFills',
    ],
    ['suggest: 2', 'suggest: 6', 'settings.reminders.escalate ladderNotIncreasing'],
    ['suggest: 2', 'suggest: 5', 'settings.reminders.escalate ladderNotIncreasing'],
    ['id: leaderOpinion', 'id: headOpinion', 'forms.0.steps stepIdRepeated'],
    ['monthDay: "12-31"', 'monthDay: "02-30"', 'stages.3.closes'],
    ['monthDay: "12-31"', 'monthDay: "13-01"', 'stages.3.closes'],
    ['month: 9, part: middle', 'month: 13, part: middle', 'stages.0.closes'],
    ['month: 9, part: middle', 'month: 9, part: last', 'stages.0.closes'],
    ['who: department_head', 'who: department_heads', 'forms.0.steps.1.who'],
    ['maxPoints: 10', 'maxPoints: 21', 'forms.0.content.maxPoints'],
    ['maxPoints: 10', 'maxPoints: 0', 'forms.0.content.maxPoints'],
    ['at: "09:00"', 'at: "24:00"', 'settings.reminders.at'],
    ['id: s2-justice-bureau', 'id: S2 Justice', 'id'],
    ['launchedBy: leading_group_office', 'launchedBy: anybody', 'launchedBy'],
    ['limit: { workdays: 5 }', 'limit: { days: 5 }', 'forms.0.steps.1.limit'],
    ['code: execute', 'code: mobilise', 'stages stageCodeRepeated'],
    ['code: environment', 'code: postDuty', 'riskTypes riskTypeRepeated'],
    ['code: inducement', 'code: dereliction', 'riskTypes manifestationRepeated'],
    ['from: "08:30"', 'from: "18:00"', 'settings.sendWindow windowEmpty'],
  ])('%j → %j', (from, to, expected) => {
    expect(problemsOf(edited(from, to)).join('\n')).toContain(expected);
  });

  test('a form needs exactly one fill step and ends with a decision', () => {
    const decision = `kind: decide
        name: 领导小组审定`;
    const signed = edited(
      decision,
      'kind: sign\n        ifNobody: skip\n        name: 领导小组审定',
    );
    const withoutMeeting = edited(
      '        meetingOf: [leading_group_head, leading_group_member, leading_group_office]\n',
      '',
      signed,
    );
    expect(problemsOf(withoutMeeting)).toEqual(['forms.0.steps lastStepDecides']);
    const twice = edited(
      '- id: headOpinion',
      '- { id: fillAgain, kind: fill, name: 再填, limit: stageEnd, clause: 一 }\n      - id: headOpinion',
    );
    expect(problemsOf(twice)).toEqual(['forms.0.steps oneFillStep']);
  });

  test('two forms may share a stage, but not a code', () => {
    const second = withSecondForm('execute');
    expect(second.profile.forms).toHaveLength(2);
    const [first] = second.profile.forms;
    const copy = { ...second.profile, forms: [first, first] };
    const result = checkProfile(copy);
    expect(result.ok || result.problems).toMatchObject([{ code: 'formCodeRepeated' }]);
  });

  test.each(['', 'just words', '[]', 'id: [', '\u0000', 'id: a\nid: b'])(
    '%j is no profile',
    (text) => {
      expect(problemsOf(text).length).toBeGreaterThan(0);
    },
  );

  test('the last day of February may be meant', () => {
    const leapDay = edited(
      '{ xun: { month: 9, part: middle, edge: end } }',
      '{ monthDay: "02-29" }',
    );
    expect(problemsOf(leapDay)).toEqual([]);
  });
});
