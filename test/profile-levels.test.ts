/** Levels, coverage and content of a profile's forms, and what the shipped one says about them. */
import { describe, expect, test } from 'vitest';
import { profileProblemText } from '../cards/profile-wording.ts';
import { punctuality, submissionDays } from '../domain/cycle.ts';
import { formName } from '../domain/profile-forms.ts';
import { readProfile } from '../services/profile.ts';
import { edited, whole, wholeText } from './support/shipped-profile.ts';

const problemsOf = (text: string): string[] => {
  const reading = readProfile(text);
  return reading.ok ? [] : reading.problems.map(({ path, code }) => `${path.join('.')} ${code}`);
};
const { forms, riskTypes } = whole.profile;
const form = (code: string) => {
  const found = forms.find((each) => each.code === code);
  if (found === undefined) throw new Error(`no form ${code}`);
  return found;
};
const typesOf = (code: string): readonly string[] => {
  const { content } = form(code);
  return content.kind === 'riskPoints' ? content.riskTypes : [];
};
const stepsOf = (code: string): readonly string[] =>
  form(code).steps.map((step) => ('who' in step ? `${step.kind} ${step.who}` : step.kind));

describe('S2 as it ships', () => {
  test('RISK-02 each level asks for its own types', () => {
    expect(typesOf('personal')).toEqual(['postDuty', 'environment']);
    expect(typesOf('department')).toEqual(['systems', 'environment']);
    const matrix = riskTypes.map(({ code, levels }) => `${code}: ${levels.join(' ')}`);
    expect(matrix).toEqual([
      'postDuty: person',
      'environment: person department',
      'systems: department',
      'majorDecision: team',
      'majorProject: team',
      'largeFunds: team',
    ]);
  });

  test('RISK-16 a section’s form needs one signature and the leading group', () => {
    expect(form('department')).toMatchObject({
      level: 'department',
      filledBy: ['department_head'],
    });
    expect(stepsOf('department')).toEqual([
      'fill',
      'sign leader_in_charge',
      'decide leading_group_office',
    ]);
  });

  test('RISK-17 the team’s form goes straight to the leading group with three of the four matters', () => {
    expect(stepsOf('team')).toEqual(['fill', 'decide leading_group_office']);
    expect(typesOf('team')).toEqual(['majorDecision', 'majorProject', 'largeFunds']);
  });

  test('PLAN-10 PLAN-11 PLAN-15 EVAL-18 papers of the first and the third stage', () => {
    const papers = forms.filter(({ content }) => content.kind === 'fields');
    expect(papers.map(({ code, stage, level }) => `${stage} ${level} ${code}`)).toEqual([
      'mobilise team groupList',
      'mobilise team plan',
      'mobilise team mobilisation',
      'check department departmentReview',
    ]);
  });

  test('RISK-47 the engine takes three layers with the same four steps', () => {
    const layered = ['person', 'department', 'team'].map((level) => {
      const own = form(level === 'person' ? 'personal' : level);
      return { ...own, steps: form('personal').steps };
    });
    const text = JSON.stringify({ ...whole.profile, forms: layered });
    expect(problemsOf(text)).toEqual([]);
  });

  test('tokens stand for names, also for those with a dollar sign', () => {
    const of = { department: '档案股$&', unit: '青岚县司法局' };
    expect(formName(form('department'), of)).toBe('档案股$&廉政风险自查表');
    expect(formName(form('team'), of)).toBe('青岚县司法局领导班子廉政风险点自查表');
  });
});

describe('what is refused', () => {
  test.each([
    [
      '[systems, environment]',
      '[systems, postDuty]',
      'forms.1.content.riskTypes.1 riskTypeWrongLevel',
    ],
    [
      'levels: [person, department]',
      'levels: [person]',
      'forms.1.content.riskTypes.1 riskTypeWrongLevel',
    ],
    ['levels: [person, department]', 'levels: []', 'riskTypes.1.levels'],
    ['name: "{department}廉政风险自查表"', 'name: "{person}自查表"', 'forms.1.name unknownToken'],
    ['name: "{department}廉政风险自查表"', 'name: "{department"', 'forms.1.name unknownToken'],
    [
      'name: "{unit}领导班子廉政风险点自查表"',
      'name: "{department}表"',
      'forms.2.name unknownToken',
    ],
    ['covers: everyone', 'covers: { anyOf: [{}] }', 'forms.0.covers'],
    ['covers: everyone', 'covers: { anyOf: [] }', 'forms.0.covers'],
    ['covers: everyone', 'covers: launchingUnit', 'forms.0.covers'],
    ['covers: { withoutRole: team_member }', 'covers: {}', 'forms.1.covers'],
    ['covers: { withoutRole: team_member }', 'covers: everyone', 'forms.1.covers'],
    ['    filledBy: [department_head]\n', '', 'forms.1.filledBy'],
    ['filledBy: [department_head]', 'filledBy: []', 'forms.1.filledBy'],
    ['ifOver: refuse', 'ifOver: perhaps', 'forms.0.ifOver'],
    ['name: deputies,', 'name: head,', 'forms.3.content.fields fieldRepeated'],
    [
      'label: 组长, kind: text, required: true, maxLength: 50',
      'label: 组长, kind: text, required: true, maxLength: 1001',
      'forms.3.content.fields.0.maxLength',
    ],
    [
      'label: 组长, kind: text, required: true, maxLength: 50',
      'label: 组长, kind: text, required: true',
      'forms.3.content.fields.0.maxLength',
    ],
    ['label: 组长, kind: text,', 'label: 组长, kind: photo,', 'forms.3.content.fields.0.kind'],
    [
      '{ value: signIn, text: 签到表 }',
      '{ value: speech, text: 签到表 }',
      'forms.5.content.fields.6.choices choiceRepeated',
    ],
    [
      'kind: riskPoints, riskTypes: [systems',
      'kind: points, riskTypes: [systems',
      'forms.1.content.kind',
    ],
  ])('%j → %j', (from, to, expected) => {
    const text = edited(from, to, wholeText);
    expect(problemsOf(text).join('\n')).toContain(expected);
    const reading = readProfile(text);
    for (const problem of reading.ok ? [] : reading.problems)
      expect(profileProblemText('a.yaml', problem)).not.toContain('格式不符合要求');
  });

  test('a team’s form that asks a section, which it does not have', () => {
    const asking = {
      id: 'ask',
      kind: 'comment',
      name: '群众帮',
      asks: 'department',
      limit: { workdays: 3 },
    };
    const team = form('team');
    const [fill, ...later] = team.steps;
    const steps = [fill, { ...asking, clause: '（一）' }, ...later];
    const all = forms.map((each) => (each === team ? { ...team, steps } : each));
    const text = JSON.stringify({ ...whole.profile, forms: all });
    expect(problemsOf(text)).toEqual(['forms.2.steps.1.asks teamHasNoSection']);
    const roles = text.replace('"asks":"department"', '"asks":["leading_group_member"]');
    expect(problemsOf(roles)).toEqual([]);
  });

  test('a form of more text than fits into one card', () => {
    const wider = wholeText
      .replaceAll('maxLength: 600', 'maxLength: 1000')
      .replaceAll('maxLength: 800', 'maxLength: 1000')
      .replaceAll('maxLength: 400', 'maxLength: 1000');
    expect(problemsOf(wider)).toEqual(['forms.4.content.fields formTooLong']);
  });
});

describe('PLAN-08 the days of a form', () => {
  const submission = {
    earliest: { monthDay: '04-01' },
    latest: { monthDay: '05-25' },
    clause: '（40）',
  };
  test('are days of the cycle’s year; a form may set none', () => {
    expect(submissionDays({ submission }, '2026-01-05')).toEqual({
      earliestOn: '2026-04-01',
      latestOn: '2026-05-25',
    });
    expect(submissionDays({}, '2026-01-05')).toEqual({ earliestOn: null, latestOn: null });
  });

  test.each([
    ['2026-03-31', 'early'],
    ['2026-04-01', 'onTime'],
    ['2026-05-25', 'onTime'],
    ['2026-05-26', 'late'],
  ])('given in on %s is %s', (day, expected) => {
    expect(punctuality(day, { earliestOn: '2026-04-01', lastDay: '2026-05-25' })).toBe(expected);
  });

  test('a window without a day is refused', () => {
    const text = edited(
      'ifOver: skip',
      'ifOver: skip\n    submission: { clause: （40） }',
      wholeText,
    );
    expect(problemsOf(text)).toEqual(['forms.3.submission submissionEmpty']);
  });
});
