/** An invented bureau of thousands of people as the five import files; the same seed gives the same bureau. */
import type { Reader } from '../../db/client.ts';
import type { Context } from '../../services/context.ts';
import { importOrganisation, type OrganisationTexts } from '../../services/organisation-import.ts';

export const ZONE = 'Asia/Shanghai';
/** The morning on which the shipped profile's form stage opens. */
export const MORNING = new Date('2026-09-21T09:00:00+08:00');

export type BigBureau = {
  readonly texts: OrganisationTexts;
  /** The unit above all others; its launch covers everybody. */
  readonly unit: string;
  /** Keeps the register and decides: sees everything. */
  readonly office: string;
  /** Of the first department below the top. */
  readonly head: string;
  /** Answers for all departments of one county. */
  readonly leader: string;
  /** Somebody without a role. */
  readonly member: string;
};

const TOP = 'SJ';
const DEPARTMENTS = 8;
const PER_DEPARTMENT = 25;
const SURNAMES = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何'];
const GIVEN = [...'安柏澄道恩帆谷和嘉景可澜明宁沛启润书庭维溪言远泽'];
const OFFICES = ['综合科', '法治科', '政工科', '财务科', '执法科', '服务科', '督查科', '信息科'];

type Rows = {
  readonly units: string[];
  readonly departments: string[];
  readonly posts: string[];
  readonly people: string[];
  readonly assignments: string[];
};

/** Makes the files for `people` persons in units of eight departments below one top unit. */
export function bigBureau(people: number, seed = 1): BigBureau {
  const random = randomOf(seed);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const rows: Rows = {
    units: ['code,name,kind,parent_code', `${TOP},青澜市局,市级机关,`],
    departments: ['code,name,unit_code,nature'],
    posts: ['code,name,department_code,tier,key,powers'],
    people: ['code,name,status,lark_open_id,wecom_userid'],
    assignments: ['person_code,kind,ref,scope_code,from,to'],
  };
  const role = (index: number, name: string, scope: string) =>
    rows.assignments.push(`${codeOf(index)},role,${name},${scope},2024-01-01,`);
  for (let index = 0; index < people; index += 1) {
    const department = Math.floor(index / PER_DEPARTMENT);
    const unit = Math.floor(department / DEPARTMENTS);
    const first = index % PER_DEPARTMENT === 0;
    const place = placeOf(department, unit);
    if (first) addDepartment(rows, place, department, unit);
    const name = pick(SURNAMES) + pick(GIVEN) + pick(GIVEN);
    rows.people.push(`${codeOf(index)},${name},active,ou_big_${codeOf(index)},`);
    const post = first ? `${place.department}-1` : `${place.department}-2`;
    rows.assignments.push(`${codeOf(index)},post,${post},,2024-01-01,`);
    if (first) {
      role(index, 'department_head', place.department);
      role(unit * DEPARTMENTS * PER_DEPARTMENT, 'leader_in_charge', place.department);
    }
    if (first && department % DEPARTMENTS === 0) role(index, 'principal_leader', place.unit);
  }
  role(0, 'leading_group_head', TOP);
  for (const index of [1, 2, 3]) role(index, 'leading_group_member', TOP);
  role(OFFICE, 'leading_group_office', TOP);
  role(4, 'discipline_inspection', TOP);
  const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
  return {
    texts: {
      'units.csv': text(rows.units),
      'departments.csv': text(rows.departments),
      'posts.csv': text(rows.posts),
      'people.csv': text(rows.people),
      'assignments.csv': text(rows.assignments),
    },
    unit: TOP,
    office: codeOf(OFFICE),
    head: codeOf(PER_DEPARTMENT),
    leader: codeOf(DEPARTMENTS * PER_DEPARTMENT),
    member: codeOf(PER_DEPARTMENT + 7),
  };
}

/** Imports the bureau the way an administrator does; a complaint about the files throws. */
export async function importBigBureau(db: Reader, bureau: BigBureau, now: Date): Promise<void> {
  const columns = { lark_open_id: 'lark', wecom_userid: 'wecom' };
  const imported = await importOrganisation(administrator(db, now), bureau.texts, columns);
  if (!imported.ok) throw new Error(JSON.stringify(imported.errors.slice(0, 3)));
}

/** The context of an administrator's command. */
export const administrator = (db: Reader, now: Date): Context => ({
  db,
  now,
  zone: ZONE,
  actor: { kind: 'administrator', code: 'bench' },
});

const OFFICE = 5;

const codeOf = (index: number): string => `P${String(index + 1).padStart(6, '0')}`;

type Place = { readonly unit: string; readonly department: string };

const placeOf = (department: number, unit: number): Place => ({
  unit: unit === 0 ? TOP : `${TOP}${String(unit).padStart(3, '0')}`,
  department: `D${String(department).padStart(4, '0')}`,
});

function addDepartment(rows: Rows, place: Place, department: number, unit: number): void {
  if (department % DEPARTMENTS === 0 && unit > 0)
    rows.units.push(`${place.unit},青澜市第${unit}分局,县级机关,${TOP}`);
  const nature = department % 2 === 0 ? 'internal' : 'enforcement';
  const name = OFFICES[department % DEPARTMENTS] ?? '';
  rows.departments.push(`${place.department},${name},${place.unit},${nature}`);
  const { department: code } = place;
  rows.posts.push(`${code}-1,${name}负责人,${code},科级,yes,重大决策;财务管理`);
  rows.posts.push(`${code}-2,${name}工作人员,${code},科员,no,行政处罚`);
}

/** Mulberry32: small, seeded, the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
