/** Random chains of every kind of step, with deputies, hand-overs and recusals: what must hold whatever people do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideProcedure } from '../domain/procedure.ts';
import { actingFor, currentAssignees } from '../domain/procedure-people.ts';
import {
  nothingCollected,
  type ProcedureChange,
  type ProcedureCommand,
  type ProcedureFacts,
  type ProcedureState,
  stepActions,
} from '../domain/procedure-state.ts';
import { registeringIndex, type Step } from '../domain/profile-steps.ts';
import { AUTHOR, chain, known, person, someRoles, TODAY } from './support/any-chain.ts';

const words = fc.constantFrom('', '写明', '写明');
const attempt = fc.record({
  sensible: fc.boolean(),
  kind: fc.constantFrom(
    ...(['submit', 'withdraw', 'agree', 'agree', 'return', 'comment', 'answer'] as const),
    ...(['closeComments', 'expire', 'file', 'recuse', 'handOver'] as const),
  ),
  by: fc.oneof(fc.constant('assignee'), fc.constant('assignee'), person),
  to: person,
  n: fc.nat(3),
  words,
  revisionOff: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constant(1)),
  answer: fc.constantFrom('accepted' as const, 'explained' as const),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;

/** What is right at this point; while additions are collected any of what may be done. */
function sensibleKind(step: Step | undefined, state: ProcedureState, n: number): Attempt['kind'] {
  if (step?.kind === 'fill') return 'submit';
  if (step?.kind === 'file') return 'file';
  if (step?.kind !== 'comment') return 'agree';
  const { comments } = state.collected;
  if (n === 0) return 'comment';
  if (comments.some(({ answer }) => answer === null)) return 'answer';
  const unwritten = comments.some(
    (each) => each.answer === 'accepted' && each.version >= state.version,
  );
  return unwritten ? 'submit' : 'closeComments';
}

const authors: ReadonlySet<string> = new Set(['submit', 'withdraw', 'answer', 'closeComments']);

function senderOf(given: Attempt, kind: Attempt['kind'], asked: readonly string[]): string {
  if (!given.sensible && given.by !== 'assignee') return given.by;
  if (authors.has(kind)) return AUTHOR;
  const others = asked.filter((each) => each !== AUTHOR);
  return others[given.n % Math.max(1, others.length)] ?? 'b';
}

const pick = <T>(list: readonly T[], n: number): T | undefined =>
  list[n % Math.max(1, list.length)];

type Point = {
  readonly steps: readonly Step[];
  readonly state: ProcedureState;
  readonly facts: ProcedureFacts;
  readonly serial: number;
};

function commandOf(given: Attempt, { steps, state, facts, serial }: Point): ProcedureCommand {
  const step = steps[state.stepIndex];
  const kind = given.sensible ? sensibleKind(step, state, given.n) : given.kind;
  const by = senderOf(given, kind, currentAssignees(steps, state, facts));
  const common = { by, revision: state.revision + (given.sensible ? 0 : given.revisionOff) };
  const text = given.sensible ? '写明' : given.words;
  switch (kind) {
    case 'agree':
    case 'return':
      return { ...common, kind, opinion: text, meeting: meetingAt(step, state, facts) };
    case 'comment':
      return { ...common, kind, id: `c${serial}`, text: text === '' ? '' : `${text}${serial}` };
    case 'answer': {
      const open = state.collected.comments.filter(({ answer }) => answer === null);
      const comment = pick(open, given.n)?.id ?? 'none';
      return { ...common, kind, comment, answer: given.answer, reply: text };
    }
    case 'file':
      return {
        ...common,
        kind,
        addressee: waitingAt(step, by, { steps, state, facts, serial }),
        receivedOn: TODAY,
        reference: text,
      };
    case 'recuse':
      return { ...common, kind, reason: text };
    case 'handOver':
      return { ...common, kind, id: `h${serial}`, to: given.to, reason: text };
    default:
      return { ...common, kind };
  }
}

/** An addressee that `by` may confirm. */
function waitingAt(step: Step | undefined, by: string, { state, facts }: Point): string {
  if (step?.kind !== 'file') return 'to9';
  const mine = step.addressees.filter(
    (each) =>
      !state.collected.filed.includes(each.code) &&
      actingFor(each, step, state, facts).some((acting) => acting.person === by),
  );
  return mine[0]?.code ?? 'to9';
}

function meetingAt(step: Step | undefined, { collected }: ProcedureState, facts: ProcedureFacts) {
  const bodies = someRoles.flatMap((each) => facts.holders[each] ?? []);
  const attendees = step?.kind === 'decide' ? bodies : (facts.colleagues ?? []);
  return {
    heldOn: TODAY,
    attendees: attendees.filter((each) => !collected.recused.includes(each)),
  };
}

function neverLost(before: ProcedureState, { next }: ProcedureChange): void {
  for (const [n, comment] of before.collected.comments.entries()) {
    const after = next.collected.comments[n];
    expect(after).toMatchObject({ id: comment.id, by: comment.by, text: comment.text });
    if (comment.answer !== null) expect(after).toEqual(comment);
  }
  for (const who of before.collected.recused) expect(next.collected.recused).toContain(who);
  for (const code of before.collected.filed) expect(next.collected.filed).toContain(code);
}

function neverByTheWrongOne(
  steps: readonly Step[],
  before: ProcedureState,
  { next }: ProcedureChange,
  facts: ProcedureFacts,
): void {
  const added = next.signed.slice(before.signed.length);
  for (const { person: signer, onBehalfOf, stepId } of added) {
    const names = [signer, ...(onBehalfOf === undefined ? [] : [onBehalfOf])];
    expect(names).not.toContain(AUTHOR);
    for (const name of names) expect(before.collected.recused).not.toContain(name);
    if (onBehalfOf !== undefined) {
      expect(facts.deputies?.[onBehalfOf]).toBe(signer);
      expect(Object.values(facts.holders).flat()).toContain(onBehalfOf);
    }
    if (steps.find(({ id }) => id === stepId)?.kind !== 'sign') continue;
    const earlier = before.signed
      .filter(({ minutes }) => minutes !== true)
      .flatMap((each) => [each.person, each.onBehalfOf]);
    for (const name of names) expect(earlier).not.toContain(name);
  }
}

function leavesOnlyWhenComplete(
  steps: readonly Step[],
  before: ProcedureState,
  command: ProcedureCommand,
  { next }: ProcedureChange,
): void {
  const step = steps[before.stepIndex];
  const left = next.stepIndex > before.stepIndex;
  if (left && step?.kind === 'file') {
    expect(next.collected.filed).toEqual(
      expect.arrayContaining(step.addressees.map(({ code }) => code)),
    );
  }
  if (left && step?.kind === 'comment' && command.kind === 'closeComments') {
    for (const { answer, version } of next.collected.comments) {
      expect(answer).not.toBeNull();
      if (answer === 'accepted') expect(version).toBeLessThan(next.version);
    }
  }
  if (step?.kind === 'file') expect(next.stepIndex).toBeGreaterThanOrEqual(before.stepIndex);
}

const begun: ProcedureState = {
  status: 'open',
  stepIndex: 0,
  version: 0,
  revision: 1,
  subject: AUTHOR,
  signed: [],
  collected: nothingCollected,
};

function checkChange(
  point: Point,
  command: ProcedureCommand,
  change: ProcedureChange,
  registered: boolean,
): void {
  const { steps, state, facts } = point;
  const actions = change.outcomes.map(({ action }) => action);
  expect(change.next.revision).toBe(state.revision + 1);
  neverLost(state, change);
  neverByTheWrongOne(steps, state, change, facts);
  leavesOnlyWhenComplete(steps, state, command, change);
  if (change.registers === true) expect(state.stepIndex).toBe(registeringIndex(steps));
  if (registered) {
    expect(actions).not.toContain('returned');
    expect(change.registers).toBeUndefined();
  }
  const waits = change.next.status === 'open' && change.stays === undefined;
  if (waits) expect(change.assignees.length).toBeGreaterThan(0);
}

/** Walks as far as the attempts lead; returns what has happened. */
function walk(
  steps: readonly Step[],
  facts: ProcedureFacts,
  attempts: readonly Attempt[],
): readonly string[] {
  let state = begun;
  const happened: string[] = [];
  for (const [serial, one] of attempts.entries()) {
    const point = { steps, state, facts, serial };
    const command = commandOf(one, point);
    const frozen = structuredClone(state);
    const result = decideProcedure(steps, state, command, facts);
    expect(state).toEqual(frozen);
    if (!result.ok) continue;
    checkChange(point, command, result.value, happened.includes('registered'));
    happened.push(...result.value.outcomes.map(({ action }) => action));
    if (result.value.registers === true) happened.push('registered');
    state = result.value.next;
  }
  if (state.status === 'completed') {
    expect(happened).toContain('registered');
    happened.push('end');
  }
  return happened;
}

test('RISK-08 RISK-12 RISK-13 RISK-15 RISK-45 hold in every walk through every chain', () => {
  const reached = new Map<string, number>();
  fc.assert(
    fc.property(chain, known, fc.array(attempt, { maxLength: 40 }), (steps, facts, attempts) => {
      for (const each of walk(steps, facts, attempts))
        reached.set(each, (reached.get(each) ?? 0) + 1);
    }),
    { numRuns: 2_000 },
  );
  // A walk that never got there would prove nothing about it.
  for (const action of [...stepActions, 'registered', 'end'])
    expect(reached.get(action) ?? 0, action).toBeGreaterThan(20);
});
