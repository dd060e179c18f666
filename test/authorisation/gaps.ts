/** What the product has and the matrix has no row for, and the other way round. */
import type { Step } from '../../domain/profile-steps.ts';
import { formActions, stateIds, states } from './forms.ts';
import { listActions, ownActions, scopes, unitActions, words } from './lists.ts';
import { clickers, relationIds, relationOfRole } from './people.ts';

/** The product's side. */
export type Registry = {
  readonly actions: readonly string[];
  readonly words: readonly string[];
  readonly roles: readonly string[];
  readonly statuses: readonly string[];
  readonly steps: readonly Step[];
};

/** Every gap as a sentence; none = the matrix is complete and names nothing unknown. */
export function gapsIn(registry: Registry): readonly string[] {
  const rows = [formActions, unitActions, listActions, ownActions].flatMap((table) =>
    Object.keys(table),
  );
  const held = new Set(clickers.map(({ role }) => role?.name as string | undefined));
  const steps = registry.steps.map(({ id }) => id);
  const tried = stateIds.map((state) => states[state]);
  return [
    ...differences('action', registry.actions, rows),
    ...rows
      .filter((row, at) => rows.indexOf(row) !== at)
      .map((row) => `two rows for action ${row}`),
    ...differences('word', registry.words, Object.keys(words)),
    ...differences('role', registry.roles, Object.keys(relationOfRole)),
    ...differences('role in lists', registry.roles, Object.keys(scopes)),
    ...differences(
      'role held by somebody',
      registry.roles,
      [...held].filter((role) => role !== undefined),
    ),
    ...differences('status', registry.statuses, unique(tried.map(({ status }) => status))),
    ...differences(
      'step',
      steps,
      unique(tried.flatMap(({ step }) => (step === null ? [] : [step]))),
    ),
    ...differences(
      'relation with somebody in it',
      relationIds,
      unique(['author', ...clickers.map(({ relation }) => relation)]),
    ),
  ];
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function differences(
  what: string,
  has: readonly string[],
  rows: readonly string[],
): readonly string[] {
  return [
    ...has.filter((each) => !rows.includes(each)).map((each) => `no row for ${what} ${each}`),
    ...rows.filter((each) => !has.includes(each)).map((each) => `unknown ${what} ${each}`),
  ];
}
