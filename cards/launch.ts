/** The cards with which a self-check is launched. */
import type { Day } from '../domain/calendar.ts';
import type { WrittenProfile } from '../domain/profile.ts';
import { type Ask, asksOf, type Figure } from '../domain/profile-asks.ts';
import { commandRun, cycleLaunch, cyclePropose, cycleRehearse } from './actions.ts';
import type { Field } from './form.ts';
import type { Card } from './model.ts';
import { askHint, figureShown } from './profile-summary.ts';
import { rehearsalBlocks } from './rehearsal.ts';
import type { RehearsalView } from './rehearsal-sections.ts';
import { dateText } from './wording.ts';

/** Offers the launch to somebody who may do it. */
export function proposeCard(
  units: readonly { readonly code: string; readonly name: string }[],
  about: { readonly nothingOwed: boolean },
): Card {
  const owed = about.nothingOwed ? '目前没有需要您填写的自查表。' : '';
  return {
    title: '发起自查',
    tone: 'active',
    summary: '可以发起新一轮自查',
    blocks: [
      { kind: 'text', text: `${owed}您可以为下列单位发起新一轮自查。` },
      {
        kind: 'buttons',
        buttons: units.map(({ code, name }) => ({
          text: `发起自查（${name}）`,
          style: 'primary' as const,
          action: cyclePropose({ unit: code }),
        })),
      },
    ],
  };
}

/** For somebody who neither owes a form nor may launch. */
export const nothingToFillCard: Card = {
  title: '自查',
  tone: 'neutral',
  summary: '目前没有需要您填写的自查表',
  blocks: [
    { kind: 'text', text: '目前没有需要您填写的自查表。发起自查后，系统会自动把自查表发给您。' },
  ],
};

/** For somebody who may launch nothing, or nothing more at present. */
export const nothingToLaunchCard: Card = {
  title: '发起自查',
  tone: 'neutral',
  summary: '目前没有可以由您发起的自查',
  blocks: [
    {
      kind: 'text',
      text: '目前没有可以由您发起的自查。自查由方案规定的人员发起，正在进行的自查结束后才能再次发起。请发送“进度”查看正在进行的自查。',
    },
  ],
};

/** What the launch form says so far, by field name. */
export type LaunchValues = Readonly<Record<string, string>>;

/** The name of the field for the profile's question number `index`. */
export const askField = (index: number): string => `ask${index}`;

/**
 * Asks which profile, from which day, and for the figures the profile leaves open; with several profiles to choose
 * from, the figures are asked once one is chosen. A rehearsal that was made stands above the form.
 */
export function launchCard(
  unit: { readonly code: string; readonly name: string },
  profiles: readonly WrittenProfile[],
  shown: {
    readonly today: Day;
    readonly zone: string;
    readonly values?: LaunchValues;
    readonly rehearsal?: RehearsalView;
  },
): Card {
  const [first] = profiles;
  const only = profiles.length === 1 ? first : undefined;
  const values = { profile: only?.id ?? '', startOn: shown.today, ...shown.values };
  return {
    title: `发起自查：${unit.name}`,
    tone: 'active',
    summary: '请确认自查方案和开始日期',
    blocks: [
      ...(shown.rehearsal === undefined ? [] : rehearsalBlocks(shown.rehearsal, shown.zone)),
      {
        kind: 'text',
        text: '发起后，系统会按方案给全体在岗人员发送自查表，并自动提醒、催办。发起之前可以先预演。',
      },
      {
        kind: 'form',
        form: {
          name: 'launch',
          fields: [
            ...baseFields(profiles, values),
            ...(only === undefined ? [] : asksOf(only).map((ask, at) => askInput(ask, at, values))),
          ],
          buttons: [
            { text: '预演', style: 'default', action: cycleRehearse({ unit: unit.code }) },
            {
              text: '确认发起',
              style: 'primary',
              action: cycleLaunch({ unit: unit.code }),
              confirm: {
                title: '发起自查',
                text: `确定为${unit.name}发起自查吗？发起后立即通知全体人员。`,
              },
            },
          ],
        },
      },
    ],
  };
}

const baseFields = (
  profiles: readonly WrittenProfile[],
  { profile, startOn }: { readonly profile: string; readonly startOn: string },
): readonly Field[] => [
  {
    kind: 'single',
    name: 'profile',
    label: '方案',
    required: true,
    help: '请选择方案',
    choices: profiles.map(({ id, name }) => ({ value: id, text: name })),
    ...(profile === '' ? {} : { value: profile }),
  },
  {
    kind: 'date',
    name: 'startOn',
    label: '开始日期',
    required: true,
    help: '从哪一天开始',
    value: startOn,
  },
];

function askInput(ask: Ask, index: number, values: LaunchValues): Field {
  const name = askField(index);
  const suggested = ask.suggest === undefined ? '' : answerOf(ask.suggest);
  const value = values[name] ?? suggested;
  const base = {
    name,
    label: ask.question,
    required: ask.suggest === undefined,
    ...(value === '' ? {} : { value }),
  };
  const otherwise = ask.suggest === undefined ? '' : `，留空按${figureShown(ask.suggest)}办理`;
  const help = `${askHint(ask)}${otherwise}`;
  if (ask.kind === 'number') return { ...base, kind: 'number', help };
  if (ask.kind === 'clock') return { ...base, kind: 'text', maxLength: 5, help };
  const choices = [true, false].map((flag) => ({ value: answerOf(flag), text: figureShown(flag) }));
  return { ...base, kind: 'single', choices, help };
}

/** As the answer is typed on the command line, too. */
const answerOf = (figure: Figure): string =>
  typeof figure === 'boolean' ? (figure ? 'yes' : 'no') : String(figure);

/** What was launched: stages with their days. */
export function launchedCard(launched: {
  readonly name: string;
  readonly people: number;
  readonly today: Day;
  readonly stages: readonly {
    readonly name: string;
    readonly firstDay: Day;
    readonly lastDay: Day;
  }[];
  /** What the questions of the profile were answered with. */
  readonly settings: readonly { readonly question: string; readonly figure: Figure }[];
}): Card {
  const facts = launched.stages.map(({ name, firstDay, lastDay }) => ({
    label: name,
    value: lastDay < launched.today ? '已结束' : `${dateText(firstDay)}至${dateText(lastDay)}`,
  }));
  const settled = launched.settings.map(({ question, figure }) => ({
    label: question,
    value: figureShown(figure),
  }));
  return {
    title: '自查已发起',
    tone: 'success',
    summary: `自查已发起，覆盖${launched.people}人`,
    blocks: [
      {
        kind: 'text',
        text: `《${launched.name}》已经发起，覆盖${launched.people}人，各阶段时间如下：`,
      },
      { kind: 'facts', facts: [...facts, ...settled] },
      {
        kind: 'buttons',
        buttons: [{ text: '进度', style: 'default', action: commandRun({ word: '进度' }) }],
      },
    ],
  };
}
