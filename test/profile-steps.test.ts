/** Chains that would change, number or file a form at the wrong time are refused with their place. */
import { describe, expect, test } from 'vitest';
import { registeringIndex } from '../domain/profile-steps.ts';
import { readProfile } from '../services/profile.ts';
import { everyStep, everyStepText } from './support/every-step.ts';
import { edited, shipped } from './support/shipped-profile.ts';

const problemsOf = (text: string): readonly string[] => {
  const reading = readProfile(text);
  return reading.ok ? [] : reading.problems.map(({ path, code }) => `${path.join('.')} ${code}`);
};
const change = (from: string, to: string) => problemsOf(edited(from, to, everyStepText));
const [form] = everyStep.profile.forms;
if (form === undefined) throw new Error('the profile has no form');

describe('steps of a form', () => {
  test('points are numbered at the marked step, else at the last decision', () => {
    expect(form.steps[registeringIndex(form.steps)]?.kind).toBe('check');
    const [plain] = shipped.profile.forms;
    expect(plain?.steps[registeringIndex(plain.steps)]?.kind).toBe('decide');
  });

  test('GRADE-12 nothing is returned after it has been numbered', () => {
    expect(change('        registers: true\n', '')).toEqual(['forms.0.steps registersTooEarly']);
  });

  test('only one step numbers', () => {
    const twice = '        opinion: onReturn\n        registers: true\n        meetingOf: [lead';
    expect(change('        opinion: onReturn\n        meetingOf: [lead', twice)).toContain(
      'forms.0.steps registersOnce',
    );
  });

  test('RISK-08 additions come before anybody signs', () => {
    const block = / {6}- id: peerHelp\n(?: {8}.*\n)+/.exec(everyStepText)?.[0] ?? '';
    expect(block).not.toBe('');
    const moved = everyStepText
      .replace(block, '')
      .replace('      - id: leaderOpinion\n', `${block}      - id: leaderOpinion\n`);
    expect(problemsOf(moved)).toEqual(['forms.0.steps.3 commentsFirst']);
  });

  test('PLAN-09 addressees are told apart by their codes', () => {
    expect(change('- code: superior', '- code: office')).toEqual([
      'forms.0.steps.7.addressees addresseeRepeated',
    ]);
  });

  test('a chain without a decision is none', () => {
    const block = / {6}- id: groupDecision\n(?: {8}.*\n)+/.exec(everyStepText)?.[0] ?? '';
    expect(block).not.toBe('');
    expect(problemsOf(everyStepText.replace(block, ''))).toEqual(['forms.0.steps lastStepDecides']);
  });
});
