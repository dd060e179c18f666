/** What a click carries in its form: hostile words in the right places, or anything at all in the wrong ones. */
import type { Aim } from './aims.ts';
import type { Known } from './known.ts';
import type { Random } from './random.ts';
import { today } from './setting.ts';
import { hostileText, hostileValue } from './texts.ts';

/** Ids of actions that do not exist. */
export const NO_ACTIONS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'selfCheck',
  'selfCheck.',
  'selfcheck.submit',
  'selfCheck.submit ',
  'review.decide',
  'admin.grant',
  '../review.agree',
  'review.agree\u0000',
  '\ud800',
  '*',
];

/** A risk point of `by`. */
export function pointValues(random: Random, by: string): Record<string, unknown> {
  return {
    riskType: random.chance(0.9) ? random.pick(['postDuty', 'environment']) : 'nothing',
    content: hostileText(random, by),
    manifestationPicks: random.pick([['dereliction', 'madeUp'], [], ['dualDuty']]),
    manifestation: hostileText(random, by),
    existence: random.chance(0.9) ? random.pick(['present', 'potential']) : 'perhaps',
    measures: hostileText(random, by),
  };
}

/** An opinion and the record of a meeting. */
export function reviewValues(
  known: Known,
  random: Random,
  { sender }: Aim,
): Record<string, unknown> {
  const { group } = known.world.attacked;
  return {
    opinion: random.chance(0.9) ? hostileText(random, sender.code) : '',
    heldOn: random.pick([
      today(),
      today(),
      today(),
      `${today()} +0800`,
      '2020-01-01',
      '9999-12-31',
    ]),
    attendees: random.pick([group, group, group.slice(0, 2), [...group, ...group], ['a0101', 'x']]),
  };
}

const FIELDS = [
  'riskType',
  'content',
  'manifestationPicks',
  'existence',
  'opinion',
  'heldOn',
  'attendees',
];

/** Good answers with some of them spoilt, and a field nobody asked for. */
export function damagedValues(known: Known, random: Random, aim: Aim): Record<string, unknown> {
  const { code } = aim.sender;
  const good = { ...pointValues(random, code), ...reviewValues(known, random, aim) };
  const wrong = [1, 2, 3].map(() => [random.pick(FIELDS), hostileValue(random, code)]);
  const odd = random.pick(['__proto__', 'constructor', 'unknownField', 'a'.repeat(70), '', '风险']);
  return { ...good, ...Object.fromEntries(wrong), [odd]: hostileValue(random, code) };
}
