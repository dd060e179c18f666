/** What `profile check` says about a profile: each problem, its place, and what to write instead. */
import { roles } from '../domain/profile-terms.ts';
import { roleText } from './wording.ts';

type Detail = Readonly<Record<string, string>>;

const problems: Readonly<Record<string, string | ((detail: Detail) => string)>> = {
  missing: '缺少这一项，请补充',
  unknownKey: ({ found, allowed }) =>
    `不认识“${found}”${allowed === '' ? '' : `，这里可以写：${allowed}`}`,
  notOneOf: ({ found = '', allowed = '' }) => `${written(found)}只能写：${choices(allowed)}`,
  not_string: ({ found = '' }) =>
    found === '' ? '应写成一段文字' : `${written(found)}应写成文字，请加引号，如 "${found}"`,
  not_number: ({ found = '' }) => `${written(found)}应写成数字，不加引号`,
  not_boolean: ({ found = '' }) => `${written(found)}应写成 true（是）或 false（否），不加引号`,
  not_object: ({ found = '' }) => `${written(found)}应写成“名称: 值”的形式`,
  not_array: ({ found = '' }) => `${written(found)}应写成列表，如 [a, b]，或每行以“- ”开头`,
  notWhole: ({ found = '' }) => `${written(found)}应写成整数`,
  empty: '不能为空，请填写',
  tooFew: ({ minimum }) => `至少要有${minimum}项`,
  tooSmall: ({ minimum }) => `不能小于${minimum}`,
  tooBig_number: ({ maximum }) => `不能大于${maximum}`,
  tooBig_int: ({ maximum }) => `不能大于${maximum}`,
  tooBig_string: ({ maximum }) => `最多${maximum}个字`,
  tooBig_array: ({ maximum }) => `最多${maximum}项`,
  codeForm: ({ found = '' }) =>
    `${written(found)}编码应以小写字母开头，只含英文字母和数字，如 headOpinion`,
  idForm: ({ found = '' }) =>
    `${written(found)}方案编号应只含小写字母、数字和连字符，如 s2-justice-bureau`,
  clockForm: ({ found = '' }) => `${written(found)}时间应写成 "09:00" 的样式，并加引号`,
  dayRuleForm:
    '日期应写成 { monthDay: "12-31" }、{ xun: { month: 9, part: late, edge: start } } 或 { offsetDays: 0 }',
  limitForm: ({ found = '' }) =>
    `${written(found)}期限应写成 stageEnd（阶段最后一天）或 { workdays: 5 }（第5个工作日）`,
  peopleForm: ({ found = '' }) =>
    `${written(found)}应写成 department（表格所属科室的全体人员），或者角色列表，如 [department_head]`,
  malformed: '格式不符合要求，请参照 docs/profiles.md 修改',
  noSuchDay: ({ found = '' }) => `${written(found)}没有这一天，请写成 "月-日"，如 "12-31"`,
  unknownStage: ({ found, allowed = '' }) => `没有“${found}”这个阶段，可以写：${allowed}`,
  unknownRiskType: ({ found, allowed = '' }) => `没有“${found}”这个风险类型，可以写：${allowed}`,
  riskTypeWrongLevel: ({ found, allowed = '' }) =>
    `风险类型“${found}”不适用于这一层级的表格，${allowed === '' ? '没有适用的类型，请核对 levels' : `可以写：${allowed}`}`,
  unknownToken: ({ found, allowed = '' }) => `名称中不认识“${found}”，这里可以写：${allowed}`,
  submissionEmpty: '至少写明最早（earliest）或最晚（latest）的提交日期',
  coverageEmpty: '至少写明一个条件',
  choiceRepeated: '选项编码重复，请改用不同的编码',
  fieldRepeated: '填写项编码重复，请改用不同的编码',
  formTooLong: '各填写项的字数上限合计不得超过6000，请减少填写项或字数',
  teamHasNoSection: ({ step }) =>
    `“${step}”写了 department，但班子的表格不属于任何科室，请改写成角色列表，如 [leading_group_member]`,
  firstStepFills: '第一步必须是填写，请把 kind 写成 fill',
  lastStepDecides:
    '必须有审定步骤（kind: decide），最后一步必须是审定、核对（check）或备案（file），请补充或调整顺序',
  commentsFirst: ({ step }) => `“${step}”征求意见，必须在会议、签署和审定之前，请调整顺序`,
  registersOnce: '只能有一个登记编号的步骤，请只保留一处 registers: true',
  registersTooEarly:
    '登记编号之后只能备案，不能再审核；最后一次审定之后另有核对的，请在核对步骤写 registers: true',
  addresseeRepeated: ({ found }) => `备案单位编码“${found}”重复，请改用不同的编码`,
  oneFillStep: '必须有且只能有一个填写步骤（kind: fill）',
  stepIdRepeated: ({ found }) => `步骤编码“${found}”重复，请改用不同的编码`,
  stepUnreachable: ({ step }) =>
    `“${step}”永远轮不到：能办理的人都已在前面签过，一人不得签两步，请改 who 或补充 otherwise`,
  roleRepeated: ({ step }) => `“${step}”的 who 和 otherwise 中有重复的角色，请删去重复的`,
  stageEndsBeforeItOpens: ({ name }) => `“${name}”阶段在开始之前就结束了，请核对 opens 和 closes`,
  ladderNotIncreasing: '催办的天数应逐级增加',
  stageCodeRepeated: ({ found }) => `阶段编码“${found}”重复，请改用不同的编码`,
  formCodeRepeated: ({ found }) => `表格编码“${found}”重复，请改用不同的编码`,
  riskTypeRepeated: ({ found }) => `风险类型编码“${found}”重复，请改用不同的编码`,
  manifestationRepeated: ({ found }) => `表现形式编码“${found}”重复，整个方案中每个编码只能用一次`,
  windowEmpty: '发送时段的开始时间应早于结束时间',
  yaml: ({ fault = '' }) => yamlFaults[fault] ?? '不是正确的 YAML 写法，请检查缩进、冒号和引号',
};

/** Faults of the notation itself, by the parser's codes. */
const yamlFaults: Readonly<Record<string, string>> = {
  BAD_INDENT: '缩进不对，同一层的内容应左对齐',
  TAB_AS_INDENT: '缩进不能用制表符，请改用空格',
  DUPLICATE_KEY: '同一处有两个相同的名称，请删去一个',
  MISSING_CHAR: '缺少符号，请检查引号、逗号和括号是否成对',
  UNEXPECTED_TOKEN: '有多余的内容，请检查引号、逗号和括号',
  BLOCK_AS_IMPLICIT_KEY: '冒号的位置不对，或者缩进不对；含冒号的文字请加引号',
  MULTILINE_IMPLICIT_KEY: '名称不能跨行，请检查是否漏写冒号',
  MULTIPLE_DOCS: '一个文件只能写一个方案，请删去“---”及以后的内容',
  BAD_ALIAS: '引用了没有定义的内容；以 * 开头的文字请加引号',
};

/** Whether there is a sentence of its own for `code`. */
export const knowsProblem = (code: string): boolean => Object.hasOwn(problems, code);

/** One line of `profile check`. */
export function profileProblemText(
  file: string,
  problem: {
    readonly path: readonly (string | number)[];
    readonly line: number;
    readonly code: string;
    readonly detail: Detail;
  },
): string {
  const said = problems[problem.code] ?? problems['malformed'] ?? '';
  const sentence = typeof said === 'string' ? said : said(problem.detail);
  const place = placeText(problem.path);
  return `${file} 第${problem.line}行${place === '' ? '' : ` ${place}`}：${sentence}`;
}

/** `forms 第1项 steps 第2项 who`: members by name, entries of a list counted from 1. */
const placeText = (path: readonly (string | number)[]): string =>
  path.map((key) => (typeof key === 'number' ? `第${key + 1}项` : key)).join(' ');

const written = (found: string): string => (found === '' ? '' : `写的是“${found}”，`);

/** Roles are explained, other choices stand for themselves. */
const choices = (allowed: string): string =>
  allowed
    .split('、')
    .map((each) => (roles.some((role) => role === each) ? `${each}（${roleText(each)}）` : each))
    .join('、');
