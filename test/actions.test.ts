import { describe, expect, test } from 'vitest';
import * as actions from '../cards/actions.ts';
import { routesOf } from './support/routes.ts';

const defined = Object.values(actions);
const id = '0198c2f0-7a55-7c3e-8f00-0123456789ab';

describe('actions and handlers', () => {
  test('every action has a handler and every handler an action', () => {
    expect([...routesOf([]).router.ids()].sort()).toEqual(
      defined.map((action) => action.id).sort(),
    );
  });

  test('an id is used once and is feature.verb', () => {
    const ids = defined.map((action) => action.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const each of ids) expect(each).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/);
  });
});

const forms = defined.filter((action) => action.schema.safeParse({ id, r: 3 }).success);
const points = [actions.selfCheckEditPoint];
const units = [
  actions.registerExport,
  actions.cyclePropose,
  actions.cycleRehearse,
  actions.cycleLaunch,
];
const pages = [actions.taskPage, actions.registerPage];

describe('payloads', () => {
  test('numbers that a button’s name carried as text are numbers again', () => {
    expect(forms.length).toBeGreaterThanOrEqual(8);
    for (const { schema } of forms) expect(schema.parse({ id, r: '12' })).toEqual({ id, r: 12 });
    for (const { schema } of points)
      expect(schema.parse({ id, r: '12', n: '0' })).toEqual({ id, r: 12, n: 0 });
    for (const { schema } of pages) expect(schema.parse({ n: '2' })).toEqual({ n: 2 });
  });

  test('every page of a register of a million lines can be asked for', () => {
    expect(actions.registerPage.schema.parse({ n: 125_000 })).toEqual({ n: 125_000 });
    expect(actions.registerPage.schema.safeParse({ n: 1_000_001 }).success).toBe(false);
  });

  test('an id in capitals names what the database calls by its small letters', () => {
    for (const { schema } of forms)
      expect(schema.parse({ id: id.toUpperCase(), r: 3 })).toEqual({ id, r: 3 });
  });

  test.each([
    ['no id', { r: 1 }],
    ['an id that is none', { id: '1 or 1=1', r: 1 }],
    ['an id with more behind it', { id: `${id}'--`, r: 1 }],
    ['no revision', { id }],
    ['revision nought', { id, r: 0 }],
    ['a negative revision', { id, r: -1 }],
    ['a broken revision', { id, r: 1.5 }],
    ['a huge revision', { id, r: 1e300 }],
    ['a revision in words', { id, r: 'one' }],
    ['an empty revision', { id, r: '' }],
    ['a revision that is not a number', { id, r: Number.NaN }],
    ['endless', { id, r: 'Infinity' }],
    ['more members', { id, r: 1, by: '0001' }],
    ['no object', 'r=1'],
    ['a list', [id, 1]],
    ['nothing', null],
  ])('a form’s buttons refuse %s', (_name, payload) => {
    for (const { schema } of forms) expect(schema.safeParse(payload).success).toBe(false);
  });

  test.each([-1, 1_000_001, 1.5, 'x', Number.NaN])('no page or point has the number %j', (n) => {
    for (const { schema } of pages) expect(schema.safeParse({ n }).success).toBe(false);
    for (const { schema } of points) expect(schema.safeParse({ id, r: 1, n }).success).toBe(false);
  });

  test.each(['', 'x'.repeat(65), 7, null, ['QLSF'], { code: 'QLSF' }])(
    'no unit is called %j',
    (unit) => {
      for (const { schema } of units) expect(schema.safeParse({ unit }).success).toBe(false);
    },
  );

  test('a unit’s code is taken as it is', () => {
    for (const { schema } of units)
      expect(schema.parse({ unit: 'QLSF' })).toEqual({ unit: 'QLSF' });
  });
});
