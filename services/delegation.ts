/** Deputies (代理): a leader who is away names one from day to day, and takes it back. It ends by itself. */
import type { Reader } from '../db/client.ts';
import {
  type Delegation,
  delegationsOf,
  insertDelegation,
  lockDelegations,
  revokeDelegation,
} from '../db/delegations.ts';
import { peopleOfDepartment, postsOf } from '../db/organisation.ts';
import { roleHolders, rolesHeldBy } from '../db/roles.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { checkDelegation } from '../domain/delegation.ts';
import type { MessageContent } from '../domain/effect.ts';
import type { Role } from '../domain/profile-terms.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attempt, type Change, newId, required } from './mutate.ts';
import { reassignTimer } from './reassign.ts';
import type { PersonName } from './step-view.ts';

export type DelegationView = {
  readonly person: string;
  /** Whether the person has anything to delegate. */
  readonly mayName: boolean;
  readonly candidates: readonly PersonName[];
  readonly known: readonly Delegation[];
  readonly today: Day;
};

export type NewDelegation = {
  readonly deputy: string;
  readonly fromOn: string;
  readonly toOn: string;
  /** What the deputy is told. */
  readonly tell: (delegation: Omit<Delegation, 'id' | 'principal' | 'deputy'>) => unknown;
};

/** Roles that ask nobody to review anything. */
const silent: ReadonlySet<string> = new Set<Role>(['team_member', 'administrator', 'informant']);

/** What a person has delegated or taken over, and whom he may name. */
export async function viewDelegations(
  db: Reader,
  person: string,
  at: { readonly now: Date; readonly zone: string },
): Promise<DelegationView> {
  const today = dayOf(at.now, at.zone);
  const roles = await delegable(db, person, today);
  const mayName = roles.length > 0;
  const candidates = mayName ? await candidatesFor(db, person, roles, today) : [];
  return { person, mayName, candidates, known: await delegationsOf(db, person, today), today };
}

const delegable = async (db: Reader, person: string, day: Day) =>
  (await rolesHeldBy(db, person, day)).filter(({ role }) => !silent.has(role));

/** The colleagues of the own departments, and who holds a role there or where the person does. */
async function candidatesFor(
  db: Reader,
  person: string,
  roles: readonly { readonly scopeCode: string }[],
  day: Day,
): Promise<readonly PersonName[]> {
  const posts = await postsOf(db, person, day);
  const departments = [...new Set(posts.map(({ departmentCode }) => departmentCode))];
  const units = posts.map(({ unitCode }) => unitCode);
  const scopes = [...roles.map(({ scopeCode }) => scopeCode), ...departments, ...units];
  const holders = await roleHolders(db, [...new Set(scopes)], day);
  const people = new Map(holders.map(({ personCode, name }) => [personCode, name]));
  for (const department of departments)
    for (const { code, name } of await peopleOfDepartment(db, department, day))
      people.set(code, name);
  people.delete(person);
  return [...people].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, name]) => ({ code, name }));
}

/** Names a deputy for the person who clicked; open tasks move over as soon as it begins. */
export async function nameDeputy(ctx: Context, given: NewDelegation): Promise<Result<null>> {
  const { deputy, fromOn, toOn } = given;
  const principal = ctx.actor.code;
  return attempt(ctx, async (trx) => {
    await lockDelegations(trx);
    const view = await viewDelegations(trx, principal, ctx);
    if (!view.mayName) return required<Change<null>>(refuse('notDelegable'));
    const { today } = view;
    const known = [...view.known, ...(await delegationsOf(trx, deputy, today))];
    const candidates = view.candidates.map(({ code }) => code);
    const plan = { principal, deputy, fromOn, toOn };
    required(checkDelegation(plan, { today, candidates, known }));
    const id = newId();
    await insertDelegation(trx, { id, ...plan, namedAt: ctx.now });
    const deputyName = view.candidates.find(({ code }) => code === deputy)?.name ?? deputy;
    const card = given.tell({
      fromOn,
      toOn,
      deputyName,
      principalName: await nameOf(trx, principal, today),
    });
    const content: MessageContent = { kind: 'card', card };
    return {
      value: null,
      messages: [{ key: `delegation-${id}`, to: { person: deputy }, content }],
      timers: fromOn <= today ? [reassignTimer(ctx.now)] : [],
      audit: [{ subject: `delegation:${id}`, action: 'delegation.named', fields: plan }],
    };
  });
}

const nameOf = async (db: Reader, person: string, day: Day): Promise<string> =>
  (await rolesHeldBy(db, person, day))[0]?.name ?? person;

/** Takes a delegation back; what the deputy had open returns. */
export async function revokeDeputy(ctx: Context, id: string): Promise<Result<null>> {
  const principal = ctx.actor.code;
  return attempt(ctx, async (trx) => {
    if (!(await revokeDelegation(trx, id, principal, ctx.now)))
      return required<Change<null>>(refuse('notFound'));
    return {
      value: null,
      timers: [reassignTimer(ctx.now)],
      audit: [{ subject: `delegation:${id}`, action: 'delegation.revoked', fields: { principal } }],
    };
  });
}
