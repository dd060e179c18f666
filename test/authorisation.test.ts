/** The matrix has a row for everything the product knows, and `docs/authorisation.md` is what it says. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as actions from '../cards/actions.ts';
import type { ProcedureStatus } from '../domain/procedure-state.ts';
import type { Step } from '../domain/profile-steps.ts';
import { roles } from '../domain/profile-terms.ts';
import { menu } from '../handlers/menu.ts';
import { expectedOf, formActions, type State, sights, stateIds } from './authorisation/forms.ts';
import { gapsIn, type Registry } from './authorisation/gaps.ts';
import { expectedOnUnit, listActions, scopes, unitActions, words } from './authorisation/lists.ts';
import { authorisationPage } from './authorisation/page.ts';
import { clickers, type Relation, relationIds, unitIds } from './authorisation/people.ts';
import { type Rule, rules } from './authorisation/rules.ts';
import { routesOf } from './support/routes.ts';
import { form } from './support/shipped-profile.ts';

const { router, commands } = routesOf([]);
const statuses: Readonly<Record<ProcedureStatus, true>> = {
  scheduled: true,
  open: true,
  completed: true,
  cancelled: true,
};
const product: Registry = {
  actions: [...new Set([...Object.values(actions).map(({ id }) => id), ...router.ids()])],
  words: commands.lines.map(({ word }) => word),
  roles,
  statuses: Object.keys(statuses),
  steps: form.steps,
};

describe('the matrix is complete', () => {
  it('has a row for every action, word, role, status and step, and none for an unknown one', () => {
    expect(gapsIn(product)).toEqual([]);
    expect(product.actions.length).toBeGreaterThan(15);
  });

  const [fill] = form.steps;
  const extra: readonly Step[] = fill === undefined ? [] : [{ ...fill, id: 'peerOpinion' }];
  it.each([
    [
      'an action',
      { actions: [...product.actions, 'review.delegate'] },
      'no row for action review.delegate',
    ],
    ['a word', { words: [...product.words, '督办'] }, 'no row for word 督办'],
    ['a role', { roles: [...roles, 'auditor'] }, 'no row for role auditor'],
    ['a status', { statuses: [...product.statuses, 'paused'] }, 'no row for status paused'],
    ['a step', { steps: [...form.steps, ...extra] }, 'no row for step peerOpinion'],
    [
      'nobody’s action',
      { actions: product.actions.slice(1) },
      `unknown action ${product.actions[0]}`,
    ],
    ['nobody’s word', { words: product.words.slice(1) }, `unknown word ${product.words[0]}`],
    ['nobody’s step', { steps: form.steps.slice(1) }, 'unknown step fill'],
  ])('%s that is planted is reported', (_name, planted, complaint) => {
    expect(gapsIn({ ...product, ...planted })).toContain(complaint);
  });

  it('says something about every relation in every state, and cites a rule for it', () => {
    const cells = Object.keys(formActions).flatMap((action) =>
      relationIds.flatMap((relation) =>
        stateIds.map((state) => [action, relation, state] as const),
      ),
    );
    for (const cell of cells) expect(expectedOf(...cell).rules.length).toBeGreaterThan(0);
    expect(cells.length).toBe(
      Object.keys(formActions).length * relationIds.length * stateIds.length,
    );
    for (const action of Object.keys(unitActions))
      for (const clicker of clickers)
        for (const unit of unitIds)
          expect(expectedOnUnit(action, clicker, unit)).toBeTypeOf('string');
  });

  it.each(['review.delegate', 'toString', '__proto__'])('%s has no cell', (action) => {
    expect(() => expectedOf(action, 'head', 'headOpinion')).toThrow(/no row/);
  });

  it('every menu entry runs a word of the matrix, every list button shows one', () => {
    const shown = [...Object.values(menu), ...Object.values(listActions).map(({ word }) => word)];
    expect(shown.filter((word) => !Object.hasOwn(words, word))).toEqual([]);
  });

  it('every rule is cited', () => {
    const cited = new Set<Rule>([
      ...Object.keys(formActions).flatMap((action) =>
        relationIds.flatMap((relation) =>
          stateIds.flatMap((state) => expectedOf(action, relation, state).rules),
        ),
      ),
      ...[scopes, sights, unitActions, words].flatMap((table) =>
        Object.values(table).flatMap((row) => row.rules),
      ),
    ]);
    expect(Object.keys(rules).filter((rule) => !cited.has(rule as Rule))).toEqual([]);
  });
});

/** Read off the scheme by eye; a slip in the tables above shows here. */
describe('what nobody may', () => {
  const may = (action: string): readonly (readonly [Relation, State])[] =>
    relationIds.flatMap((relation) =>
      stateIds.flatMap((state) =>
        expectedOf(action, relation, state).outcome === 'allowed'
          ? [[relation, state] as const]
          : [],
      ),
    );

  it('RISK-12…14 each step is signed by one relation, and never by the author', () => {
    expect(may('review.agree').map(([relation, state]) => `${state} ${relation}`)).toEqual([
      'headOpinion head',
      'authorLeft head',
      'leaderOpinion leader',
      'groupDecision office',
      'belowHeadOpinion belowHead',
    ]);
    expect(may('review.return')).toEqual(may('review.agree'));
  });

  it('RISK-06 nobody writes for somebody else', () => {
    const written = Object.keys(formActions).filter((action) => action.startsWith('selfCheck.'));
    expect(written).toHaveLength(7);
    for (const action of written)
      expect(new Set(may(action).map(([who]) => who))).toEqual(new Set(['author']));
  });

  it('RISK-14 what is decided or cancelled is only read', () => {
    const acting = Object.keys(formActions).filter((action) => formActions[action]?.kind === 'act');
    const ended = acting
      .flatMap(may)
      .filter(([, state]) => /[cC]ompleted|cancelled|scheduled/.test(state));
    expect(ended).toEqual([]);
  });
});

const PAGE = new URL('../docs/authorisation.md', import.meta.url);

describe('docs/authorisation.md', () => {
  it('is the matrix', () => {
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, authorisationPage());
    expect(readFileSync(PAGE, 'utf8')).toBe(authorisationPage());
  });
});
