import { describe, expect, test } from 'vitest';
import { superiorsOf } from '../domain/procedure.ts';
import { facts } from './support/shipped-profile.ts';

describe('S2-P2.3 superiors', () => {
  test.each([
    ['author', [['head'], ['leader'], ['principal']]],
    ['head', [['leader'], ['principal']]],
    ['leader', [['principal']]],
    ['principal', []],
  ])('of %s', (person, expected) => {
    expect(superiorsOf(person, facts)).toEqual(expected);
  });

  test('an empty level is passed over, and who shares a level is no superior', () => {
    const holders = {
      department_head: ['head', 'author'],
      leader_in_charge: [],
      principal_leader: ['p'],
    };
    expect(superiorsOf('author', { ...facts, holders })).toEqual([['p']]);
    const twice = { department_head: ['p'], leader_in_charge: ['p', 'q'], principal_leader: ['p'] };
    expect(superiorsOf('author', { ...facts, holders: twice })).toEqual([['p'], ['q']]);
    const shared = { department_head: ['p'], principal_leader: ['p', 'q'] };
    expect(superiorsOf('p', { ...facts, holders: shared })).toEqual([]);
  });
});
