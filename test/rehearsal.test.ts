import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { larkLimits } from '../bot/lark/messenger.ts';
import { fanOutSeconds, loadsOf, type Share, walkChain } from '../domain/rehearsal.ts';
import { everyStep } from './support/every-step.ts';
import { facts, form } from './support/shipped-profile.ts';

describe('the rehearsal of a chain', () => {
  const walked = (author: string, holders: typeof facts.holders, strict = false) => {
    const steps = strict
      ? form.steps.map((step) =>
          step.kind === 'sign' ? { ...step, ifNobody: 'refuse' as const } : step,
        )
      : form.steps;
    return walkChain({ steps }, author, { ...facts, holders });
  };
  const blockedAt = (author: string, holders: typeof facts.holders, strict = false) =>
    walked(author, holders, strict)
      .filter(({ outcome }) => outcome === 'blocked')
      .map(({ step }) => step.name);

  test.each(['author', 'head', 'leader', 'principal', 'office', 'member'])(
    'everybody of a complete organisation has reviewers (%s)',
    (author) => {
      expect(blockedAt(author, facts.holders)).toEqual([]);
    },
  );

  test('RISK-12 who reviews himself is passed over, and the rehearsal says who stands in', () => {
    expect(
      walked('head', facts.holders).map(({ step, asked, isOwnOffice }) => [
        step.id,
        asked,
        isOwnOffice,
      ]),
    ).toEqual([
      ['headOpinion', ['leader'], true],
      ['leaderOpinion', ['principal'], false],
      ['groupDecision', ['office', 'clerk'], false],
    ]);
  });

  test('without anybody to decide the chain is blocked, and the step is named', () => {
    expect(blockedAt('author', { department_head: ['head'] })).toEqual(['领导小组审定']);
    expect(blockedAt('office', { leading_group_office: ['office'] })).toEqual(['领导小组审定']);
  });

  test('a signature nobody can give is passed over or blocks, as the step says', () => {
    const holders = { leading_group_office: ['office'] };
    expect(walked('author', holders).map(({ outcome }) => outcome)).toEqual([
      'skipped',
      'skipped',
      'asked',
    ]);
    expect(blockedAt('author', holders, true)).toEqual(['股室负责人签署意见', '分管领导签署意见']);
  });

  test('one person cannot give both signatures', () => {
    const holders = {
      department_head: ['p'],
      leader_in_charge: ['p'],
      leading_group_office: ['o'],
    };
    expect(blockedAt('author', holders, true)).toEqual(['分管领导签署意见']);
    expect(blockedAt('author', { ...holders, leader_in_charge: ['p', 'q'] }, true)).toEqual([]);
  });
});

describe('the rehearsal of every kind of step', () => {
  const [everyForm] = everyStep.profile.forms;
  if (everyForm === undefined) throw new Error('the profile has no form');
  const staffed = {
    ...facts,
    colleagues: ['author', 'head', 'colleague'],
    holders: { ...facts.holders, party_branch: ['branch'] },
  };
  const step = (id: string, over: Partial<typeof staffed> = {}, author = 'author') =>
    walkChain(everyForm, author, { ...staffed, ...over }).find((each) => each.step.id === id);

  test('RISK-08 colleagues are asked for additions, and nobody must act', () => {
    expect(step('peerHelp')).toMatchObject({
      asked: ['head', 'colleague'],
      needed: [],
      outcome: 'asked',
    });
    expect(step('peerHelp', { colleagues: ['author'] })).toMatchObject({
      asked: [],
      outcome: 'skipped',
    });
  });

  test('keeping the minutes of a discussion is no signature', () => {
    expect(step('discussion')).toMatchObject({ needed: [['head']], outcome: 'asked' });
    expect(step('headOpinion')).toMatchObject({ needed: [['head']], outcome: 'asked' });
  });

  test('a discussion that nobody can record stops the chain', () => {
    expect(step('discussion', { holders: { party_branch: ['branch'] } })?.outcome).toBe('blocked');
  });

  test('who has signed before may check', () => {
    const holders = { ...staffed.holders, party_branch: ['head'] };
    expect(step('branchCheck', { holders })).toMatchObject({ asked: ['head'], outcome: 'asked' });
  });

  test('RISK-15 every addressee needs somebody, and each is asked once', () => {
    expect(step('filing')).toMatchObject({
      asked: ['office', 'clerk'],
      needed: [
        ['office', 'clerk'],
        ['office', 'clerk'],
      ],
      outcome: 'asked',
      isOwnOffice: false,
    });
    expect(step('filing', {}, 'office')).toMatchObject({ asked: ['clerk'], isOwnOffice: true });
  });

  test('RISK-15 a filing blocks when one addressee has nobody', () => {
    const holders = { ...staffed.holders, leading_group_office: [], leading_group_head: [] };
    expect(step('filing', { holders })).toMatchObject({ asked: [], outcome: 'blocked' });
  });
});

describe('the load of reviewers', () => {
  const share = (over: Partial<Share>): Share => ({
    person: 'p',
    among: 1,
    forms: 10,
    openDays: 20,
    limitDays: 5,
    ...over,
  });

  test('is shared between those who may take a form, and counted per working day', () => {
    expect(loadsOf([share({}), share({ among: 2, forms: 40, limitDays: 1 })])).toEqual([
      { person: 'p', forms: 50, perDay: 2, peak: 22 },
    ]);
  });

  test('the busiest comes first; a step without a working day is one day’s work', () => {
    const loads = loadsOf([share({ person: 'a' }), share({ person: 'b', limitDays: 0 })]);
    expect(loads.map(({ person, peak }) => `${person} ${peak}`)).toEqual(['b 10', 'a 2']);
  });
});

describe('the fan-out', () => {
  test.each([
    [0, 0],
    [1, 1],
    [45, 1],
    [46, 2],
    [975, 22],
    [976, 61],
    [5_000, 303],
  ])('%d cards take at least %d seconds', (messages, seconds) => {
    expect(fanOutSeconds(messages, larkLimits)).toBe(seconds);
  });

  test('never promises more than the platform lets through in any minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000 }), (messages) => {
        const seconds = fanOutSeconds(messages, larkLimits);
        const minutes = Math.floor(seconds / 60) + 1;
        expect(minutes * larkLimits.sendsPerMinute).toBeGreaterThanOrEqual(messages);
        expect(fanOutSeconds(messages + 1, larkLimits)).toBeGreaterThanOrEqual(seconds);
      }),
    );
  });
});
