/** A bureau of thousands in a database of its own, and the accounts of its people at the local messenger. */
import { randomBytes } from 'node:crypto';
import { connect, type Reader } from '../../db/client.ts';
import type { Context } from '../../services/context.ts';
import { importOrganisation, type OrganisationTexts } from '../../services/organisation-import.ts';
import type { SimulatedPerson } from '../../simulator/lark/model.ts';
import { administer, databaseAddress } from '../support/database.ts';

export const CROWD_UNIT = 'U0';
const CROWD_ZONE = 'Asia/Shanghai';

/** People of one department; every department has a head among them. */
const DEPARTMENT_SIZE = 50;

const codeOf = (index: number): string => String(index + 1).padStart(6, '0');
const departmentOf = (index: number): string => `D${Math.floor(index / DEPARTMENT_SIZE)}`;
const openIdOf = (index: number): string => `ou_crowd_${codeOf(index)}`;

/** The organisation's files for `people` people. */
function crowdTexts(people: number): OrganisationTexts {
  const all = Array.from({ length: people }, (_, index) => index);
  const departments = [...new Set(all.map(departmentOf))];
  const role = (index: number, name: string, scope: string): string =>
    `${codeOf(index)},role,${name},${scope},2024-01-01,`;
  const roles = [
    role(0, 'principal_leader', CROWD_UNIT),
    role(0, 'leading_group_head', CROWD_UNIT),
    role(1, 'leading_group_member', CROWD_UNIT),
    role(2, 'leading_group_office', CROWD_UNIT),
    ...departments.flatMap((department, index) => [
      role(index * DEPARTMENT_SIZE, 'department_head', department),
      role(1, 'leader_in_charge', department),
    ]),
  ];
  const file = (head: string, rows: readonly string[]): string => [head, ...rows, ''].join('\n');
  return {
    'units.csv': file('code,name,kind,parent_code', [`${CROWD_UNIT},云泽市公共服务局,市级机关,`]),
    'departments.csv': file(
      'code,name,unit_code,nature',
      departments.map((code) => `${code},第${code.slice(1)}科,${CROWD_UNIT},internal`),
    ),
    'posts.csv': file(
      'code,name,department_code,tier,key,powers',
      departments.map((code) => `P${code},科员,${code},科级,no,内部管理`),
    ),
    'people.csv': file(
      'code,name,status,lark_open_id,wecom_userid',
      all.map((index) => `${codeOf(index)},职员${codeOf(index)},active,${openIdOf(index)},`),
    ),
    'assignments.csv': file('person_code,kind,ref,scope_code,from,to', [
      ...all.map((index) => `${codeOf(index)},post,P${departmentOf(index)},,2024-01-01,`),
      ...roles,
    ]),
  };
}

/** Their accounts; the stand-in looks people up here instead of asking the product's database for every message. */
export const crowdAccounts = (people: number): readonly SimulatedPerson[] =>
  Array.from({ length: people }, (_, index) => ({
    openId: openIdOf(index),
    unionId: `on_${codeOf(index)}`,
    userId: `u${codeOf(index)}`,
    name: `职员${codeOf(index)}`,
    title: '科员',
    departmentId: departmentOf(index),
    departmentName: `第${departmentOf(index).slice(1)}科`,
  }));

/** An administrator's context at `now`. */
export const administratorAt = (db: Reader, now: Date): Context => ({
  db,
  now,
  zone: CROWD_ZONE,
  actor: { kind: 'administrator', code: 'bench' },
});

/** Imports the crowd. */
export async function importCrowd(db: Reader, people: number, now: Date): Promise<void> {
  const imported = await importOrganisation(administratorAt(db, now), crowdTexts(people), {
    lark_open_id: 'lark',
    wecom_userid: 'wecom',
  });
  if (!imported.ok) throw new Error(JSON.stringify(imported.errors.slice(0, 3)));
}

export type BenchDatabase = {
  readonly name: string;
  readonly url: string;
  readonly drop: () => Promise<void>;
};

/** A new database on `server`, empty or a copy of `template`. */
export async function createDatabase(server: string, template?: string): Promise<BenchDatabase> {
  const name = `lianshao_bench_${process.pid}_${randomBytes(4).toString('hex')}`;
  await administer(
    server,
    `create database ${name}${template === undefined ? '' : ` template ${template}`}`,
  );
  return {
    name,
    url: databaseAddress(server, name),
    drop: () => administer(server, `drop database if exists ${name} with (force)`),
  };
}

/** Runs `work` with a connection pool of its own. */
export async function withDatabase<T>(url: string, work: (db: Reader) => Promise<T>): Promise<T> {
  const db = connect(url, 4, 0);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
