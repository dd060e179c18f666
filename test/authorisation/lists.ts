/** What the requirements say about everything that is not about one form: lists, files, launches, typed words. */
import type { Role } from '../../domain/profile-terms.ts';
import { type Clicker, type Unit, unitIds, units } from './people.ts';
import type { Rule } from './rules.ts';

/** `led`: the unit and all below, whoever launched; `launched`: what the own unit launched; `own`: the own forms alone. */
type Scope = 'led' | 'launched' | 'department' | 'own';

type ScopeRow = { readonly scope: Scope; readonly rules: readonly Rule[] };

/** How far 进度 and 台账 reach for each role; without a role only the own forms. */
export const scopes: Readonly<Record<Role, ScopeRow>> = {
  principal_leader: { scope: 'led', rules: ['ORG-21', 'CTRL-29'] },
  leader_in_charge: { scope: 'department', rules: ['ORG-21', 'CTRL-29'] },
  department_head: { scope: 'department', rules: ['ORG-21', 'CTRL-29'] },
  team_member: { scope: 'own', rules: ['ORG-29'] },
  leading_group_head: { scope: 'launched', rules: ['ORG-11', 'CTRL-29'] },
  leading_group_member: { scope: 'launched', rules: ['ORG-11', 'CTRL-29'] },
  leading_group_office: { scope: 'launched', rules: ['ORG-11', 'CTRL-29'] },
  party_branch: { scope: 'own', rules: ['ORG-29'] },
  discipline_inspection: { scope: 'led', rules: ['ORG-09', 'CTRL-29'] },
  inspection_team: { scope: 'own', rules: ['ORG-29'] },
  collection_point: { scope: 'own', rules: ['ORG-29'] },
  informant: { scope: 'own', rules: ['ORG-29'] },
  supervisor_external: { scope: 'own', rules: ['ORG-29'] },
  administrator: { scope: 'launched', rules: ['ORG-11', 'CTRL-29'] },
};

/** Units at the time of the clicks: U runs a cycle that covers S; O has finished one. */
export const unitStates: Readonly<Record<Unit, { readonly zh: string; readonly en: string }>> = {
  U: { zh: '正在开展', en: 'a cycle is running' },
  S: {
    zh: '全体人员已在上级单位的周期中',
    en: 'all its people are in the cycle of the unit above',
  },
  O: { zh: '没有正在开展的周期', en: 'no cycle is running' },
};

type UnitAction = {
  readonly zh: string;
  readonly en: string;
  readonly roles: readonly Role[];
  readonly rules: readonly Rule[];
  /** Units in whose state it is refused all the same. */
  readonly running: readonly Unit[];
  /** It only shows something. */
  readonly reads?: true;
};

/** Actions on a unit, by id: holders of one of the roles in that very unit. */
export const unitActions: Readonly<Record<string, UnitAction>> = {
  'cycle.propose': {
    zh: '发起自查',
    en: 'ask for a launch',
    roles: ['leading_group_office'],
    rules: ['ORG-10', 'ORG-11', 'PLAN-01'],
    running: ['U'],
    reads: true,
  },
  'cycle.rehearse': {
    zh: '预演',
    en: 'see what a launch would bring',
    roles: ['leading_group_office'],
    rules: ['ORG-10', 'ORG-11', 'PLAN-01'],
    running: ['U', 'S'],
    reads: true,
  },
  'cycle.launch': {
    zh: '确认发起',
    en: 'launch',
    roles: ['leading_group_office'],
    rules: ['ORG-10', 'ORG-11', 'PLAN-01'],
    running: ['U', 'S'],
  },
  'register.export': {
    zh: '导出表格',
    en: 'take the register away as a file',
    roles: ['leading_group_office', 'administrator'],
    rules: ['ORG-10', 'ORG-11', 'CTRL-29'],
    running: [],
  },
};

export type Content =
  | 'tasks'
  | 'progress'
  | 'register'
  | 'ownForm'
  | 'launch'
  | 'signable'
  | 'deputies'
  | 'help';

type ListRow = { readonly content: Content; readonly en: string; readonly rules: readonly Rule[] };

/** The words that can be typed: everybody with an account may, each sees the own part. */
export const words: Readonly<Record<string, ListRow>> = {
  待办: { content: 'tasks', en: 'what waits for the person', rules: ['RISK-06', 'RISK-12'] },
  进度: { content: 'progress', en: 'counts of the own scope', rules: ['ORG-21'] },
  台账: { content: 'register', en: 'registered points of the own scope', rules: ['CTRL-29'] },
  自查: { content: 'ownForm', en: 'the own form, else the launch', rules: ['RISK-06'] },
  发起自查: { content: 'launch', en: 'units for which the person may launch', rules: ['ORG-10'] },
  批量同意: {
    content: 'signable',
    en: 'forms that wait for the own signature, never for a decision',
    rules: ['RISK-12', 'RISK-13'],
  },
  代理: { content: 'deputies', en: 'the own deputies, and naming one', rules: ['ORG-07'] },
  帮助: { content: 'help', en: 'the words', rules: ['ORG-29'] },
};

/** Buttons of lists, by action id: the same content as the word. */
export const listActions: Readonly<Record<string, { readonly zh: string; readonly word: string }>> =
  {
    'task.page': { zh: '翻页（待办）', word: '待办' },
    'register.page': { zh: '翻页（台账）', word: '台账' },
    'command.run': { zh: '词语按钮', word: '帮助' },
  };

type OwnAction = {
  readonly zh: string;
  readonly en: string;
  /** Who may, in words. */
  readonly who: string;
  readonly rules: readonly Rule[];
};

/** Actions on what the person has himself; `test/stand-in.db.test.ts` tries who else might. */
export const ownActions: Readonly<Record<string, OwnAction>> = {
  'review.agreeAll': {
    zh: '批量同意',
    en: 'sign several forms at once',
    who: '每份表格各按“同意”，只限签署 each form by the row of review.agree, signatures only',
    rules: ['RISK-12', 'RISK-13'],
  },
  'delegation.name': {
    zh: '指定代理人',
    en: 'name a deputy',
    who: '现任的审核角色，为本人 whoever holds a reviewing role now, for himself',
    rules: ['ORG-07'],
  },
  'delegation.revoke': {
    zh: '撤销代理',
    en: 'take a deputy back',
    who: '指定代理人的本人 whoever named the deputy',
    rules: ['ORG-07'],
  },
};

const below = (unit: Unit): readonly Unit[] => [
  unit,
  ...unitIds.filter((each) => units[each].above === unit).flatMap(below),
];
const asUnit = (code: string): Unit | undefined => unitIds.find((unit) => unit === code);
const departmentsOf = (unit: Unit): readonly string[] => units[unit].departments;

/** The departments whose forms of cycles launched by `launcher` a person's lists may count or name. */
export function reachOf({ relation, role }: Clicker, launcher: Unit): readonly string[] {
  const isOver = relation === 'formerSigner' || relation === 'formerHead';
  if (role === undefined || isOver) return [];
  const covered = below(launcher).flatMap(departmentsOf);
  const unit = asUnit(role.scope);
  switch (scopes[role.name].scope) {
    case 'own':
      return [];
    case 'department':
      return covered.filter((department) => department === role.scope);
    case 'launched':
      return unit === launcher ? covered : [];
    case 'led':
      return unit === undefined
        ? []
        : below(unit)
            .flatMap(departmentsOf)
            .filter((department) => covered.includes(department));
  }
}

/** What a click on a unit's button leads to. @throws for an action without a row */
export function expectedOnUnit(action: string, { relation, role }: Clicker, unit: Unit) {
  const row = Object.hasOwn(unitActions, action) ? unitActions[action] : undefined;
  if (row === undefined) throw new Error(`no row for the action ${action}`);
  if (relation === 'left' || relation === 'stranger') return 'stranger' as const;
  const holds = role !== undefined && row.roles.includes(role.name) && role.scope === unit;
  if (!holds) return 'roleRequired' as const;
  return row.running.includes(unit) ? ('cycleRunning' as const) : ('allowed' as const);
}
