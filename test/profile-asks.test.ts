/** Figures a profile leaves open: which questions they are, what answers them, and what the cycle runs on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusalTexts } from '../cards/wording.ts';
import { type Answers, answerAsks, asksOf } from '../domain/profile-asks.ts';
import { profileSchema } from '../domain/profile-check.ts';
import { edited, loadText, profile, shipped } from './support/shipped-profile.ts';

const FIRST = 'reminders.escalate.0.workdays';
const SECOND = 'reminders.escalate.1.workdays';

/** Without suggestions, and with a question of each kind. */
const strict = loadText(
  [
    [', suggest: 2', ''],
    [', suggest: 5', ''],
    ['at: "09:00"', 'at: { ask: 每天几点提醒？ }'],
    ['onDue: true', 'onDue: { ask: 到期当天是否提醒？ }'],
  ].reduce((text, [from = '', to = '']) => edited(from, to, text), edited('id: s2', 'id: s2')),
).profile;

const answers: Answers = {
  [FIRST]: '3',
  [SECOND]: ' 6 ',
  'reminders.at': '08:40',
  'reminders.onDue': 'no',
};
const codesOf = (given: Answers): readonly string[] => {
  const result = answerAsks(strict, given);
  if (result.ok) return [];
  return [result.refusal, ...(result.refusal.also ?? [])].map(({ code }) => code);
};

test('S2 gives no days for escalation, so it asks, and suggests', () => {
  expect(asksOf(shipped.profile)).toMatchObject([
    { key: FIRST, kind: 'number', min: 1, max: 250, suggest: 2 },
    { key: SECOND, kind: 'number', min: 1, max: 250, suggest: 5 },
  ]);
  expect(profile.settings.reminders.escalate).toEqual([
    { workdays: 2, to: 'superior' },
    { workdays: 5, to: 'nextSuperior' },
  ]);
});

test('each kind of figure is asked for as what it is', () => {
  expect(asksOf(strict).map(({ key, kind }) => `${key} ${kind}`)).toEqual([
    'reminders.at clock',
    'reminders.onDue flag',
    `${FIRST} number`,
    `${SECOND} number`,
  ]);
});

test('the answers stand in the profile, and no question is left', () => {
  const result = answerAsks(strict, answers);
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  const { settings } = result.value.profile;
  expect(settings.reminders).toMatchObject({ at: '08:40', onDue: false });
  expect(settings.reminders.escalate.map(({ workdays }) => workdays)).toEqual([3, 6]);
  expect(result.value.figures).toEqual({
    [FIRST]: 3,
    [SECOND]: 6,
    'reminders.at': '08:40',
    'reminders.onDue': false,
  });
  expect(asksOf(result.value.profile)).toEqual([]);
  expect(profileSchema.safeParse(result.value.profile).success).toBe(true);
});

describe('refused', () => {
  test('everything that is missing, at once and in words', () => {
    const result = answerAsks(strict, { [FIRST]: '  ' });
    expect(codesOf({ [FIRST]: '  ' })).toEqual(Array.from({ length: 4 }, () => 'settingMissing'));
    expect(result.ok ? [] : refusalTexts(result.refusal)).toContain(
      '请先回答“每天几点提醒？”，方案要求发起时确定。',
    );
  });

  test.each([
    [FIRST, 'zwei'],
    [FIRST, '0'],
    [FIRST, '251'],
    [FIRST, '2.5'],
    [FIRST, '-2'],
    [FIRST, '9999999'],
    ['reminders.at', '25:00'],
    ['reminders.at', '9:00'],
    ['reminders.onDue', 'maybe'],
    ['reminders.onDue', '1'],
  ])('%s = %s', (key, text) => {
    expect(codesOf({ ...answers, [key]: text })).toEqual(['settingInvalid']);
  });

  test.each(['reminders.escalate.2.workdays', 'sendWindow.from', '__proto__', 'constructor', ''])(
    'an answer to %j, which is not asked',
    (key) => {
      const given = Object.fromEntries([...Object.entries(answers), [key, '3']]);
      expect(codesOf(given)).toEqual(['settingUnknown']);
    },
  );

  test('answers that do not fit together', () => {
    expect(codesOf({ ...answers, [FIRST]: '6' })).toEqual(['settingsClash']);
    expect(codesOf({ ...answers, [FIRST]: '7' })).toEqual(['settingsClash']);
  });
});

test('whatever is typed, what is accepted is a profile that holds together', () => {
  const typed = fc.oneof(fc.string(), fc.integer({ min: 0, max: 300 }).map(String));
  fc.assert(
    fc.property(typed, typed, fc.string(), (first, second, clock) => {
      const given = { ...answers, [FIRST]: first, [SECOND]: second, 'reminders.at': clock };
      for (const each of [given, { ...given, 'reminders.at': '09:00' }]) {
        const result = answerAsks(strict, each);
        if (result.ok) expect(profileSchema.safeParse(result.value.profile).success).toBe(true);
        else expect(refusalTexts(result.refusal).length).toBeGreaterThan(0);
      }
    }),
  );
});
