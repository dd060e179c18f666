/** Random chains, holders and commands: what must hold whatever a profile and its users do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideProcedure } from '../domain/procedure.ts';
import { currentAssignees } from '../domain/procedure-people.ts';
import {
  nothingCollected,
  type ProcedureChange,
  type ProcedureCommand,
  type ProcedureFacts,
  type ProcedureState,
} from '../domain/procedure-state.ts';
import type { Step } from '../domain/profile-steps.ts';
import type { Role } from '../domain/profile-terms.ts';

const TODAY = '2026-10-12';
const AUTHOR = 'a';
const people = [AUTHOR, 'b', 'c', 'd', 'e'];
const someRoles: readonly Role[] = [
  'department_head',
  'leader_in_charge',
  'principal_leader',
  'leading_group_office',
];

const role = fc.constantFrom(...someRoles);
const person = fc.constantFrom(...people);
const reviewer = {
  who: role,
  otherwise: fc.array(role, { maxLength: 2 }),
  opinion: fc.constantFrom('always' as const, 'onReturn' as const),
};
const base = { name: '一步', clause: '第一条', limit: 'stageEnd' as const };
const sign = fc
  .record({ ...reviewer, ifNobody: fc.constantFrom('skip' as const, 'refuse' as const) })
  .map((part) => ({ ...base, ...part, kind: 'sign' as const }));
const decideStep = fc
  .record({ ...reviewer, meetingOf: fc.array(role, { minLength: 1, maxLength: 3 }) })
  .map((part) => ({ ...base, ...part, kind: 'decide' as const }));
/** What `profileSchema` accepts: one fill step first, a deciding step last, anything between. */
const chain: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: sign }, { weight: 1, arbitrary: decideStep }), {
      maxLength: 4,
    }),
    decideStep,
  )
  .map(([between, last]) => {
    const fill = { ...base, kind: 'fill' as const };
    return [fill, ...between, last].map((step, index): Step => ({ ...step, id: `s${index}` }));
  });
const some = fc.subarray(people);
const holders = fc.record({
  department_head: some,
  leader_in_charge: some,
  principal_leader: some,
  leading_group_office: some,
});

const attempt = fc.record({
  /** Do what is right at this point, else what the other parts say. */
  sensible: fc.boolean(),
  kind: fc.constantFrom('submit', 'withdraw', 'agree', 'agree', 'agree', 'return'),
  /** Whom to send: somebody who may act, the author, or anybody. */
  sender: fc.oneof(fc.constant('assignee'), fc.constant('author'), person),
  revisionOff: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constantFrom(-1, 1) },
  ),
  opinion: fc.constantFrom('', ' ', '同意', '同意', '同意'),
  meeting: fc.option(
    fc.record({
      heldOn: fc.constantFrom(TODAY, TODAY, '2026-10-01', '2026-10-13', ''),
      attendees: fc.oneof(fc.constant('members'), fc.subarray(people)),
    }),
    { freq: 6 },
  ),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;

const membersOf = (step: Step | undefined, facts: ProcedureFacts): readonly string[] =>
  step?.kind === 'decide' ? step.meetingOf.flatMap((each) => facts.holders[each] ?? []) : [];

function sensibleCommand(
  by: string,
  step: Step | undefined,
  { revision }: ProcedureState,
  facts: ProcedureFacts,
): ProcedureCommand {
  if (step?.kind === 'fill') return { kind: 'submit', by, revision };
  const meeting = { heldOn: TODAY, attendees: membersOf(step, facts) };
  return { kind: 'agree', by, revision, opinion: '同意', meeting };
}

function commandOf(
  given: Attempt,
  steps: readonly Step[],
  state: ProcedureState,
  facts: ProcedureFacts,
): ProcedureCommand {
  const [assignee = 'b'] = currentAssignees(steps, state, facts);
  if (given.sensible) return sensibleCommand(assignee, steps[state.stepIndex], state, facts);
  const by = { assignee, author: AUTHOR }[given.sender] ?? given.sender;
  const revision = state.revision + given.revisionOff;
  if (given.kind === 'submit' || given.kind === 'withdraw')
    return { kind: given.kind, by, revision };
  const step = steps[state.stepIndex];
  const members = membersOf(step, facts);
  const meeting =
    given.meeting === null
      ? {}
      : {
          meeting: {
            heldOn: given.meeting.heldOn,
            attendees:
              typeof given.meeting.attendees === 'string' ? members : given.meeting.attendees,
          },
        };
  const kind = given.kind === 'return' ? 'return' : 'agree';
  return { kind, by, revision, opinion: given.opinion, ...meeting };
}

function checkAccepted(
  steps: readonly Step[],
  before: ProcedureState,
  command: ProcedureCommand,
  { next, outcomes, assignees }: ProcedureChange,
): void {
  const step = steps[before.stepIndex];
  expect(next.revision).toBe(before.revision + 1);
  expect(command.revision).toBe(before.revision);
  expect(next.subject).toBe(before.subject);
  expect(next.version).toBe(before.version + (command.kind === 'submit' ? 1 : 0));
  expect(outcomes[0]?.stepId).toBe(step?.id);
  expect(outcomes.slice(1).every(({ action }) => action === 'skipped')).toBe(true);
  expect(assignees.length > 0).toBe(next.status === 'open');
  if (command.kind === 'withdraw') expect(before.signed).toEqual([]);
  if (command.kind === 'withdraw' || command.kind === 'return') {
    expect(next).toMatchObject({ signed: [], stepIndex: 0, status: 'open' });
    expect(assignees).toEqual([AUTHOR]);
  }
  if (command.kind === 'agree') {
    expect(next.stepIndex).toBeGreaterThan(before.stepIndex);
    expect(next.signed).toEqual([...before.signed, { stepId: step?.id, person: command.by }]);
  }
  if (next.status === 'completed') {
    expect(step?.kind).toBe('decide');
    expect(command.kind === 'agree' && (command.meeting?.attendees.length ?? 0) > 0).toBe(true);
    expect(command.kind === 'agree' && (command.meeting?.heldOn ?? '9') <= TODAY).toBe(true);
  }
}

function checkState(steps: readonly Step[], state: ProcedureState): void {
  expect(state.signed.map(({ person: signer }) => signer)).not.toContain(AUTHOR);
  const signers: string[] = [];
  for (const { stepId, person: signer } of state.signed) {
    const kind = steps.find(({ id }) => id === stepId)?.kind;
    if (kind === 'sign') expect(signers).not.toContain(signer);
    signers.push(signer);
  }
}

test('S2-P2.1.1 RISK-12 RISK-13 RISK-14 RISK-45 hold in every walk through every chain', () => {
  let completed = 0;
  fc.assert(
    fc.property(chain, holders, fc.array(attempt, { maxLength: 30 }), (steps, held, attempts) => {
      const facts: ProcedureFacts = {
        today: TODAY,
        holders: held,
        meeting: { submittedOn: TODAY, holders: held },
      };
      let state: ProcedureState = {
        status: 'open',
        stepIndex: 0,
        version: 0,
        revision: 1,
        subject: AUTHOR,
        signed: [],
        collected: nothingCollected,
      };
      for (const one of attempts) {
        const command = commandOf(one, steps, state, facts);
        const frozen = structuredClone(state);
        const result = decideProcedure(steps, state, command, facts);
        expect(state).toEqual(frozen);
        if (!result.ok) continue;
        checkAccepted(steps, state, command, result.value);
        checkState(steps, result.value.next);
        expect(currentAssignees(steps, result.value.next, facts)).toEqual(result.value.assignees);
        state = result.value.next;
      }
      completed += state.status === 'completed' ? 1 : 0;
    }),
    { numRuns: 1_500 },
  );
  // A walk that never reached the end would prove nothing about it.
  expect(completed).toBeGreaterThan(50);
});
