/** The cards with which a self-check is launched. */
import { type Day, dayOf } from '../domain/calendar.ts';
import type { Profile } from '../domain/profile.ts';
import { commandRun, cycleLaunch, cyclePropose } from './actions.ts';
import type { Card } from './model.ts';
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

/** Asks which profile and from which day. */
export function launchCard(
  unit: { readonly code: string; readonly name: string },
  profiles: readonly Profile[],
  now: Date,
  zone: string,
): Card {
  const [first] = profiles;
  return {
    title: `发起自查：${unit.name}`,
    tone: 'active',
    summary: '请确认自查方案和开始日期',
    blocks: [
      { kind: 'text', text: '发起后，系统会按方案给全体在岗人员发送自查表，并自动提醒、催办。' },
      {
        kind: 'form',
        form: {
          name: 'launch',
          fields: [
            {
              kind: 'single',
              name: 'profile',
              label: '方案',
              required: true,
              help: '请选择方案',
              choices: profiles.map(({ id, name }) => ({ value: id, text: name })),
              ...(profiles.length === 1 && first !== undefined ? { value: first.id } : {}),
            },
            {
              kind: 'date',
              name: 'startOn',
              label: '开始日期',
              required: true,
              help: '从哪一天开始',
              value: dayOf(now, zone),
            },
          ],
          buttons: [
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
}): Card {
  const facts = launched.stages.map(({ name, firstDay, lastDay }) => ({
    label: name,
    value: lastDay < launched.today ? '已结束' : `${dateText(firstDay)}至${dateText(lastDay)}`,
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
      { kind: 'facts', facts },
      {
        kind: 'buttons',
        buttons: [{ text: '进度', style: 'default', action: commandRun({ word: '进度' }) }],
      },
    ],
  };
}
