/** The self-check's chain in few words: what its people see and click. */
import type { House } from './house.ts';
import type { Person, SeenCard } from './simulated-person.ts';

export const FORM = '个人廉政风险自查表';

/** A complete risk point, by the labels of the form. */
export const answers = {
  风险类型: '岗位职责风险',
  风险内容: '审批材料时可能收受好处',
  表现形式: '对熟人放宽条件',
  存在情况: '潜在',
  防控措施: '双人审核，定期抽查',
};

/** The same as the wire carries it: options by their values. */
export const wireAnswers = { ...answers, 风险类型: 'postDuty', 存在情况: 'potential' };

/** Who reviews the forms of department D03, as the demo organisation has it. */
export const HEAD = '0012';
export const LEADER = '0002';
export const OFFICE = '0007';
export const OTHER_OFFICE = '0005';

type Values = Readonly<Record<string, string | readonly string[] | boolean>>;

/** The meeting record a decision needs. */
export const meeting: Values = { 出席人员: ['沈远乔', '陆清和', '顾若川'], 意见: '集体研究通过' };

export const titleOf = (person: Person, card: SeenCard): string =>
  person.textOf(card).split('\n')[0] ?? '';

/** The newest card whose title is exactly `title`. @throws when there is none */
export async function cardTitled(person: Person, title: string): Promise<SeenCard> {
  const found = (await person.cards()).findLast((card) => titleOf(person, card) === title);
  if (found !== undefined) return found;
  const titles = (await person.cards()).map((card) => titleOf(person, card)).join('、');
  throw new Error(`no card titled "${title}"; there are: ${titles}`);
}

/** The author's own card, the newest. */
export const ownCard = (house: House, code: string): Promise<SeenCard> =>
  cardTitled(house.person(code), FORM);

/** The reviewer's newest card about the form of `author`. */
export const reviewCardOf = (house: House, code: string, author: string): Promise<SeenCard> =>
  cardTitled(house.person(code), `${author}的${FORM}`);

/** Opens the own form, so that its card shows the inputs. */
export async function openForm(house: House, code: string): Promise<SeenCard> {
  const person = house.person(code);
  const own = await ownCard(house, code);
  if (person.buttons(own).includes('保存草稿')) return own;
  return (await person.click('填写自查表', { card: own })).card;
}

/** Fills in one risk point and submits it. @throws when that is refused */
export async function submit(house: House, code: string, values: Values = answers): Promise<void> {
  const card = await openForm(house, code);
  const { toast } = await house.person(code).click('提交', { card, values });
  if (toast?.type !== 'success') throw new Error(`not submitted: ${toast?.content}`);
  await house.settle();
}

/** Clicks 同意 or 退回 on the newest card about the form of `author` and settles. */
export async function review(
  house: House,
  code: string,
  author: string,
  button: '同意' | '退回',
  values: Values,
) {
  const card = await reviewCardOf(house, code, author);
  const result = await house.person(code).click(button, { card, values });
  await house.settle();
  return result;
}

/** Signs with an opinion. @throws when that is refused */
export async function sign(house: House, code: string, author: string, opinion = '同意上报') {
  const { toast } = await review(house, code, author, '同意', { 意见: opinion });
  if (toast?.type !== 'success') throw new Error(`not signed: ${toast?.content}`);
}

/** The whole way of a form of department D03 into the register. */
export async function register(
  house: House,
  code: string,
  author: string,
  values: Values = answers,
) {
  await submit(house, code, values);
  await sign(house, HEAD, author);
  await sign(house, LEADER, author);
  const { toast } = await review(house, OFFICE, author, '同意', meeting);
  if (toast?.type !== 'success') throw new Error(`not decided: ${toast?.content}`);
}

/** The history of the forms of `code`, oldest first. */
export const historyOf = (house: House, code: string) =>
  house.rows<{ action: string; actor: string; opinion: string | null; version: number }>(
    `select e.action, e.actor_code as actor, e.opinion, e.version from step_event e
     join procedure p on p.id = e.procedure_id where p.subject_person = '${code}' order by e.seq`,
  );
