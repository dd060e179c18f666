import { describe, expect, test } from 'vitest';
import { importErrorText, importWarningText } from '../cards/import-wording.ts';
import { isRole, unitsWithoutLeader } from '../domain/organisation.ts';
import { compareOrganisation, summarise } from '../domain/organisation-change.ts';
import { checkOrganisation, inOrder } from '../domain/organisation-check.ts';
import { columnsOf, type OrganisationFile, perFile } from '../domain/organisation-file.ts';
import { readOrganisation } from '../domain/organisation-reading.ts';
import { readCsv } from '../services/organisation-csv.ts';

const IDENTITIES = { lark_open_id: 'lark', wecom_userid: 'wecom' };
const COLUMNS = Object.keys(IDENTITIES);

const GOOD: Readonly<Record<OrganisationFile, string>> = {
  'units.csv': 'code,name,kind,parent_code\nU1,甲局,机关,\nU2,乙站,事业单位,U1\n',
  'departments.csv':
    'code,name,unit_code,nature\nD1,综合股,U1,internal\nD2,执法股,U2,enforcement\n',
  'posts.csv':
    'code,name,department_code,tier,key,powers\nP1,局长,D1,科级,yes,重大决策;财务管理\nP2,科员,D2,一般,no,\n',
  'people.csv':
    'code,name,status,lark_open_id,wecom_userid\n001,沈甲,active,ou_1,\n002,陆乙,active,ou_2,w2\n003,顾丙,left,,\n',
  'assignments.csv': [
    'person_code,kind,ref,scope_code,from,to',
    '001,post,P1,,2024-01-01,',
    '002,post,P2,,2024-01-01,2025-12-31',
    '001,role,principal_leader,U1,2024-01-01,',
    '002,role,department_head,D2,2024-01-01,',
    '',
  ].join('\n'),
};

function readAll(files: Partial<Record<OrganisationFile, string>>) {
  const readings = perFile((file) =>
    readCsv(file, files[file] ?? GOOD[file], columnsOf(file, COLUMNS)),
  );
  const raw = perFile((file) => readings[file].rows);
  const misread = Object.values(readings).flatMap(({ errors }) => errors);
  return { raw, errors: inOrder([...misread, ...checkOrganisation(raw, COLUMNS)]) };
}
const errorsOf = (files: Partial<Record<OrganisationFile, string>>) =>
  readAll(files).errors.map(({ file, line, column, code }) => `${file}:${line} ${column} ${code}`);
const edited = (file: OrganisationFile, from: string, to: string) => {
  expect(GOOD[file]).toContain(from);
  return { [file]: GOOD[file].replace(from, to) };
};
const withAssignments = (...rows: string[]) => ({
  'assignments.csv': `${GOOD['assignments.csv']}${rows.join('\n')}\n`,
});
const organisation = (files: Partial<Record<OrganisationFile, string>> = {}) =>
  readOrganisation(readAll(files).raw, IDENTITIES);

describe('contract §5: reading the files', () => {
  test('good files have no errors', () => {
    expect(errorsOf({})).toEqual([]);
  });

  test('ids are text, powers a list, an empty end stays open', () => {
    const read = organisation();
    expect(read.people[0]).toEqual({ code: '001', name: '沈甲', status: 'active' });
    expect(read.posts[0]?.powers).toEqual(['重大决策', '财务管理']);
    expect(read.posts[1]).toMatchObject({ key: false, powers: [] });
    expect(read.units[0]?.parentCode).toBeNull();
    expect(read.assignments[0]?.toOn).toBeNull();
    expect(read.identities).toEqual([
      { platform: 'lark', platformUserId: 'ou_1', personCode: '001' },
      { platform: 'lark', platformUserId: 'ou_2', personCode: '002' },
      { platform: 'wecom', platformUserId: 'w2', personCode: '002' },
    ]);
  });

  test('a byte order mark, CRLF, quotes, blank lines and another column order change nothing', () => {
    const written =
      '\ufeffname,wecom_userid,"code",lark_open_id,status\r\n"沈甲", ,001,ou_1,active\r\n\r\n,,,,\r\n' +
      '陆乙,w2,002,ou_2,active\r\n顾丙,,003,,left\r\n';
    expect(errorsOf({ 'people.csv': written })).toEqual([]);
    expect(organisation({ 'people.csv': written })).toEqual(organisation());
  });

  test('lines are those of the file, also behind blank lines and mixed line ends', () => {
    const written = GOOD['people.csv'].replace('\n001', '\r\n\n001').replace('left', 'gone');
    expect(errorsOf({ 'people.csv': written })).toEqual(['people.csv:5 status choice']);
  });

  test.each([
    [
      'a missing column',
      'people.csv',
      'lark_open_id',
      'open_id',
      ['people.csv:1 lark_open_id columnMissing', 'people.csv:1 open_id columnUnknown'],
    ],
    [
      'a repeated column',
      'units.csv',
      'code,name,kind',
      'code,name,name,kind',
      ['units.csv:1 name columnRepeated', 'units.csv:2  cellCount', 'units.csv:3  cellCount'],
    ],
    [
      'a row that is too long',
      'units.csv',
      'U1,甲局,机关,',
      'U1,甲局,机关,,x',
      ['units.csv:2  cellCount'],
    ],
    ['an open quote', 'units.csv', '甲局', '"甲局', ['units.csv:2  malformed']],
    ['text behind a closing quote', 'units.csv', '乙站', '"乙"站', ['units.csv:3  malformed']],
    ['another encoding', 'units.csv', '甲局', '\ufffd\ufffd', ['units.csv:2  encoding']],
  ] as const)('%s is an error', (_name, file, from, to, errors) => {
    expect(errorsOf(edited(file, from, to))).toEqual(errors);
  });

  test('an empty file, and a list of people without people, are errors', () => {
    expect(errorsOf({ 'posts.csv': '' })).toEqual(['posts.csv:1  malformed']);
    expect(errorsOf({ 'people.csv': 'code,name,status,lark_open_id,wecom_userid\n' })).toContain(
      'people.csv:1  noRows',
    );
  });
});

describe('contract §5: checks', () => {
  test.each([
    ['people.csv', '沈甲', '', 'people.csv:2 name required'],
    ['people.csv', '沈甲', '"沈\n甲"', 'people.csv:2 name controlCharacter'],
    ['people.csv', '003,', '001,', 'people.csv:4 code codeRepeated'],
    ['people.csv', 'ou_2', 'ou_1', 'people.csv:3 lark_open_id identityRepeated'],
    ['people.csv', 'left', 'Left', 'people.csv:4 status choice'],
    ['posts.csv', 'yes', 'Y', 'posts.csv:2 key choice'],
    ['posts.csv', 'D2', 'D9', 'posts.csv:3 department_code unknownReference'],
    ['departments.csv', 'enforcement', '执法', 'departments.csv:3 nature choice'],
    ['departments.csv', 'U2', 'U9', 'departments.csv:3 unit_code unknownReference'],
    ['units.csv', 'U1\n', 'U9\n', 'units.csv:3 parent_code unknownReference'],
    ['units.csv', 'U1\n', 'U2\n', 'units.csv:3 parent_code parentCycle'],
  ] as const)('%s with %j for %j: %s', (file, from, to, error) => {
    const errors = errorsOf(edited(file, from, to));
    expect(errors).toContain(error);
    expect(errors.filter((text) => text.startsWith(file))).toHaveLength(1);
  });

  test('ORG-01: a longer circle of units is found on each of its lines', () => {
    const units = 'code,name,kind,parent_code\nU1,甲,,U3\nU2,乙,,U1\nU3,丙,,U2\nU4,丁,,U3\n';
    expect(errorsOf({ 'units.csv': units })).toEqual([
      'units.csv:2 parent_code parentCycle',
      'units.csv:3 parent_code parentCycle',
      'units.csv:4 parent_code parentCycle',
    ]);
  });

  test.each([
    ['009,post,P1,,2024-01-01,', 'person_code unknownReference'],
    ['001,post,P9,,2024-01-01,', 'ref unknownReference'],
    ['001,duty,P1,,2024-01-01,', 'kind choice'],
    ['001,role,boss,U1,2024-01-01,', 'ref unknownRole'],
    ['001,role,toString,U1,2024-01-01,', 'ref unknownRole'],
    ['001,role,administrator,,2024-01-01,', 'scope_code required'],
    ['001,role,administrator,U9,2024-01-01,', 'scope_code unknownReference'],
    ['001,role,administrator,D1,2024-01-01,', 'scope_code scopeNotUnit'],
    ['001,role,leader_in_charge,U1,2024-01-01,', 'scope_code scopeNotDepartment'],
    ['001,post,P2,,2026-02-30,', 'from dateInvalid'],
    ['001,post,P2,,2024-1-1,', 'from dateInvalid'],
    ['001,post,P2,,,', 'from required'],
    ['001,post,P2,,2024-02-01,2024-01-31', 'to datesReversed'],
    ['001,post,P1,,2025-01-01,', 'from overlap'],
    ['002,post,P2,,2025-12-31,', 'from overlap'],
    ['002,role,principal_leader,U1,2026-01-01,', 'ref secondPrincipalLeader'],
  ])('assignment %s: %s', (row, error) => {
    expect(errorsOf(withAssignments(row))).toEqual([`assignments.csv:6 ${error}`]);
  });

  test.each([
    ['a post taken up again the day after it ended', '002,post,P2,,2026-01-01,'],
    ['an informant of a department', '002,role,informant,D1,2024-01-01,'],
    ['a collection point of a unit', '002,role,collection_point,U2,2024-01-01,'],
    ['ORG-06: the leader of another unit', '002,role,principal_leader,U2,2024-01-01,'],
    ['ORG-06: a leader who has left', '003,role,principal_leader,U1,2024-01-01,'],
    ['a single day', '002,role,informant,D1,2024-02-29,2024-02-29'],
  ])('%s is right', (_name, row) => {
    expect(errorsOf(withAssignments(row))).toEqual([]);
  });

  test('every error is listed, in the order of files and lines', () => {
    const files = {
      ...edited('people.csv', 'left', 'gone'),
      ...edited('units.csv', 'U1\n', 'U9\n'),
    };
    expect(
      errorsOf({ ...files, ...withAssignments('009,post,P1,,x,', '001,role,boss,U1,y,') }),
    ).toEqual([
      'units.csv:3 parent_code unknownReference',
      'people.csv:4 status choice',
      'assignments.csv:6 from dateInvalid',
      'assignments.csv:6 person_code unknownReference',
      'assignments.csv:7 from dateInvalid',
      'assignments.csv:7 ref unknownRole',
    ]);
  });

  test('a file that cannot be read is not held against the others', () => {
    expect(errorsOf({ 'people.csv': 'code,name\n001,甲\n' })).toEqual([
      'people.csv:1 status columnMissing',
      'people.csv:1 lark_open_id columnMissing',
      'people.csv:1 wecom_userid columnMissing',
    ]);
  });

  test('ORG-06: units without a principal leader are named, on the day asked', () => {
    const found = (day: string) => unitsWithoutLeader(organisation(), day);
    expect(found('2026-01-01').map(({ unitCode }) => unitCode)).toEqual(['U2']);
    expect(found('2023-12-31').map(({ unitCode }) => unitCode)).toEqual(['U1', 'U2']);
    expect(found('2026-01-01').map(importWarningText)).toEqual(['乙站（U2）目前没有一把手']);
  });

  test('roles are exactly those of the contract', () => {
    expect(isRole('inspection_team')).toBe(true);
    expect(isRole('constructor')).toBe(false);
  });
});

describe('wording of errors', () => {
  test.each([
    [edited('people.csv', 'left', 'gone'), 'people.csv:4 status: 状态只能是 active 或 left'],
    [edited('units.csv', 'U1\n', 'U9\n'), 'units.csv:3 parent_code: 找不到编码为 U9 的单位'],
    [edited('people.csv', 'ou_2', 'ou_1'), 'people.csv:3 lark_open_id: 账号与第 2 行的人员相同'],
    [
      edited('units.csv', '甲局', '"甲局'),
      'units.csv:2 -: 不是有效的 CSV 内容，请检查标题行和引号',
    ],
    [
      withAssignments('001,role,administrator,U9,2024-01-01,'),
      'assignments.csv:6 scope_code: 找不到编码为 U9 的单位或部门',
    ],
    [
      withAssignments('001,post,P2,,2026-02-30,'),
      'assignments.csv:6 from: 开始日期“2026-02-30”不是有效日期，应写成 2026-05-25 这样的形式',
    ],
  ])('%#: %s', (files, text) => {
    expect(readAll(files).errors.map(importErrorText)).toEqual([text]);
  });
});

describe('what an import changes', () => {
  const stored = (read = organisation()) => ({
    units: read.units.map((row) => ({ row, over: false })),
    departments: read.departments.map((row) => ({ row, over: false })),
    posts: read.posts.map((row) => ({ row, over: false })),
    people: read.people.map((row) => ({ row, over: row.status === 'left' })),
    identities: read.identities,
    assignments: read.assignments.map((row) => ({ row, over: false })),
  });
  const platforms = Object.values(IDENTITIES);
  const changes = (files: Partial<Record<OrganisationFile, string>>, before = stored()) =>
    compareOrganisation(organisation(files), before, platforms);

  test('the same files change nothing', () => {
    expect(summarise(changes({}), []).changed).toBe(false);
  });

  test('a row that vanished ends, and is not ended again later', () => {
    const files = edited('assignments.csv', '002,post,P2,,2024-01-01,2025-12-31\n', '');
    expect(changes(files).assignments.ended.map(({ ref }) => ref)).toEqual(['P2']);
    const ended = stored();
    ended.assignments.splice(
      1,
      1,
      ...ended.assignments.slice(1, 2).map(({ row }) => ({ row, over: true })),
    );
    expect(summarise(changes(files, ended), []).changed).toBe(false);
    expect(changes({}, ended).assignments.changed.map(({ ref }) => ref)).toEqual(['P2']);
  });

  test('a person who vanished leaves and keeps the account until somebody else has it', () => {
    const people =
      'code,name,status,lark_open_id,wecom_userid\n001,沈甲,active,ou_1,\n003,顾丙,left,,\n';
    const gone = changes({ 'people.csv': people });
    expect(gone.people.ended.map(({ code }) => code)).toEqual(['002']);
    expect(gone.identities).toMatchObject({ added: [], ended: [] });
    const reused = changes({ 'people.csv': `${people}004,新人,active,ou_2,\n` });
    expect(reused.identities.ended).toEqual([
      { platform: 'lark', platformUserId: 'ou_2', personCode: '002' },
    ]);
    expect(reused.identities.added).toEqual([
      { platform: 'lark', platformUserId: 'ou_2', personCode: '004' },
    ]);
  });

  test('an account that is no longer listed goes, one of an unlisted platform stays', () => {
    const files = edited('people.csv', 'ou_2,w2', 'ou_2,');
    expect(changes(files).identities.ended).toHaveLength(1);
    expect(compareOrganisation(organisation(files), stored(), ['lark']).identities.ended).toEqual(
      [],
    );
  });
});
