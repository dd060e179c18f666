/** Who clicks: one organisation in which nobody holds two roles, so that every right has one reason. */
import { roleScopeOf } from '../../domain/organisation.ts';
import { type Role, roles } from '../../domain/profile-terms.ts';
import type { OrganisationTexts } from '../../services/organisation-import.ts';

type Name = { readonly zh: string; readonly en: string };

/** How somebody stands to a form of department A1, in the unit U that launched; S is a unit below U, O another one. */
export const relations = {
  author: { zh: '填报人', en: 'author' },
  colleague: { zh: '同科室人员，无角色', en: 'colleague without a role' },
  head: { zh: '科室负责人', en: 'head of the department' },
  formerSigner: { zh: '曾签署、现已卸任的科室负责人', en: 'former head who signed' },
  formerHead: { zh: '未签署过的前任科室负责人', en: 'former head who never signed' },
  leader: { zh: '分管领导', en: 'leader in charge' },
  office: { zh: '领导小组办公室', en: "leading group's office" },
  officeSuperior: { zh: '办公室人员的上级', en: "superiors of the office's clerks" },
  principal: { zh: '主要负责人', en: 'principal leader' },
  groupHead: { zh: '领导小组组长', en: 'head of the leading group' },
  groupMember: { zh: '领导小组成员', en: 'member of the leading group' },
  discipline: { zh: '纪检监察', en: 'discipline inspection' },
  administrator: { zh: '系统管理员', en: 'administrator' },
  uninvolved: { zh: '本单位其他角色', en: 'other roles of the unit' },
  otherDepartment: {
    zh: '其他科室的负责人、分管领导',
    en: 'head and leader of another department',
  },
  belowHead: { zh: '下级单位科室负责人', en: 'head in a unit below' },
  belowLeader: { zh: '下级单位分管领导', en: 'leader in charge in a unit below' },
  belowPrincipal: { zh: '下级单位主要负责人', en: 'principal leader of a unit below' },
  belowDiscipline: { zh: '下级单位纪检监察', en: 'discipline inspection of a unit below' },
  belowGroup: { zh: '下级单位领导小组', en: 'leading group of a unit below' },
  elsewhere: { zh: '其他单位的各种角色', en: 'every role of another unit' },
  left: { zh: '已离职人员', en: 'person who left' },
  stranger: { zh: '未登记的账号', en: 'account without a person' },
} as const satisfies Readonly<Record<string, Name>>;

export type Relation = keyof typeof relations;
export const relationIds = Object.keys(relations) as readonly Relation[];

/** Which relation stands for a role of the unit itself; every role has one. */
export const relationOfRole: Readonly<Record<Role, Relation>> = {
  principal_leader: 'principal',
  leader_in_charge: 'leader',
  department_head: 'head',
  team_member: 'uninvolved',
  leading_group_head: 'groupHead',
  leading_group_member: 'groupMember',
  leading_group_office: 'office',
  party_branch: 'uninvolved',
  discipline_inspection: 'discipline',
  inspection_team: 'uninvolved',
  collection_point: 'uninvolved',
  informant: 'uninvolved',
  supervisor_external: 'uninvolved',
  administrator: 'administrator',
};

export type Clicker = {
  readonly code: string;
  readonly relation: Relation;
  /** Where the person works. */
  readonly department: string;
  readonly role?: { readonly name: Role; readonly scope: string; readonly period?: string };
};

/** The units, each with its departments, and the unit above. */
export const units = {
  U: { above: '', departments: ['A0', 'A1', 'A2', 'A3'] },
  S: { above: 'U', departments: ['S1'] },
  O: { above: '', departments: ['O1'] },
} as const;
export type Unit = keyof typeof units;
export const unitIds = Object.keys(units) as readonly Unit[];

const person = (
  relation: Relation,
  department: string,
  name?: Role,
  scope = '',
  period = '2024-01-01,',
): Clicker => ({
  code: relation,
  relation,
  department,
  ...(name === undefined ? {} : { role: { name, scope, period } }),
});

const many = (relation: Relation, rows: readonly (readonly [string, Role, string, string])[]) =>
  rows.map(
    ([code, name, scope, department]): Clicker => ({
      code,
      relation,
      department,
      role: { name, scope },
    }),
  );

const uninvolved = roles.filter((role) => relationOfRole[role] === 'uninvolved');
const placeOf = (role: Role, department: string, unit: string) =>
  roleScopeOf(role) === 'department' ? department : unit;

/** Everybody but the authors, whose forms stand in all states; two accounts have nobody behind them. */
export const clickers: readonly Clicker[] = [
  person('colleague', 'A1'),
  person('head', 'A1', 'department_head', 'A1', '2026-09-22,'),
  person('formerSigner', 'A1', 'department_head', 'A1', '2026-01-01,2026-09-21'),
  person('formerHead', 'A1', 'department_head', 'A1', '2024-01-01,2025-12-31'),
  person('leader', 'A0', 'leader_in_charge', 'A1'),
  ...many('office', [
    ['office', 'leading_group_office', 'U', 'A3'],
    ['secondOffice', 'leading_group_office', 'U', 'A3'],
  ]),
  ...many('officeSuperior', [
    ['officeHead', 'department_head', 'A3', 'A3'],
    ['officeLeader', 'leader_in_charge', 'A3', 'A0'],
  ]),
  person('principal', 'A0', 'principal_leader', 'U'),
  person('groupHead', 'A0', 'leading_group_head', 'U'),
  person('groupMember', 'A0', 'leading_group_member', 'U'),
  person('discipline', 'A0', 'discipline_inspection', 'U'),
  person('administrator', 'A0', 'administrator', 'U'),
  ...many(
    'uninvolved',
    uninvolved.map((role) => [role, role, placeOf(role, 'A1', 'U'), 'A1'] as const),
  ),
  ...many('otherDepartment', [
    ['otherHead', 'department_head', 'A2', 'A2'],
    ['otherLeader', 'leader_in_charge', 'A2', 'A0'],
  ]),
  person('belowHead', 'S1', 'department_head', 'S1'),
  person('belowLeader', 'S1', 'leader_in_charge', 'S1'),
  person('belowPrincipal', 'S1', 'principal_leader', 'S'),
  person('belowDiscipline', 'S1', 'discipline_inspection', 'S'),
  ...many('belowGroup', [
    ['belowOffice', 'leading_group_office', 'S', 'S1'],
    ['belowGroupHead', 'leading_group_head', 'S', 'S1'],
  ]),
  ...many(
    'elsewhere',
    roles.map((role) => [`elsewhere_${role}`, role, placeOf(role, 'O1', 'O'), 'O1'] as const),
  ),
  person('left', 'A1'),
  { code: 'stranger', relation: 'stranger', department: '' },
];

export const accountOf = (code: string): string => `ou_${code}`;

/** The organisation's files; `authors` by department, `gone` have left besides the one who always has. */
export function organisationOf(
  authors: readonly { readonly code: string; readonly department: string }[],
  gone: readonly string[],
): OrganisationTexts {
  const staff = [...clickers.filter(({ code }) => code !== 'stranger'), ...authors];
  const departments = unitIds.flatMap((unit) =>
    units[unit].departments.map((department) => ({ unit, department })),
  );
  const status = (code: string) => (code === 'left' || gone.includes(code) ? 'left' : 'active');
  const assignments = [
    ...staff.map(({ code, department }) => `${code},post,P-${department},,2024-01-01,`),
    ...clickers.flatMap(({ code, role }) =>
      role === undefined
        ? []
        : [`${code},role,${role.name},${role.scope},${role.period ?? '2024-01-01,'}`],
    ),
  ];
  const file = (header: string, rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;
  return {
    'units.csv': file(
      'code,name,kind,parent_code',
      unitIds.map((unit) => `${unit},单位${unit},机关,${units[unit].above}`),
    ),
    'departments.csv': file(
      'code,name,unit_code,nature',
      departments.map(({ unit, department }) => `${department},科室${department},${unit},internal`),
    ),
    'posts.csv': file(
      'code,name,department_code,tier,key,powers',
      departments.map(
        ({ department }) => `P-${department},岗位${department},${department},一般,no,`,
      ),
    ),
    'people.csv': file(
      'code,name,status,lark_open_id,wecom_userid',
      staff.map(({ code }) => `${code},人员${code},${status(code)},${accountOf(code)},`),
    ),
    'assignments.csv': file('person_code,kind,ref,scope_code,from,to', assignments),
  };
}
