/** Who owes a form, and who writes it (ORG-25): the coverage rules of a profile applied to the organisation of a day. */
import type { Holders } from './procedure-state.ts';
import type { DepartmentForm, PersonForm, PersonRule } from './profile-forms.ts';
import type { Role } from './profile-terms.ts';

export type CoveredPost = { readonly code: string; readonly tier: string; readonly key: boolean };

/** What the rules ask of a person. */
export type PersonStanding = {
  readonly posts: readonly CoveredPost[];
  /** Roles held in the covered units or their sections. */
  readonly roles: readonly Role[];
};

export type DepartmentStanding = {
  readonly nature: 'internal' | 'enforcement';
  /** Roles that somebody holds with this section as scope. */
  readonly rolesHeld: readonly Role[];
};

/** Whether a person owes a form: any rule will do, and of a rule every condition. */
export function coversPerson(covers: PersonForm['covers'], standing: PersonStanding): boolean {
  return covers === 'everyone' || covers.anyOf.some((rule) => meets(rule, standing));
}

function meets({ tiers, keyPost, posts, roles }: PersonRule, standing: PersonStanding): boolean {
  const holdsRole = roles === undefined || roles.some((role) => standing.roles.includes(role));
  const asksPost = tiers !== undefined || keyPost !== undefined || posts !== undefined;
  const fits = (post: CoveredPost): boolean =>
    (tiers === undefined || tiers.includes(post.tier)) &&
    (keyPost === undefined || post.key) &&
    (posts === undefined || posts.includes(post.code));
  return holdsRole && (!asksPost || standing.posts.some(fits));
}

/** Whether a section owes a form. */
export function coversDepartment(
  covers: DepartmentForm['covers'],
  { nature, rolesHeld }: DepartmentStanding,
): boolean {
  if (covers === 'everyDepartment') return true;
  const { natures, withoutRole } = covers;
  const fits = natures === undefined || natures.includes(nature);
  return fits && (withoutRole === undefined || !rolesHeld.includes(withoutRole));
}

/**
 * Who writes for a section or a team: a holder of the first of the roles that somebody holds. `present`, who writes
 * now, stays if he is one of them.
 */
export function writerFor(
  filledBy: readonly Role[],
  holders: Holders,
  present?: string,
): string | undefined {
  const role = filledBy.find((each) => (holders[each] ?? []).length > 0);
  const candidates = role === undefined ? [] : (holders[role] ?? []);
  return candidates.find((person) => person === present) ?? candidates[0];
}

/** Whether `person` may go on writing: he still holds one of the roles. */
export const mayWriteFor = (filledBy: readonly Role[], holders: Holders, person: string): boolean =>
  filledBy.some((role) => holders[role]?.includes(person) === true);
