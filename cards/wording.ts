/** The words users read: refusals, roles, dates. One place, so that a clerk's eye can check them all. */
import { type Day, dayOf, timeOf, weekdayOf } from '../domain/calendar.ts';
import type { Level } from '../domain/profile-forms.ts';
import { type Role, roles } from '../domain/profile-terms.ts';
import type { Refusal, RefusalCode } from '../domain/refusal.ts';
import type { PointField } from '../domain/self-check.ts';
import type { Toast } from './model.ts';

/** At which level a form or a point stands (层级). */
export const levelTexts: Readonly<Record<Level, string>> = {
  person: '个人',
  department: '部门',
  team: '班子',
};

const weekdays = ['一', '二', '三', '四', '五', '六', '日'] as const;

/** `2026年5月25日(周一)`. */
export function dateText(day: Day): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${year}年${month}月${date}日(周${weekdays[weekdayOf(day) - 1] ?? ''})`;
}

/** `2026年5月25日(周一) 10:32` in `zone`. */
export const instantText = (instant: Date, zone: string): string =>
  `${dateText(dayOf(instant, zone))} ${timeOf(instant, zone)}`;

const roleNames: Readonly<Record<Role, string>> = {
  principal_leader: '主要负责人',
  leader_in_charge: '分管领导',
  department_head: '科室负责人',
  team_member: '工作人员',
  leading_group_head: '领导小组组长',
  leading_group_member: '领导小组成员',
  leading_group_office: '领导小组办公室',
  party_branch: '党支部',
  discipline_inspection: '纪检监察',
  inspection_team: '督察小组',
  collection_point: '信息报送点',
  informant: '预警信息员',
  supervisor_external: '外部监督员',
  administrator: '系统管理员',
};

/** The Chinese name of a role; `author` is the person who filled the form. */
export function roleText(role: string): string {
  const known = roles.find((each) => each === role);
  if (known !== undefined) return roleNames[known];
  return { author: '填报人', colleague: '同科室人员' }[role] ?? '系统';
}

/** Labels of the form's fields; a refusal names them. */
export const fieldLabels: Readonly<Record<PointField | 'manifestationPicks', string>> = {
  riskType: '风险类型',
  content: '风险内容',
  manifestationPicks: '常见表现形式',
  manifestation: '表现形式',
  existence: '存在情况',
  measures: '防控措施',
};

const otherLabels: Readonly<Record<string, string>> = {
  opinion: '意见',
  heldOn: '会议日期',
  attendees: '出席人员',
  comment: '补充意见',
  reply: '答复',
  reason: '理由',
  to: '转交给',
  receivedOn: '备案日期',
  reference: '备案文号',
  deputy: '代理人',
  fromOn: '代理开始日期',
  toOn: '代理结束日期',
  startOn: '开始日期',
  profile: '方案',
};

/** The label of a form's field by its name. */
export const fieldLabel = (name: string): string =>
  Object.entries({ ...otherLabels, ...fieldLabels }).find(([each]) => each === name)?.[1] ?? '内容';

const labelText = (field: string | undefined): string => {
  const all: Readonly<Record<string, string>> = { ...otherLabels, ...fieldLabels };
  return all[field ?? ''] ?? '必填项';
};

/** What may be answered to a question about a setting. */
export function figureText(kind: string | undefined, min = '', max = ''): string {
  if (kind === 'number') return `请填写${min}至${max}之间的整数`;
  return kind === 'clock' ? '请按“09:00”的样式填写时间' : '请选择“是”或“否”';
}

const authorsText = (person: string | undefined, people: string | undefined): string =>
  person === undefined ? '' : `（填报人：${person}${people === undefined ? '' : `等${people}人`}）`;

type Detail = Readonly<Record<string, string>>;

const refusals: Readonly<Record<RefusalCode, (detail: Detail) => string>> = {
  notFound: () => '没有找到这项内容，可能已被处理。请发送“待办”查看最新事项。',
  notYours: () => '此项不由您处理。如有疑问，请联系领导小组办公室。',
  stale: () => '此卡片已更新，请按最新内容操作。',
  alreadyDecided: () => '这一步已经处理完毕，无需重复操作。',
  wrongState: () => '当前环节不能进行此操作，请点“刷新”查看最新进展。',
  opinionRequired: () => '请填写“意见”后再提交。',
  fieldRequired: ({ field, point, label = labelText(field) }) =>
    `请填写${point === undefined ? '' : `第${point}个风险点的`}“${label}”后再提交。`,
  fieldTooLong: ({ field, limit, label = labelText(field) }) =>
    `“${label}”最多${limit}个字，请精简后再提交。`,
  fieldInvalid: ({ field, point, label = labelText(field) }) =>
    `${point === undefined ? '' : `第${point}个风险点的`}“${label}”填写有误，请重新${label === labelText(field) ? '选择' : '填写'}。`,
  fieldUnknown: () => '表格中没有您填写的这一项，请发送“待办”打开最新的表格后再填写。',
  noRiskPoint: () => '请至少填写一个风险点。',
  tooManyRiskPoints: ({ limit }) => `一份自查表最多填写${limit}个风险点，请合并后再添加。`,
  ownForm: () => '本人填写的表格不能由本人审核。',
  noReviewer: ({ step, person, people }) =>
    `“${step}”这一步没有人可以办理${authorsText(person, people)}，请先补充岗位职务信息。`,
  stageNotOpen: () => '填写阶段尚未开始，到时会自动发送卡片。',
  stageClosed: ({ stage, lastDay }) =>
    `“${stage}”阶段已于${lastDay === undefined ? '' : dateText(lastDay)}结束，请改用下一年度的开始日期。`,
  notCovered: () => '本次自查不包括您，如有疑问请联系领导小组办公室。',
  roleRequired: ({ role }) => `此操作只能由${roleText(role ?? '')}进行。`,
  unitUnknown: ({ unit }) => `没有编码为“${unit}”的单位，请核对后再试。`,
  profileUnknown: ({ profile }) => `没有编码为“${profile}”的方案，请先查看方案清单。`,
  cycleRunning: () => '该单位同一方案的工作正在进行，请先查看进度，不必重复发起。',
  meetingInFuture: () => '会议日期不能晚于今天，请核对“会议日期”。',
  attendeeUnknown: () => '“出席人员”中有不属于领导小组的人员，请重新选择。',
  meetingBeforeSubmission: ({ submittedOn }) =>
    `会议日期不能早于表格提交的日期${submittedOn === undefined ? '' : `（${dateText(submittedOn)}）`}，请核对“会议日期”。`,
  onlyAuthorAttended: () => '本人不能审定本人填写的表格，“出席人员”中还应有其他人员。',
  cycleClosed: () => '这一轮工作已经结束，无需重复操作。',
  registerTooLarge: ({ count, limit }) =>
    `台账共${count}条，一次最多导出${limit}条。请联系系统管理员分年度（周期）导出。`,
  tooManyComments: ({ limit }) => `每人对一份表格最多提${limit}条补充意见，请合并后再提。`,
  commentsOpen: ({ count }) => `还有${count}条补充意见没有答复，请逐条采纳或说明理由。`,
  acceptedNotWritten: () =>
    '采纳的意见还没有写进表格，请点“修改表格”，修改后提交，再结束征求意见。',
  attendeeRecused: () => '“出席人员”中有已经回避的人员，请重新选择。',
  nobodyStandsIn: ({ step }) =>
    `“${step}”这一步没有其他人可以接办，请先联系领导小组办公室补充人员。`,
  mayNotTake: () => '此项不能转交给该人员，请重新选择“转交给”。',
  deputyHandsOver: () => '代理期间收到的事项不能再转交，请由本人或被代理人办理。',
  ownDeputy: () => '不能指定本人为代理人，请重新选择“代理人”。',
  deputyOfDeputy: ({ name }) =>
    `${name}在这段时间正在代理他人或已由他人代理，不能连环代理，请另选人员或日期。`,
  delegationOverlaps: () => '这段时间已经指定了代理人，请先撤销原来的代理。',
  notDelegable: () => '您目前没有需要代理的审核职责，不必指定代理人。',
  nothingAgreed: () => '这些表格都已经变动，没有办理。请发送“批量同意”查看最新事项。',
  nobodyCovered: ({ unit }) => `“${unit}”没有在岗人员，请先导入人员和任职信息。`,
  settingMissing: ({ question }) => `请先回答“${question ?? '设定值'}”，方案要求发起时确定。`,
  settingInvalid: ({ question, kind, min, max }) =>
    `“${question ?? '设定值'}”填写有误，${figureText(kind, min, max)}。`,
  settingUnknown: ({ key }) =>
    `方案没有要求填写${key === undefined ? '这项设定' : `“${key}”`}，请核对后再发起。`,
  settingsClash: () => '所填的设定值互相矛盾：催办的天数应逐级增加，发送时段应先开始后结束。',
};

/** The sentence that tells a user why something was not done and what to do next. */
export const refusalText = (refusal: Refusal): string =>
  refusals[refusal.code](refusal.detail ?? {});

/** One sentence for everything that stands in the way. */
export const refusalTexts = (refusal: Refusal): readonly string[] => [
  ...new Set([refusal, ...(refusal.also ?? [])].map(refusalText)),
];

/** A refusal as a toast; it is never green. */
export function refusalToast(refusal: Refusal): Toast {
  const mild = refusal.code === 'stale' || refusal.code === 'alreadyDecided';
  return { tone: mild ? 'warning' : 'error', text: refusalText(refusal) };
}

/** Cuts `text` to `length` characters, marking the cut. */
export const shorten = (text: string, length: number): string => {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
};

/** How a risk stands. */
export const existenceTextOf = (existence: 'present' | 'potential'): string =>
  existence === 'present' ? '已经存在' : '潜在';
