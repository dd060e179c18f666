/** A deputy (代理) for some days: who may be named, and that nobody deputises a deputy. */
import { isDay } from './calendar.ts';
import { accept, type Result, refuse } from './refusal.ts';

export type DelegationPlan = {
  readonly principal: string;
  readonly deputy: string;
  readonly fromOn: string;
  readonly toOn: string;
};

export type KnownDelegation = DelegationPlan & {
  readonly principalName: string;
  readonly deputyName: string;
};

export type DelegationFacts = {
  readonly today: string;
  /** Whom the leader may name. */
  readonly candidates: readonly string[];
  /** What is or will be in force for either of the two. */
  readonly known: readonly KnownDelegation[];
};

/** Whether the plan may be carried out; both its days count. */
export function checkDelegation(plan: DelegationPlan, facts: DelegationFacts): Result<null> {
  const { principal, deputy, fromOn, toOn } = plan;
  if (deputy === '') return refuse('fieldRequired', { field: 'deputy' });
  if (deputy === principal) return refuse('ownDeputy');
  if (!facts.candidates.includes(deputy)) return refuse('fieldInvalid', { field: 'deputy' });
  if (!isDay(fromOn) || fromOn < facts.today) return refuse('fieldInvalid', { field: 'fromOn' });
  if (!isDay(toOn) || toOn < fromOn) return refuse('fieldInvalid', { field: 'toOn' });
  const meanwhile = facts.known.filter((each) => each.fromOn <= toOn && each.toOn >= fromOn);
  if (meanwhile.some((each) => each.principal === principal)) return refuse('delegationOverlaps');
  const deputised = meanwhile.find((each) => each.principal === deputy);
  if (deputised !== undefined) return refuse('deputyOfDeputy', { name: deputised.principalName });
  const deputising = meanwhile.find((each) => each.deputy === principal);
  if (deputising !== undefined) return refuse('deputyOfDeputy', { name: deputising.deputyName });
  return accept(null);
}
