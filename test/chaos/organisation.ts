/** Invented units, each small enough to be done within a minute: a principal, a deputy, two departments, an office. */
import type { OrganisationTexts } from '../../services/organisation-import.ts';
import type { SimulatedPerson } from '../../simulator/lark/model.ts';
import { edited, loadText, shippedText } from '../support/shipped-profile.ts';

export type Member = { readonly code: string; readonly name: string; readonly openId: string };

export type Unit = {
  readonly code: string;
  readonly members: readonly Member[];
  /** Who may attend the deciding meeting. */
  readonly group: readonly string[];
};

type Seat = {
  readonly n: string;
  readonly post: string;
  readonly department: 'A' | 'B' | 'C';
  readonly roles: readonly (readonly [role: string, scope: '' | 'A' | 'B' | 'C'])[];
};

const head = 'department_head';
const charge = 'leader_in_charge';
const member = 'leading_group_member';

const SEATS: readonly Seat[] = [
  {
    n: '01',
    post: '局长',
    department: 'A',
    roles: [
      ['principal_leader', ''],
      ['leading_group_head', ''],
      [charge, 'A'],
      [head, 'A'],
    ],
  },
  {
    n: '02',
    post: '副局长',
    department: 'A',
    roles: [
      [charge, 'B'],
      [charge, 'C'],
      [member, ''],
    ],
  },
  {
    n: '03',
    post: '股长',
    department: 'B',
    roles: [
      [head, 'B'],
      [member, ''],
    ],
  },
  { n: '04', post: '审批岗', department: 'B', roles: [] },
  { n: '05', post: '执法岗', department: 'B', roles: [] },
  { n: '06', post: '所长', department: 'C', roles: [[head, 'C']] },
  { n: '07', post: '调解岗', department: 'C', roles: [['leading_group_office', '']] },
  { n: '08', post: '内勤岗', department: 'C', roles: [['leading_group_office', '']] },
];

const departmentNames = { A: '局领导', B: '法治股', C: '综合股' } as const;

/** The unit with number `n`, from 1. */
export function unitOf(n: number): Unit {
  const code = `U${String(n).padStart(3, '0')}`;
  const members = SEATS.map((seat) => {
    const person = `${code.slice(1)}${seat.n}`;
    return { code: person, name: `${seat.post}${person}`, openId: `ou_chaos_${person}` };
  });
  const group = members.filter((_, index) =>
    SEATS[index]?.roles.some(([role]) => role.startsWith('leading_group')),
  );
  return { code, members, group: group.map(({ name }) => name) };
}

/** The five files of an organisation with these units. */
export function organisationOf(units: readonly Unit[]): OrganisationTexts {
  const rows = (header: string, lines: readonly string[]): string =>
    `${[header, ...lines].join('\n')}\n`;
  const departments = Object.entries(departmentNames);
  return {
    'units.csv': rows(
      'code,name,kind,parent_code',
      units.map(({ code }) => `${code},${code}局,县级机关,`),
    ),
    'departments.csv': rows(
      'code,name,unit_code,nature',
      units.flatMap(({ code }) =>
        departments.map(([key, name]) => `${code}-${key},${name},${code},internal`),
      ),
    ),
    'posts.csv': rows(
      'code,name,department_code,tier,key,powers',
      seated(units, ({ unit, seat }) => [
        `${unit}-P${seat.n},${seat.post},${unit}-${seat.department},一般,yes,行政审批`,
      ]),
    ),
    'people.csv': rows(
      'code,name,status,lark_open_id,wecom_userid',
      seated(units, ({ person }) => [`${person.code},${person.name},active,${person.openId},`]),
    ),
    'assignments.csv': rows(
      'person_code,kind,ref,scope_code,from,to',
      seated(units, ({ unit, seat, person }) => [
        `${person.code},post,${unit}-P${seat.n},,2024-01-01,`,
        ...seat.roles.map(
          ([role, scope]) =>
            `${person.code},role,${role},${scope === '' ? unit : `${unit}-${scope}`},2024-01-01,`,
        ),
      ]),
    ),
  };
}

type Seated = { readonly unit: string; readonly seat: Seat; readonly person: Member };

const seated = (
  units: readonly Unit[],
  linesOf: (seated: Seated) => readonly string[],
): readonly string[] =>
  units.flatMap(({ code, members }) =>
    members.flatMap((person, index) => {
      const seat = SEATS[index];
      return seat === undefined ? [] : linesOf({ unit: code, seat, person });
    }),
  );

/** The people of the units as the messenger's tenant knows them. */
export const tenantOf = (units: readonly Unit[]): readonly SimulatedPerson[] =>
  units.flatMap(({ code, members }) =>
    members.map((person) => ({
      openId: person.openId,
      unionId: `on_${person.code}`,
      userId: `u${person.code}`,
      name: person.name,
      title: '',
      departmentId: code,
      departmentName: code,
    })),
  );

/**
 * The shipped scheme on a short leash: due within days, so that a run meets every rung of the ladder. With `later` the
 * stage opens the day after the launch, by its timer.
 */
export function hurriedProfile(later: boolean) {
  const changes: readonly (readonly [from: string, to: string])[] = [
    ['closes: { xun: { month: 9, part: middle, edge: end } }', 'closes: { offsetDays: 0 }'],
    [
      'opens: { xun: { month: 9, part: late, edge: start } }',
      `opens: { offsetDays: ${later ? 1 : 0} }`,
    ],
    ['closes: { xun: { month: 12, part: early, edge: end } }', 'closes: { offsetDays: 4 }'],
    ['opens: { xun: { month: 12, part: middle, edge: start } }', 'opens: { offsetDays: 5 }'],
    ['closes: { xun: { month: 12, part: middle, edge: end } }', 'closes: { offsetDays: 6 }'],
    ['opens: { xun: { month: 12, part: late, edge: start } }', 'opens: { offsetDays: 7 }'],
    ['closes: { monthDay: "12-31" }', 'closes: { offsetDays: 8 }'],
    ['limit: { workdays: 5 }', 'limit: { workdays: 1 }'],
    ['limit: { workdays: 5 }', 'limit: { workdays: 1 }'],
  ];
  return loadText(changes.reduce((text, [from, to]) => edited(from, to, text), shippedText));
}
