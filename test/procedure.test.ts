import { describe, expect, test } from 'vitest';
import { decideProcedure } from '../domain/procedure.ts';
import { currentAssignees, reviewersOf } from '../domain/procedure-people.ts';
import {
  type Meeting,
  nothingCollected,
  type ProcedureCommand,
  type ProcedureState,
} from '../domain/procedure-state.ts';
import type { Step } from '../domain/profile-steps.ts';
import { facts, form } from './support/shipped-profile.ts';

const meeting: Meeting = { heldOn: '2026-10-12', attendees: ['principal', 'leader', 'office'] };

const at = (over: Partial<ProcedureState>): ProcedureState => ({
  status: 'open',
  stepIndex: 0,
  version: 1,
  revision: 7,
  subject: 'author',
  signed: [],
  collected: nothingCollected,
  ...over,
});
const byHead = { stepId: 'headOpinion', person: 'head' };
const byLeader = { stepId: 'leaderOpinion', person: 'leader' };

const states = {
  scheduled: at({ status: 'scheduled', version: 0 }),
  fill: at({ version: 0 }),
  head: at({ stepIndex: 1 }),
  leader: at({ stepIndex: 2, signed: [byHead] }),
  decide: at({ stepIndex: 3, signed: [byHead, byLeader] }),
  completed: at({ status: 'completed', stepIndex: 4, signed: [byHead, byLeader] }),
  cancelled: at({ status: 'cancelled', stepIndex: 3, signed: [byHead, byLeader] }),
};
type StateName = keyof typeof states;
const stateNames: readonly StateName[] = [
  'scheduled',
  'fill',
  'head',
  'leader',
  'decide',
  'completed',
  'cancelled',
];
/** Who would be right to act there. */
const reviewer: Record<StateName, string> = {
  scheduled: 'head',
  fill: 'head',
  head: 'head',
  leader: 'leader',
  decide: 'office',
  completed: 'office',
  cancelled: 'office',
};

type Verb = Extract<ProcedureCommand['kind'], 'submit' | 'withdraw' | 'agree' | 'return'>;
const command = (
  kind: Verb,
  by: string,
  over: { opinion?: string; meeting?: Meeting | undefined; revision?: number } = {},
): ProcedureCommand => {
  const revision = over.revision ?? 7;
  if (kind === 'submit' || kind === 'withdraw') return { kind, by, revision };
  const held = 'meeting' in over ? over.meeting : meeting;
  const opinion = over.opinion ?? '同意';
  return { kind, by, revision, opinion, ...(held === undefined ? {} : { meeting: held }) };
};
const decide = (
  state: ProcedureState,
  given: ProcedureCommand,
  steps: readonly Step[] = form.steps,
) => decideProcedure(steps, state, given, facts);
/** The refusal's code, or the step (or status) that the procedure has reached. */
const outcome = (state: ProcedureState, given: ProcedureCommand): string => {
  const result = decide(state, given);
  if (!result.ok) return result.refusal.code;
  const { next } = result.value;
  return form.steps[next.stepIndex]?.id ?? next.status;
};

const verbs: readonly Verb[] = ['submit', 'withdraw', 'agree', 'return'];
const whoOf = (state: StateName, verb: Verb): string =>
  verb === 'submit' || verb === 'withdraw' ? 'author' : reviewer[state];

describe('every state and command, given by the person it belongs to', () => {
  const table: Record<StateName, readonly [string, string, string, string]> = {
    //          submit            withdraw          agree              return
    scheduled: ['stageNotOpen', 'stageNotOpen', 'stageNotOpen', 'stageNotOpen'],
    fill: ['headOpinion', 'wrongState', 'wrongState', 'wrongState'],
    head: ['alreadyDecided', 'fill', 'leaderOpinion', 'fill'],
    leader: ['alreadyDecided', 'alreadyDecided', 'groupDecision', 'fill'],
    decide: ['alreadyDecided', 'alreadyDecided', 'completed', 'fill'],
    completed: ['alreadyDecided', 'alreadyDecided', 'alreadyDecided', 'alreadyDecided'],
    cancelled: ['wrongState', 'wrongState', 'wrongState', 'wrongState'],
  };
  const cells = stateNames.flatMap((name) =>
    verbs.map((verb, index) => ({ name, state: states[name], verb, index })),
  );
  test.each(cells)('$name × $verb', ({ name, state, verb, index }) => {
    expect(outcome(state, command(verb, whoOf(name, verb)))).toBe(table[name][index]);
  });

  test.each(cells)('$name × $verb: a stranger gets no further', ({ state, verb }) => {
    expect(decide(state, command(verb, 'stranger')).ok).toBe(false);
  });

  test.each(cells)('$name × $verb: an outdated card changes nothing', ({ name, state, verb }) => {
    const expected = state.status === 'open' ? 'stale' : table[name][0];
    for (const revision of [6, 8]) {
      expect(outcome(state, command(verb, whoOf(name, verb), { revision }))).toBe(expected);
    }
  });

  test('RISK-14 the author never decides the own form', () => {
    for (const name of ['head', 'leader', 'decide'] as const) {
      for (const verb of ['agree', 'return'] as const) {
        expect(outcome(states[name], command(verb, 'author'))).toBe('ownForm');
      }
    }
  });

  test('nobody but the author submits or withdraws', () => {
    expect(outcome(states.fill, command('submit', 'head'))).toBe('notYours');
    expect(outcome(states.head, command('withdraw', 'head'))).toBe('notYours');
  });
});

describe('S2-P2.1.1 opinions and the recorded meeting', () => {
  test.each(['', '  ', '\n', '　'])(
    'RISK-12 TC-28 no signature without an opinion (%j)',
    (opinion) => {
      expect(outcome(states.head, command('agree', 'head', { opinion }))).toBe('opinionRequired');
      expect(outcome(states.leader, command('agree', 'leader', { opinion }))).toBe(
        'opinionRequired',
      );
    },
  );

  test('RISK-14 a return always says why, the decision may pass without words', () => {
    for (const name of ['head', 'leader', 'decide'] as const) {
      const given = command('return', reviewer[name], { opinion: '' });
      expect(outcome(states[name], given)).toBe('opinionRequired');
    }
    expect(outcome(states.decide, command('agree', 'office', { opinion: '' }))).toBe('completed');
  });

  test('TC-28 both written opinions come before the leading group', () => {
    const submitted = decide(states.fill, command('submit', 'author'));
    if (!submitted.ok) throw new Error(submitted.refusal.code);
    expect(submitted.value.assignees).toEqual(['head']);
    const early = command('agree', 'office', { revision: 8 });
    expect(outcome(submitted.value.next, early)).toBe('notYours');
    const signed = decide(submitted.value.next, command('agree', 'head', { revision: 8 }));
    if (!signed.ok) throw new Error(signed.refusal.code);
    expect(signed.value.assignees).toEqual(['leader']);
    const agreed = decide(signed.value.next, command('agree', 'leader', { revision: 9 }));
    if (!agreed.ok) throw new Error(agreed.refusal.code);
    expect(agreed.value.assignees).toEqual(['office', 'clerk']);
  });

  test('RISK-16 TC-28 a department form needs the leader in charge only', () => {
    const steps = form.steps.filter(({ id }) => id !== 'headOpinion');
    const submitted = decide(states.fill, command('submit', 'author'), steps);
    if (!submitted.ok) throw new Error(submitted.refusal.code);
    expect(submitted.value.assignees).toEqual(['leader']);
    const agree = command('agree', 'leader', { revision: 8 });
    const signed = decide(submitted.value.next, agree, steps);
    expect(signed.ok && signed.value.assignees).toEqual(['office', 'clerk']);
  });

  test.each([
    ['no meeting at all', undefined, 'fieldRequired'],
    ['no day', { ...meeting, heldOn: '' }, 'fieldRequired'],
    ['nobody there', { ...meeting, attendees: [] }, 'fieldRequired'],
    ['a meeting to come', { ...meeting, heldOn: '2026-10-13' }, 'meetingInFuture'],
    ['a day that does not exist', { ...meeting, heldOn: '2026-02-30' }, 'fieldInvalid'],
    ['no day but words', { ...meeting, heldOn: '0000' }, 'fieldInvalid'],
    [
      'a meeting before the form was there',
      { ...meeting, heldOn: '2026-10-07' },
      'meetingBeforeSubmission',
    ],
    ['an outsider', { ...meeting, attendees: ['principal', 'author'] }, 'attendeeUnknown'],
    ['a department head is no member', { ...meeting, attendees: ['head'] }, 'attendeeUnknown'],
  ] as const)('RISK-13 a click cannot replace the meeting: %s', (_name, held, code) => {
    expect(outcome(states.decide, command('agree', 'office', { meeting: held }))).toBe(code);
    expect(outcome(states.decide, command('return', 'office', { meeting: held }))).toBe(code);
  });

  test('RISK-13 a meeting on the day of the submission counts', () => {
    const sameDay = { ...meeting, heldOn: '2026-10-08' };
    expect(outcome(states.decide, command('agree', 'office', { meeting: sameDay }))).toBe(
      'completed',
    );
  });

  test('RISK-13 an author cannot be the whole meeting on the own form', () => {
    const own = { ...states.decide, subject: 'leader', signed: [byHead] };
    const alone = command('agree', 'office', { meeting: { ...meeting, attendees: ['leader'] } });
    expect(outcome(own, alone)).toBe('onlyAuthorAttended');
    const both = { ...meeting, attendees: ['leader', 'member'] };
    expect(outcome(own, command('agree', 'office', { meeting: both }))).toBe('completed');
  });

  test('RISK-13 ORG-07 who may have attended is who was a member on the day of the meeting', () => {
    const former = { ...facts.holders, leading_group_member: ['former'] };
    const then = { ...facts, meeting: { submittedOn: '2026-10-08', holders: former } };
    const codeWith = (attendee: string): string => {
      const held = { ...meeting, attendees: [attendee] };
      const given = command('agree', 'office', { meeting: held });
      const result = decideProcedure(form.steps, states.decide, given, then);
      return result.ok ? 'accepted' : result.refusal.code;
    };
    expect([codeWith('former'), codeWith('member')]).toEqual(['accepted', 'attendeeUnknown']);
  });

  test('RISK-45 a return and a withdrawal empty the signatures and keep the version', () => {
    for (const [state, given] of [
      [states.decide, command('return', 'office')],
      [states.head, command('withdraw', 'author')],
    ] as const) {
      const result = decide(state, given);
      expect(result.ok && result.value).toMatchObject({
        next: { signed: [], version: 1, stepIndex: 0, revision: 8 },
        assignees: ['author'],
      });
    }
  });
});

describe('who reviews', () => {
  const [, head, leader, group] = form.steps;
  if (head?.kind !== 'sign' || leader?.kind !== 'sign' || group?.kind !== 'decide')
    throw new Error('the shipped chain has changed');
  const fresh = { subject: 'author', signed: [] };

  test('ORG-07 the role holder of the department, each once', () => {
    const twice = { ...facts, holders: { ...facts.holders, department_head: ['head', 'head'] } };
    expect(reviewersOf(head, fresh, twice)).toEqual(['head']);
  });

  test.each([
    ['the head signs one level up', 'head', [], ['leader']],
    ['somebody without a head too', 'author', [], ['head']],
    ['the leader himself', 'leader', [], ['head']],
  ] as const)('S2-P2.1.1 %s', (_name, subject, signed, expected) => {
    expect(reviewersOf(head, { subject, signed }, facts)).toEqual(expected);
  });

  test('one who signed as head is not asked again as leader, but may record the meeting', () => {
    const both = {
      ...facts,
      holders: { ...facts.holders, leader_in_charge: ['head'], leading_group_office: ['head'] },
    };
    const signed = [byHead];
    expect(reviewersOf(leader, { subject: 'author', signed }, both)).toEqual(['principal']);
    expect(reviewersOf(group, { subject: 'author', signed }, both)).toEqual(['head']);
  });

  test('a level with nobody else is skipped or stops the form, as the step says', () => {
    const lonely = { today: facts.today, holders: { leading_group_office: ['office'] } };
    const skipping = decideProcedure(form.steps, states.fill, command('submit', 'author'), lonely);
    expect(skipping.ok && skipping.value.outcomes.map(({ action }) => action)).toEqual([
      'submitted',
      'skipped',
      'skipped',
    ]);
    const strict = form.steps.map((step) =>
      step.kind === 'sign' ? { ...step, ifNobody: 'refuse' as const } : step,
    );
    const refused = decideProcedure(strict, states.fill, command('submit', 'author'), lonely);
    expect(!refused.ok && refused.refusal).toEqual({
      code: 'noReviewer',
      detail: { step: head.name },
    });
    const nobody = { today: facts.today, holders: {} };
    const stuck = decideProcedure(form.steps, states.fill, command('submit', 'author'), nobody);
    expect(!stuck.ok && stuck.refusal.code).toBe('noReviewer');
  });

  test('the present assignees are the author while filling, else the reviewers, else nobody', () => {
    const assignees = (state: ProcedureState) => currentAssignees(form.steps, state, facts);
    expect(assignees(states.scheduled)).toEqual([]);
    expect(assignees(states.fill)).toEqual(['author']);
    expect(assignees(states.head)).toEqual(['head']);
    expect(assignees(states.decide)).toEqual(['office', 'clerk']);
    expect(assignees(states.completed)).toEqual([]);
    expect(assignees(states.cancelled)).toEqual([]);
  });
});
