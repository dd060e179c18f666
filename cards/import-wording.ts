/** Sentences about an organisation import, for the administrator's terminal. */
import type { OrganisationWarning } from '../domain/organisation.ts';
import type { ImportedTable, ImportSummary } from '../domain/organisation-change.ts';
import type { ImportError, ImportErrorCode } from '../domain/organisation-file.ts';

const COLUMN_LABELS: Readonly<Record<string, string>> = {
  code: '编码',
  name: '名称',
  kind: '类型',
  parent_code: '上级单位编码',
  unit_code: '单位编码',
  nature: '性质',
  department_code: '部门编码',
  tier: '层级',
  key: '关键岗位标志',
  powers: '权力事项',
  status: '状态',
  person_code: '人员编码',
  ref: '岗位或角色',
  scope_code: '范围编码',
  from: '开始日期',
  to: '结束日期',
};

const FILE_SUBJECTS: Readonly<Record<string, string>> = {
  'units.csv': '单位',
  'departments.csv': '部门',
  'posts.csv': '岗位',
  'people.csv': '人员',
};

type Detail = ImportError['detail'];

const SENTENCES: Readonly<Record<ImportErrorCode, (label: string, detail: Detail) => string>> = {
  encoding: () => '文件不是 UTF-8 编码，请另存为 UTF-8 格式后重试',
  malformed: () => '不是有效的 CSV 内容，请检查标题行和引号',
  columnMissing: () => '缺少此列',
  columnUnknown: () => '不认识此列',
  columnRepeated: () => '此列重复出现',
  cellCount: (_, { expected, found }) => `应有 ${expected} 列，实有 ${found} 列`,
  noRows: () => '文件中没有任何记录',
  required: (label) => `${label}不能为空`,
  controlCharacter: (label) => `${label}中含有换行等不可见字符`,
  choice: (label, { first, second }) => `${label}只能是 ${first} 或 ${second}`,
  dateInvalid: (label, { value }) => `${label}“${value}”不是有效日期，应写成 2026-05-25 这样的形式`,
  datesReversed: () => '结束日期早于开始日期',
  codeRepeated: (_, { code, line }) => `编码 ${code} 与第 ${line} 行重复`,
  identityRepeated: (_, { line }) => `账号与第 ${line} 行的人员相同`,
  unknownReference: (_, { value, file }) => `找不到编码为 ${value} 的${subjectOf(file)}`,
  parentCycle: () => '上级单位互相循环',
  unknownRole: (_, { value }) => `没有名为 ${value} 的角色`,
  scopeNotUnit: (_, { value }) => `此角色的范围应为单位，${value} 是部门`,
  scopeNotDepartment: (_, { value }) => `此角色的范围应为部门，${value} 是单位`,
  overlap: (_, { line }) => `与第 ${line} 行是同一任职，起止日期重叠`,
  secondPrincipalLeader: (_, { unit, line }) =>
    `单位 ${unit} 同一时间只能有一名一把手，与第 ${line} 行冲突`,
};

const TABLE_LABELS: readonly (readonly [ImportedTable, string])[] = [
  ['units', '单位'],
  ['departments', '部门'],
  ['posts', '岗位'],
  ['people', '人员'],
  ['identities', '账号'],
  ['assignments', '任职'],
];

const subjectOf = (file: string | undefined): string => FILE_SUBJECTS[file ?? ''] ?? '单位或部门';

/** `file:line column: reason`; `-` stands for the column when the whole line is meant (contract §5). */
export function importErrorText({ file, line, column, code, detail }: ImportError): string {
  const reason = SENTENCES[code](COLUMN_LABELS[column] ?? '账号', detail);
  return `${file}:${line} ${column || '-'}: ${reason}`;
}

/** A warning of an import that succeeded. */
export const importWarningText = ({ unitName, unitCode }: OrganisationWarning): string =>
  `${unitName}（${unitCode}）目前没有一把手`;

/** What an import did, a line for each kind of row. */
export function importSummaryLines({ changed, counts }: ImportSummary): readonly string[] {
  if (!changed) return ['组织信息没有变化'];
  return TABLE_LABELS.map(([table, label]) => {
    const { added, changed: altered, ended, unchanged } = counts[table];
    return `${label}：新增 ${added}，变更 ${altered}，终止 ${ended}，不变 ${unchanged}`;
  });
}
