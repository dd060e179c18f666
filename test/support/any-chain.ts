/** Random chains of every kind of step, and who holds which role beside them. */
import fc from 'fast-check';
import type { ProcedureFacts } from '../../domain/procedure-state.ts';
import type { Step } from '../../domain/profile-steps.ts';
import type { Role } from '../../domain/profile-terms.ts';

export const TODAY = '2026-10-12';
export const AUTHOR = 'a';
const people = [AUTHOR, 'b', 'c', 'd', 'e', 'f'];
export const someRoles: readonly Role[] = ['department_head', 'leader_in_charge', 'party_branch'];
const role = fc.constantFrom(...someRoles);
export const person = fc.constantFrom(...people);
const base = { name: '一步', clause: '第一条', limit: { workdays: 3 } };
const actor = { who: role, otherwise: fc.array(role, { maxLength: 2 }) };
const opinion = fc.constantFrom('always' as const, 'onReturn' as const);
const asks = fc.oneof(fc.constant('department' as const), fc.array(role, { minLength: 1 }));

const comment = asks.map((given) => ({ ...base, kind: 'comment' as const, asks: given }));
const meeting = fc.record(actor).map((part) => ({
  ...base,
  ...part,
  kind: 'meeting' as const,
  meetingOf: 'department' as const,
}));
const sign = fc
  .record({ ...actor, opinion, ifNobody: fc.constantFrom('skip' as const, 'refuse' as const) })
  .map((part) => ({ ...base, ...part, kind: 'sign' as const }));
const decided = fc
  .record({ ...actor, opinion, meetingOf: fc.constant(null) })
  .map((part) => ({ ...base, ...part, meetingOf: [...someRoles], kind: 'decide' as const }));
const check = fc
  .record({ ...actor, opinion })
  .map((part) => ({ ...base, ...part, kind: 'check' as const, registers: true as const }));
const addressee = fc.record({ ...actor, external: fc.boolean() });
const file = fc.array(addressee, { minLength: 1, maxLength: 3 }).map((list) => ({
  ...base,
  kind: 'file' as const,
  addressees: list.map((each, n) => ({ ...each, code: `to${n}`, name: `单位${n}` })),
}));

/** Chains that `profileSchema` accepts. */
export const chain: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(comment, { maxLength: 2 }),
    fc.array(fc.oneof(meeting, sign), { maxLength: 3 }),
    decided,
    fc.option(check, { nil: undefined }),
    fc.option(file, { nil: undefined }),
  )
  .map(([comments, between, decision, checking, filing]) => {
    const fill = { ...base, kind: 'fill' as const };
    const rest = [checking, filing].filter((each) => each !== undefined);
    return [fill, ...comments, ...between, decision, ...rest].map(
      (step, index): Step => ({ ...step, id: `s${index}` }),
    );
  });

const some = fc.subarray(people, { minLength: 1 });
export const known: fc.Arbitrary<ProcedureFacts> = fc
  .record({
    holders: fc.record({ department_head: some, leader_in_charge: some, party_branch: some }),
    deputies: fc.dictionary(person, person, { maxKeys: 2 }),
    colleagues: some,
    present: some,
  })
  .map((facts) => ({
    ...facts,
    today: TODAY,
    eligible: people,
    deputies: Object.fromEntries(
      Object.entries(facts.deputies).filter(([leader, deputy]) => leader !== deputy),
    ),
    meeting: { submittedOn: TODAY, holders: facts.holders, colleagues: facts.colleagues },
  }));
