/**
 * The organisation that is attacked, and what it allows, written down without a line of the product: who heads and who
 * leads which department, and from that who may do what with whose form.
 */
import { createHash } from 'node:crypto';
import type { OrganisationTexts } from '../../services/organisation-import.ts';

export type Member = {
  readonly code: string;
  readonly openId: string;
  readonly department: string;
  readonly unit: string;
};

export type Unit = {
  readonly code: string;
  readonly members: readonly Member[];
  readonly principal: string;
  readonly discipline: string;
  readonly office: readonly string[];
  /** Who may have attended a deciding meeting. */
  readonly group: readonly string[];
  readonly headOf: ReadonlyMap<string, string>;
  readonly leaderOf: ReadonlyMap<string, string>;
};

export type World = {
  /** Its people send. */
  readonly attacked: Unit;
  /** Its people never send; its forms are aimed at. */
  readonly untouched: Unit;
  /** Has launched nothing yet. */
  readonly idle: Unit;
  readonly units: readonly Unit[];
  readonly byCode: ReadonlyMap<string, Member>;
  /** A department of the attacked unit whose forms are aimed at by outsiders alone. */
  readonly spared: string;
  /** Accounts the organisation does not know. */
  readonly strangers: readonly string[];
};

export type WorldSize = { readonly departments: number; readonly staff: number };

/** Looks like no neighbour's, so that a damaged id is nobody's. */
const openIdOf = (code: string): string =>
  `ou_${createHash('sha256').update(`fuzz ${code}`).digest('hex').slice(0, 32)}`;

/** The same world for the same size. */
export function buildWorld(size: WorldSize): World {
  const attacked = unitOf('a', size);
  const untouched = unitOf('v', { departments: 3, staff: 4 });
  const idle = unitOf('i', { departments: 1, staff: 3 });
  const units = [attacked, untouched, idle];
  const members = units.flatMap((unit) => unit.members);
  return {
    attacked,
    untouched,
    idle,
    units,
    byCode: new Map(members.map((member) => [member.code, member])),
    spared: departmentOf('a', size.departments),
    strangers: ['x1', 'x2', 'x3'].map(openIdOf),
  };
}

const departmentOf = (prefix: string, index: number): string => `${prefix}D${index}`;

function unitOf(prefix: string, { departments, staff }: WorldSize): Unit {
  const code = `FZ${prefix.toUpperCase()}`;
  const member = (department: string, number: number): Member => {
    const person = `${prefix}${String(number).padStart(4, '0')}`;
    return { code: person, openId: openIdOf(person), department, unit: code };
  };
  const top = [1, 2, 3, 4].map((number) => member(departmentOf(prefix, 0), number));
  const [principal = '', first = '', second = '', discipline = ''] = top.map((each) => each.code);
  const headOf = new Map([[departmentOf(prefix, 0), principal]]);
  const leaderOf = new Map([[departmentOf(prefix, 0), principal]]);
  const below: Member[] = [];
  for (let index = 1; index <= departments; index += 1) {
    const department = departmentOf(prefix, index);
    const people = Array.from({ length: staff }, (_, n) => member(department, index * 100 + n));
    headOf.set(department, people[0]?.code ?? '');
    leaderOf.set(department, index % 2 === 1 ? first : second);
    below.push(...people);
  }
  const office = below.slice(1, 3).map((each) => each.code);
  const group = [principal, first, second, discipline, ...office];
  const members = [...top, ...below];
  return { code, members, principal, discipline, office, group, headOf, leaderOf };
}

/** Who may give the next signature on a form of `author` at `stepId`, when `signed` have signed this version. */
export function reviewersAt(
  unit: Unit,
  author: Member,
  stepId: string,
  signed: readonly string[],
): readonly string[] {
  const head = [unit.headOf.get(author.department) ?? ''];
  const leader = [unit.leaderOf.get(author.department) ?? ''];
  const principal = [unit.principal];
  const without = (people: readonly string[], excluded: readonly string[]) =>
    people.filter((person) => person !== author.code && !excluded.includes(person));
  const firstOf = (levels: readonly (readonly string[])[], excluded: readonly string[]) =>
    levels.map((people) => without(people, excluded)).find((people) => people.length > 0) ?? [];
  if (stepId === 'headOpinion') return firstOf([head, leader, principal], signed);
  if (stepId === 'leaderOpinion') return firstOf([leader, principal], signed);
  return firstOf([unit.office, principal, unit.group], []);
}

/** Everybody who can ever change the form of `author`. */
export const mayEverAct = (unit: Unit, author: Member): ReadonlySet<string> =>
  new Set([
    author.code,
    unit.headOf.get(author.department) ?? '',
    unit.leaderOf.get(author.department) ?? '',
    unit.principal,
    ...unit.office,
  ]);

/** Whether `reader` may come to see words that `writer` wrote (the office, discipline and superiors may). */
export function mayMeetWordsOf(world: World, reader: Member | undefined, writer: string): boolean {
  const from = world.byCode.get(writer);
  if (reader === undefined || from === undefined || reader.unit !== from.unit) return false;
  const unit = unitOfMember(world, reader);
  // Reviewers write into the forms of others, where their words are meant to be read.
  const reviewers = new Set([...unit.headOf.values(), ...unit.leaderOf.values(), ...unit.office]);
  if (reader.code === writer || reviewers.has(writer)) return true;
  if ([...unit.group, unit.discipline].includes(reader.code)) return true;
  return unit.headOf.get(from.department) === reader.code;
}

/** @throws for somebody of another world */
export function unitOfMember(world: World, member: Member): Unit {
  const unit = world.units.find(({ code }) => code === member.unit);
  if (unit === undefined) throw new Error('a member of no unit');
  return unit;
}

/** The five files the product imports; names and posts are as hostile as an administrator's files can be. */
export function organisationTexts(world: World): OrganisationTexts {
  const rows = (header: string, lines: readonly string[]) => `${[header, ...lines].join('\n')}\n`;
  const { units } = world;
  return {
    'units.csv': rows(
      'code,name,kind,parent_code',
      units.map(({ code }) => `${code},${code}<b>局</b>,局,`),
    ),
    'departments.csv': rows(
      'code,name,unit_code,nature',
      units.flatMap(({ code, headOf }) =>
        [...headOf.keys()].map((department) => `${department},*${department}*股,${code},internal`),
      ),
    ),
    'posts.csv': rows(
      'code,name,department_code,tier,key,powers',
      membersOf(world).map((each) => `P${each.code},[岗](x),${each.department},一般,yes,内部管理`),
    ),
    'people.csv': rows(
      'code,name,status,lark_open_id,wecom_userid',
      membersOf(world).map(
        (each) => `${each.code},<at id=all></at>${each.code},active,${each.openId},`,
      ),
    ),
    'assignments.csv': rows('person_code,kind,ref,scope_code,from,to', units.flatMap(assignments)),
  };
}

const membersOf = (world: World): readonly Member[] =>
  world.units.flatMap(({ members }) => members);

function assignments(unit: Unit): readonly string[] {
  const role = (person: string, name: string, scope: string) =>
    `${person},role,${name},${scope},2020-01-01,`;
  return [
    ...unit.members.map(({ code }) => `${code},post,P${code},,2020-01-01,`),
    role(unit.principal, 'principal_leader', unit.code),
    role(unit.principal, 'leading_group_head', unit.code),
    role(unit.discipline, 'discipline_inspection', unit.code),
    ...unit.office.map((person) => role(person, 'leading_group_office', unit.code)),
    ...unit.group
      .filter((person) => person !== unit.principal && !unit.office.includes(person))
      .map((person) => role(person, 'leading_group_member', unit.code)),
    ...[...unit.headOf].map(([department, person]) => role(person, 'department_head', department)),
    ...[...unit.leaderOf].map(([department, person]) =>
      role(person, 'leader_in_charge', department),
    ),
  ];
}
