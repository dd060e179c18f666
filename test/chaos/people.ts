/** People at their messenger: they do what their cards ask, and when nothing answers they press again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LarkSimulator } from '../../simulator/lark/simulator.ts';
import { titleOf } from '../support/chain.ts';
import { type Person, personOf, type SeenCard } from '../support/simulated-person.ts';
import type { Member, Unit } from './organisation.ts';
import { createRandom, type Random } from './random.ts';

export type Tally = {
  clicks: number;
  succeeded: number;
  refused: number;
  unanswered: number;
  words: number;
};

export type Crowd = {
  readonly lark: LarkSimulator;
  readonly seed: string;
  readonly tally: Tally;
  /** How long people take from one thing to the next. */
  readonly thinkingMs: readonly [number, number];
  /** The share of those who leave everything lying until they have been reminded for a while. */
  readonly slow: number;
  /** Nobody begins anything new once this holds; what was begun is brought to its end. */
  readonly isOver: () => boolean;
};

type Values = Readonly<Record<string, string | readonly string[]>>;

const AGAIN_MS = [250, 1_200] as const;
/** How often somebody presses before looking elsewhere. */
const PATIENCE = 40;
const SLOW_START_MS = [15_000, 60_000] as const;

/** Everybody of a unit at work until `isOver`, or the unit is finished. */
export async function liveUnit(
  crowd: Crowd,
  unit: Unit,
  round: number,
  isFinished: () => boolean,
): Promise<void> {
  await Promise.all(unit.members.map((member) => live(crowd, unit, member, round, isFinished)));
}

async function live(
  crowd: Crowd,
  unit: Unit,
  member: Member,
  round: number,
  isFinished: () => boolean,
): Promise<void> {
  const random = createRandom(`${crowd.seed} ${member.code} ${round}`);
  const me = { crowd, unit, random, person: personOf(crowd.lark, member.openId) };
  const isDone = (): boolean => crowd.isOver() || isFinished();
  // Whoever has opened the chat before is found there when an answer gets lost.
  await me.person.enter();
  let slow = random.chance(crowd.slow) ? random.between(...SLOW_START_MS) : 0;
  while (!isDone()) {
    const pause = random.between(...crowd.thinkingMs);
    await sleep(pause);
    slow -= pause;
    if (slow <= 0 && !isDone()) await act(me);
  }
}

type Me = {
  readonly crowd: Crowd;
  readonly unit: Unit;
  readonly random: Random;
  readonly person: Person;
};

async function act(me: Me): Promise<void> {
  const { random, person } = me;
  if (random.chance(0.05)) {
    me.crowd.tally.words += 1;
    await person.say(random.pick(['待办', '进度', '待办', '帮助', '代办']));
    return;
  }
  const cards = (await person.cards()).toReversed();
  const has = (...words: readonly string[]) =>
    cards.find((card) => words.some((word) => person.buttons(card).includes(word)));
  const withdrawn = random.chance(0.03) ? has('撤回') : undefined;
  if (withdrawn !== undefined) return press(me, withdrawn, '撤回', {});
  const asked = has('填写自查表', '提交', '同意');
  if (asked === undefined) {
    if (random.chance(0.03)) await look(me, cards);
    return;
  }
  if (person.buttons(asked).includes('同意')) return review(me, asked);
  return person.buttons(asked).includes('提交')
    ? fill(me, asked)
    : press(me, asked, '填写自查表', {});
}

const lists = ['我的待办', '办理提醒', '逾期提醒'];

/** Brings a card up to date, or asks for one anew from a list. */
async function look(me: Me, cards: readonly SeenCard[]): Promise<void> {
  const { person, random } = me;
  const isList = (card: SeenCard): boolean => lists.includes(titleOf(person, card));
  const word = random.pick(['刷新', '查看']);
  const shown = cards.find(
    (card) => person.buttons(card).includes(word) && (word === '刷新' || isList(card)),
  );
  if (shown !== undefined) await press(me, shown, word, {});
}

async function fill(me: Me, card: SeenCard): Promise<void> {
  const { random } = me;
  const n = random.between(1, 9_999);
  const values = {
    风险类型: random.pick(['岗位职责风险', '外部环境风险']),
    风险内容: `审批材料时可能收受好处${n}`,
    表现形式: `对熟人放宽条件${n}`,
    存在情况: random.pick(['潜在', '已经存在']),
    防控措施: '双人审核，定期抽查',
  };
  // Some press before everything is written.
  const written = random.chance(0.08) ? { 风险内容: `写了一半${n}` } : values;
  const word = random.pick(['提交', '提交', '提交', '保存草稿', '添加风险点']);
  await press(me, card, word, word === '添加风险点' || word === '提交' ? values : written);
}

async function review(me: Me, card: SeenCard): Promise<void> {
  const { random, person, unit } = me;
  const returns = random.chance(0.1);
  const opinion = { 意见: returns ? '请补充防控措施' : '情况属实，同意' };
  const meeting = person.labels(card).includes('出席人员') ? { 出席人员: unit.group } : {};
  await press(me, card, returns ? '退回' : '同意', { ...opinion, ...meeting });
}

/** Presses until something answers; who sees the card change meanwhile lets it be. */
async function press(me: Me, card: SeenCard, word: string, values: Values): Promise<void> {
  const { random, person } = me;
  const answered = await click(me, card, word, values);
  if (random.chance(0.05)) await click(me, card, word, values);
  if (answered) return;
  for (let tried = 1; tried < PATIENCE; tried += 1) {
    await sleep(random.between(...AGAIN_MS));
    const now = (await person.cards()).find(({ messageId }) => messageId === card.messageId);
    if (now === undefined || !person.buttons(now).includes(word)) return;
    if (await click(me, now, word, values)) return;
  }
}

/** True when the product has said yes or no. Double clicks are two clicks at once. */
async function click(me: Me, card: SeenCard, word: string, values: Values): Promise<boolean> {
  const { random, person, crowd } = me;
  const once = async (): Promise<boolean> => {
    crowd.tally.clicks += 1;
    const fitting = fittingValues(person, card, values);
    const { toast, error } = await person.click(word, { card, values: fitting });
    if (error !== null || toast?.type === 'info') crowd.tally.unanswered += 1;
    else if (toast === null || toast.type === 'success') crowd.tally.succeeded += 1;
    else crowd.tally.refused += 1;
    // A failure with a reference number asks to try again.
    const isBroken = toast?.type === 'error' && toast.content.startsWith('系统繁忙');
    return error === null && toast?.type !== 'info' && !isBroken;
  };
  const answers = await Promise.all(random.chance(0.05) ? [once(), once()] : [once()]);
  return answers.some((answered) => answered);
}

/** The card may have changed its form since the values were chosen. */
function fittingValues(person: Person, card: SeenCard, values: Values): Values {
  const labels = new Set(person.labels(card));
  return Object.fromEntries(Object.entries(values).filter(([label]) => labels.has(label)));
}
