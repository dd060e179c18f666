/** Who owes a form and who writes it, as rules of a profile say (ORG-25). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CoveredPost,
  coversDepartment,
  coversPerson,
  mayWriteFor,
  type PersonStanding,
  writerFor,
} from '../domain/coverage.ts';
import type { PersonForm } from '../domain/profile-forms.ts';

type Rules = Exclude<PersonForm['covers'], 'everyone'>['anyOf'];

const clerk: CoveredPost = { code: 'P1', tier: '一般', key: false };
const head: CoveredPost = { code: 'P2', tier: '股级', key: true };
const cashier: CoveredPost = { code: 'P3', tier: '一般', key: true };
const standing = (posts: readonly CoveredPost[], roles: PersonStanding['roles'] = []) => ({
  posts,
  roles,
});

describe('ORG-25 which people a form covers', () => {
  test('everyone', () => {
    expect(coversPerson('everyone', standing([]))).toBe(true);
  });

  test.each<[string, Rules, PersonStanding, boolean]>([
    ['a tier', [{ tiers: ['股级'] }], standing([head]), true],
    ['another tier', [{ tiers: ['股级'] }], standing([clerk]), false],
    ['a key post', [{ keyPost: true }], standing([clerk, cashier]), true],
    ['no key post', [{ keyPost: true }], standing([clerk]), false],
    ['a listed post', [{ posts: ['P1', 'P9'] }], standing([clerk]), true],
    ['a role', [{ roles: ['party_branch'] }], standing([], ['party_branch']), true],
    ['no such role', [{ roles: ['party_branch'] }], standing([clerk], ['team_member']), false],
    ['both of one post', [{ tiers: ['一般'], keyPost: true }], standing([cashier]), true],
    ['each of another post', [{ tiers: ['一般'], keyPost: true }], standing([clerk, head]), false],
    [
      'post and role',
      [{ keyPost: true, roles: ['team_member'] }],
      standing([head], ['team_member']),
      true,
    ],
    ['post without the role', [{ keyPost: true, roles: ['team_member'] }], standing([head]), false],
    ['one of two rules', [{ tiers: ['科级'] }, { keyPost: true }], standing([head]), true],
    ['neither of two rules', [{ tiers: ['科级'] }, { keyPost: true }], standing([clerk]), false],
  ])('%s', (_name, anyOf, given, expected) => {
    expect(coversPerson({ anyOf }, given)).toBe(expected);
  });

  const anyPost = fc.record({
    code: fc.constantFrom('P1', 'P2', 'P3'),
    tier: fc.constantFrom('一般', '股级'),
    key: fc.boolean(),
  });
  const anyRole = fc.constantFrom('party_branch' as const, 'team_member' as const);
  const anyStanding = fc.record({
    posts: fc.array(anyPost, { maxLength: 3 }),
    roles: fc.array(anyRole),
  });
  const anyRule = fc.record(
    {
      tiers: fc.array(fc.constantFrom('一般', '股级'), { minLength: 1 }),
      keyPost: fc.constant(true as const),
      posts: fc.array(fc.constantFrom('P1', 'P2', 'P3'), { minLength: 1 }),
      roles: fc.array(anyRole, { minLength: 1 }),
    },
    { requiredKeys: [] },
  );

  test('another rule never takes somebody out, another condition never brings somebody in', () => {
    fc.assert(
      fc.property(
        fc.array(anyRule, { minLength: 1 }),
        anyRule,
        anyStanding,
        (rules, rule, given) => {
          const before = coversPerson({ anyOf: rules }, given);
          if (before) expect(coversPerson({ anyOf: [...rules, rule] }, given)).toBe(true);
          const [first = {}, ...rest] = rules;
          if (coversPerson({ anyOf: [{ ...rule, ...first }, ...rest] }, given) && rest.length === 0)
            expect(coversPerson({ anyOf: [first] }, given)).toBe(true);
        },
      ),
    );
  });
});

describe('ORG-25 which sections a form covers', () => {
  const section = { nature: 'internal' as const, rolesHeld: ['team_member' as const] };
  test.each([
    ['every section', 'everyDepartment' as const, true],
    ['those of its nature', { natures: ['internal' as const] }, true],
    ['those of another nature', { natures: ['enforcement' as const] }, false],
    ['those without the leaders', { withoutRole: 'team_member' as const }, false],
    ['those without a role nobody holds', { withoutRole: 'informant' as const }, true],
    [
      'both conditions',
      { natures: ['internal' as const], withoutRole: 'team_member' as const },
      false,
    ],
  ])('%s', (_name, covers, expected) => {
    expect(coversDepartment(covers, section)).toBe(expected);
  });
});

describe('who writes for a section or a team', () => {
  const filledBy = ['department_head', 'leader_in_charge'] as const;
  const holders = { department_head: ['a', 'b'], leader_in_charge: ['c'] };

  test('a holder of the first role that somebody holds', () => {
    expect(writerFor(filledBy, holders)).toBe('a');
    expect(writerFor(filledBy, { leader_in_charge: ['c'] })).toBe('c');
    expect(writerFor(filledBy, { department_head: [], leader_in_charge: ['c'] })).toBe('c');
    expect(writerFor(filledBy, { principal_leader: ['d'] })).toBeUndefined();
  });

  test('whoever writes now stays while he is one of them', () => {
    expect(writerFor(filledBy, holders, 'b')).toBe('b');
    expect(writerFor(filledBy, holders, 'c')).toBe('a');
    expect(mayWriteFor(filledBy, holders, 'c')).toBe(true);
    expect(mayWriteFor(filledBy, holders, 'd')).toBe(false);
  });
});
