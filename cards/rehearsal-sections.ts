/** What a rehearsal found, in words, section by section; the launch card and the command line both show them. */
import type { Day } from '../domain/calendar.ts';
import type { Level } from '../domain/profile-forms.ts';
import type { Refusal } from '../domain/refusal.ts';
import { peopleText } from './profile-steps.ts';
import { dateText, instantText, roleText } from './wording.ts';

type Deadline = {
  readonly day: Day;
  readonly kind: 'working' | 'makeUp' | 'rest';
  readonly lastWorkingDay: Day;
};

type RehearsedStep = {
  readonly name: string;
  readonly latest: Deadline & { readonly isPressed: boolean };
  readonly optionalFor?: 'department' | readonly string[];
  readonly outside: readonly string[];
  readonly reviewers: readonly { readonly name: string; readonly forms: number }[];
  readonly standIns: readonly { readonly author: string; readonly by: readonly string[] }[];
  readonly skipped: readonly string[];
  readonly blocked: readonly string[];
};

export type RehearsalView = {
  readonly profile: { readonly name: string };
  readonly unit: { readonly name: string };
  readonly startOn: Day;
  readonly blockers: readonly Refusal[];
  readonly people: number;
  readonly stages: readonly {
    readonly name: string;
    readonly first: Deadline;
    readonly last: Deadline;
    readonly isOver: boolean;
  }[];
  readonly forms: readonly {
    readonly name: string;
    readonly level: Level;
    readonly stage: string;
    readonly opensOn: Day;
    readonly due: Deadline;
    readonly authors: readonly string[];
    readonly steps: readonly RehearsedStep[];
  }[];
  readonly unstaffed: readonly { readonly formName: string; readonly objectName: string }[];
  readonly gaps: readonly { readonly department: string; readonly role: string }[];
  readonly vacantPosts: readonly { readonly departmentName: string; readonly postName: string }[];
  readonly loads: readonly {
    readonly name: string;
    readonly forms: number;
    readonly perDay: number;
    readonly peak: number;
  }[];
  readonly sending: {
    readonly perMinute: number;
    readonly fanOuts: readonly {
      readonly stage: string;
      readonly at: Date;
      readonly messages: number;
      readonly seconds: number;
    }[];
    readonly cardLifetimeDays: number;
    readonly outliving: number;
    readonly renewals: number;
    readonly withoutAccount: readonly string[];
  };
};

/** `names` are shown on demand. */
export type RehearsalSection = {
  readonly title: string;
  readonly lines: readonly string[];
  readonly names: readonly string[];
};

const BUSIEST = 10;

/** Everything a rehearsal found, section by section. */
export const rehearsalSections = (
  view: RehearsalView,
  zone: string,
): readonly RehearsalSection[] => [
  stageSection(view),
  ...view.forms.map(formSection),
  missingSection(view),
  loadSection(view),
  sendingSection(view, zone),
];

function deadlineText({ day, kind, lastWorkingDay }: Deadline): string {
  if (kind === 'makeUp') return `${dateText(day)}（调休上班）`;
  return kind === 'rest'
    ? `${dateText(day)}（休息日，此前最后一个工作日是${dateText(lastWorkingDay)}）`
    : dateText(day);
}

function stageSection({ stages }: RehearsalView): RehearsalSection {
  const lines = stages.map(({ name, first, last, isOver }) =>
    isOver
      ? `${name}：已于${dateText(last.day)}结束`
      : `${name}：${dateText(first.day)}至${deadlineText(last)}`,
  );
  return { title: '各阶段', lines, names: [] };
}

function formSection(form: RehearsalView['forms'][number]): RehearsalSection {
  const { name, level, stage, opensOn, due, authors, steps } = form;
  const count = level === 'person' ? `${authors.length}人填写` : `共${authors.length}份`;
  return {
    title: name,
    lines: [
      `${count}，“${stage}”阶段，${dateText(opensOn)}发出，截止${deadlineText(due)}`,
      ...steps.map(stepText),
      ...steps.flatMap(exceptionTexts),
    ],
    names: [
      `填报人：${authors.join('、')}`,
      ...steps.flatMap((step) => [
        ...(step.standIns.length === 0
          ? []
          : [`“${step.name}”由他人代为办理：${step.standIns.map(standInText).join('；')}`]),
        ...(step.skipped.length === 0
          ? []
          : [`“${step.name}”${nobodyText(step)}：${step.skipped.join('、')}`]),
        ...(step.blocked.length === 0
          ? []
          : [`“${step.name}”没有人可以办理：${step.blocked.join('、')}`]),
      ]),
    ],
  };
}

const standInText = ({ author, by }: RehearsedStep['standIns'][number]): string =>
  `${author}（由${by.join('、')}办理）`;

function stepText(step: RehearsedStep): string {
  const { name, latest } = step;
  const who = whoText(step);
  const when = deadlineText(latest);
  return latest.isPressed
    ? `${name}：${who}；如在最后一天提交，前面各步最迟${when}才办完，已过本步期限，请提醒尽早提交`
    : `${name}：${who}；如在最后一天提交，最迟${when}办完`;
}

function whoText({ reviewers, optionalFor, outside }: RehearsedStep): string {
  if (optionalFor !== undefined) {
    const cards = reviewers.reduce((sum, { forms }) => sum + forms, 0);
    return `征求${peopleText(optionalFor)}的意见，共${reviewers.length}人、${cards}张卡片，可以不提`;
  }
  const who = reviewers.map((each) => `${each.name}${each.forms}份`).join('、') || '没有人';
  const absent =
    outside.length === 0 ? '' : `，其中${outside.join('、')}没有账号，由办理人登记备案日期和文号`;
  return `${who}${absent}`;
}

const nobodyText = ({ optionalFor }: RehearsedStep): string =>
  optionalFor === undefined ? '上面没有人' : '没有人可以征求意见';

function exceptionTexts(step: RehearsedStep): readonly string[] {
  const { name, standIns, skipped, blocked } = step;
  const text = (count: number, words: string) =>
    count === 0 ? [] : [`“${name}”：${count}人${words}`];
  return [
    ...text(standIns.length, '本人就是办理人，由他人代为办理'),
    ...text(skipped.length, `${nobodyText(step)}，这一步略过并记录在案`),
    ...text(blocked.length, '的表格没有人可以办理，不能发起'),
  ];
}

function missingSection({ unstaffed, gaps, vacantPosts }: RehearsalView): RehearsalSection {
  const byRole = Map.groupBy(gaps, ({ role }) => role);
  const unwritten = unstaffed.map(
    ({ objectName, formName }) => `暂无人填写：${objectName}（${formName}）`,
  );
  const offices = [...byRole].map(
    ([role, all]) => `没有${roleText(role)}的科室${all.length}个，由方案规定的替补办理或略过`,
  );
  const posts = vacantPosts.length === 0 ? [] : [`空缺的岗位${vacantPosts.length}个，无人填报`];
  const lines = [...unwritten, ...offices, ...posts];
  const names = [...byRole].map(
    ([role, all]) => `没有${roleText(role)}：${all.map(({ department }) => department).join('、')}`,
  );
  const vacant = vacantPosts.map((each) => `${each.departmentName}${each.postName}`).join('、');
  return {
    title: '空缺',
    lines: lines.length === 0 ? ['没有空缺'] : lines,
    names: vacant === '' ? names : [...names, `空缺的岗位：${vacant}`],
  };
}

function loadSection({ loads }: RehearsalView): RehearsalSection {
  const line = ({ name, forms, perDay, peak }: RehearsalView['loads'][number]) =>
    `${name}：${forms}份，平均每个工作日${perDay}份，都在最后一天提交时每个工作日${peak}份`;
  const [busiest] = loads;
  const head =
    busiest === undefined
      ? '没有审核任务'
      : `最忙的是${busiest.name}，每个工作日最多${busiest.peak}份`;
  const more = loads.length > BUSIEST ? [`以上是最忙的${BUSIEST}人，共${loads.length}人`] : [];
  return {
    title: '审核工作量',
    lines: [head],
    names: [...loads.slice(0, BUSIEST).map(line), ...more],
  };
}

function sendingSection({ sending }: RehearsalView, zone: string): RehearsalSection {
  const { fanOuts, perMinute, cardLifetimeDays, outliving, renewals, withoutAccount } = sending;
  const lines = fanOuts.map(
    ({ stage, at, messages, seconds }) =>
      `“${stage}”：${instantText(at, zone)}开始发送${messages}张卡片，平台每分钟最多${perMinute}条，约需${durationText(seconds)}`,
  );
  const old =
    outliving === 0
      ? []
      : [
          `${outliving}张卡片的填写期超过平台的${cardLifetimeDays}天有效期，系统自动重发，每张最多${renewals}次`,
        ];
  const absent =
    withoutAccount.length === 0
      ? []
      : [`${withoutAccount.length}人没有登记通讯账号，收不到卡片，请在 people.csv 中补充`];
  return {
    title: '发送',
    lines: [...lines, ...old, ...absent],
    names: withoutAccount.length === 0 ? [] : [`没有账号：${withoutAccount.join('、')}`],
  };
}

const durationText = (seconds: number): string =>
  seconds < 60 ? `${Math.max(1, seconds)}秒` : `${Math.ceil(seconds / 60)}分钟`;
