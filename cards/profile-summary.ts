/** A profile in plain words, for whoever answers for it: what will happen, when, by whom, after which clause. */
import type { DayRule } from '../domain/calendar.ts';
import type { WrittenProfile } from '../domain/profile.ts';
import { type Ask, asksOf, type Figure } from '../domain/profile-asks.ts';
import type { Asked } from '../domain/profile-settings.ts';
import { profileFormLines } from './profile-forms.ts';
import { figureText, roleText } from './wording.ts';

/** The lines of `profile show`. */
export const profileSummaryLines = (profile: WrittenProfile): readonly string[] => [
  `《${profile.name}》，方案编号 ${profile.id}，第${profile.version}版，适用于${profile.body}`,
  `由${roleText(profile.launchedBy)}发起`,
  '阶段：',
  ...profile.stages.map(
    ({ name, opens, closes, clause }) =>
      `  ${name}：${dayRuleText(opens)}至${dayRuleText(closes)}（${clause}）`,
  ),
  '风险类型：',
  ...profile.riskTypes.map(
    ({ name, levels, manifestations, clause }) =>
      `  ${name}：用于${levels.map((level) => levelTexts[level]).join('、')}，常见表现形式${manifestations.length}条（${clause}）`,
  ),
  ...profile.forms.flatMap((form) => profileFormLines(profile, form, dayRuleText)),
  `台账：${profile.register.name}，编号以${profile.register.numberPrefix}开头（${profile.register.clause}）`,
  '设定值（出处没有规定，由使用单位决定）：',
  ...settingLines(profile).map((line) => `  ${line}`),
  ...askLines(profile),
];

const levelTexts = { person: '个人', department: '部门', team: '领导班子' } as const;

const parts = { early: '上旬', middle: '中旬', late: '下旬' } as const;

/** A rule for a day as people say it. */
function dayRuleText(rule: DayRule): string {
  if ('offsetDays' in rule)
    return rule.offsetDays === 0 ? '开始之日' : `开始后第${rule.offsetDays}天`;
  if ('monthDay' in rule) {
    const [month, day] = rule.monthDay.split('-').map(Number);
    return `${month}月${day}日`;
  }
  const { month, part, edge } = rule.xun;
  return `${month}月${parts[part]}${edge === 'start' ? '首日' : '末日'}`;
}

const superiors = { superior: '上一级', nextSuperior: '再上一级' } as const;

function settingLines({ settings: { reminders, sendWindow } }: WrittenProfile): readonly string[] {
  const days = (list: readonly { readonly workdays: number | Asked<number> }[]) =>
    list.map(({ workdays }) => writtenFigure(workdays)).join('、');
  const before =
    reminders.before.length === 0 ? [] : [`到期前${days(reminders.before)}个工作日提醒`];
  const after = reminders.after.length === 0 ? [] : [`逾期${days(reminders.after)}个工作日再提醒`];
  const onDue =
    reminders.onDue === false ? [] : [`到期当天提醒：${writtenFigure(reminders.onDue)}`];
  return [
    ...before,
    ...onDue,
    ...after,
    ...reminders.escalate.map(
      ({ workdays, to }) => `逾期${writtenFigure(workdays)}个工作日，告知${superiors[to]}`,
    ),
    `提醒时间 ${writtenFigure(reminders.at)}`,
    `发送时段 ${writtenFigure(sendWindow.from)}至${writtenFigure(sendWindow.to)}，只在工作日发送：${writtenFigure(sendWindow.workingDaysOnly)}`,
  ];
}

function writtenFigure<F extends Figure>(written: F | Asked<F>): string {
  if (typeof written !== 'object') return figureShown(written);
  return written.suggest === undefined
    ? '（发起时填写）'
    : `${figureShown(written.suggest)}（发起时确认）`;
}

/** A figure as it is read. */
export const figureShown = (figure: Figure): string =>
  typeof figure === 'boolean' ? (figure ? '是' : '否') : String(figure);

/** What may be answered to a question. */
export const askHint = (ask: Ask): string =>
  ask.kind === 'number'
    ? figureText('number', String(ask.min), String(ask.max))
    : figureText(ask.kind);

/** The questions put at the launch, with the key under which the command line answers them. */
function askLines(profile: WrittenProfile): readonly string[] {
  const asks = asksOf(profile);
  if (asks.length === 0) return [];
  return [
    '发起时要回答：',
    ...asks.map((ask) => {
      const otherwise =
        ask.suggest === undefined ? '必须回答' : `不回答则按${figureShown(ask.suggest)}办理`;
      return `  ${ask.question}（${askHint(ask)}，${otherwise}；命令行用 --set ${ask.key}=…）`;
    }),
  ];
}
