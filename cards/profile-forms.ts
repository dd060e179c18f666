/** The forms of a profile in plain words: who owes them, who writes them, when, and what they ask. */
import type { DayRule } from '../domain/calendar.ts';
import type { ProfileForm, WrittenProfile } from '../domain/profile.ts';
import type { PersonRule } from '../domain/profile-forms.ts';
import { profileStepLines } from './profile-steps.ts';
import { roleText } from './wording.ts';

/** The lines about one form; `dayText` says a rule for a day. */
export function profileFormLines(
  { stages, riskTypes }: WrittenProfile,
  form: ProfileForm,
  dayText: (rule: DayRule) => string,
): readonly string[] {
  const stage = stages.find(({ code }) => code === form.stage)?.name ?? form.stage;
  const over = form.ifOver === 'skip' ? '，发起时阶段已经结束的不发' : '';
  return [
    `表格“${form.name}”（${form.clause}）：`,
    `  ${coveredText(form)}在“${stage}”阶段填写，${contentText(riskTypes, form)}${over}`,
    ...daysLines(form, dayText),
    ...profileStepLines(form).map((line) => `  ${line}`),
  ];
}

function contentText(riskTypes: WrittenProfile['riskTypes'], { content }: ProfileForm): string {
  if (content.kind === 'fields')
    return `填写项：${content.fields.map(({ label }) => label).join('、')}`;
  const types = riskTypes.filter(({ code }) => content.riskTypes.includes(code));
  return `风险类型：${types.map(({ name }) => name).join('、')}，最多${content.maxPoints}个风险点`;
}

function daysLines(
  { submission }: ProfileForm,
  dayText: (rule: DayRule) => string,
): readonly string[] {
  if (submission === undefined) return [];
  const { earliest, latest, clause } = submission;
  const parts = [
    ...(earliest === undefined ? [] : [`最早${dayText(earliest)}`]),
    ...(latest === undefined ? [] : [`最晚${dayText(latest)}`]),
  ];
  return [`  提交日期：${parts.join('，')}（${clause}）`];
}

function coveredText(form: ProfileForm): string {
  if (form.level === 'person') return personText(form);
  const writer = `由${form.filledBy.map(roleText).join('、')}`;
  return form.level === 'team'
    ? `发起单位一份，${writer}`
    : `${sectionsText(form)}各一份，${writer}`;
}

function personText({ covers }: Extract<ProfileForm, { level: 'person' }>): string {
  if (covers === 'everyone') return '全体在岗人员';
  return `${covers.anyOf.map(ruleText).join('，以及')}的人员`;
}

const ruleText = ({ tiers, keyPost, posts, roles }: PersonRule): string =>
  [
    ...(tiers === undefined ? [] : [`岗位层级为${tiers.join('、')}`]),
    ...(keyPost === undefined ? [] : ['任关键岗位']),
    ...(posts === undefined ? [] : [`任岗位${posts.join('、')}`]),
    ...(roles === undefined ? [] : [`担任${roles.map(roleText).join('、')}`]),
  ].join('且');

const natureTexts = { internal: '内设', enforcement: '执法' } as const;

function sectionsText({ covers }: Extract<ProfileForm, { level: 'department' }>): string {
  if (covers === 'everyDepartment') return '全部部门';
  const { natures, withoutRole } = covers;
  const which =
    natures === undefined ? '' : natures.map((nature) => natureTexts[nature]).join('、');
  const but = withoutRole === undefined ? '' : `（有${roleText(withoutRole)}的除外）`;
  return `${which}部门${but}`;
}
