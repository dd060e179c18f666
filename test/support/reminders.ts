/** Reminders as people find them in their chats. */

import { titleOf } from './chain.ts';
import type { House } from './house.ts';

export type Told = {
  readonly who: string;
  /** Local time, `MM-DD HH:MM`. */
  readonly at: string;
  readonly text: string;
};

const local = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `MM-DD HH:MM` in the house's zone. */
export const localTime = (instant: string): string =>
  local.format(new Date(instant)).replace(', ', ' ');

/** The reminders that `codes` got so far, oldest first. */
export async function remindersOf(house: House, ...codes: string[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const who of codes) {
    const person = house.person(who);
    for (const { messageId, card, createdAt } of await person.messages()) {
      if (card === undefined) continue;
      const seen = { messageId, card };
      if (!['办理提醒', '逾期提醒'].includes(titleOf(person, seen))) continue;
      told.push({ who, at: localTime(createdAt), text: person.textOf(seen) });
    }
  }
  return told.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Only when. */
export const timesOf = async (house: House, code: string): Promise<readonly string[]> =>
  (await remindersOf(house, code)).map(({ at }) => at);

/** Leaves posts only to `codes`, so that nobody else is covered. */
export const only =
  (...codes: string[]) =>
  <T extends { readonly 'assignments.csv': string }>(texts: T): T => ({
    ...texts,
    'assignments.csv': texts['assignments.csv']
      .split('\n')
      .filter((line) => !/^\d{4},post,/.test(line) || codes.includes(line.slice(0, 4)))
      .join('\n'),
  });
