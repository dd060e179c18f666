/** Every card of a whole season: valid for the platform, in plain Chinese, with the words checks look for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../simulator/lark/model.ts';
import {
  answers,
  HEAD,
  LEADER,
  meeting,
  OFFICE,
  openForm,
  ownCard,
  review,
  reviewCardOf,
  sign,
  submit,
} from './support/chain.ts';
import { type House, openHouse } from './support/house.ts';
import { allWords, buttonsOf, seenOnWire } from './support/seen-cards.ts';

describe('every card of a season', () => {
  let house: House;
  const cards = new Map<string, Json>();
  const toasts = new Set<string>();

  const gather = (): void => {
    const seen = seenOnWire(house);
    for (const card of seen.cards) cards.set(JSON.stringify(card), card);
    for (const toast of seen.toasts) toasts.add(toast);
  };
  const step = async (act: () => Promise<unknown>): Promise<void> => {
    await act();
    await house.settle();
    gather();
  };

  beforeAll(async () => {
    house = await openHouse();
    const office = house.person(OFFICE);
    await step(() => office.enter());
    await step(() => office.say('自查'));
    await step(() => office.click('发起自查'));
    await step(() => office.click('确认发起'));
    for (const word of ['帮助', '待办', '自查', '进度', '台账', '什么']) {
      await step(() => house.person('0014').say(word));
      await step(() => office.say(word));
    }
    const author = house.person('0013');
    await step(async () => {
      const form = await openForm(house, '0013');
      const refused = await author.click('提交', { card: form });
      const added = await author.click('添加风险点', { card: refused.card, values: answers });
      const saved = await author.click('保存草稿', { card: added.card, values: answers });
      const edited = await author.click('修改第1个', { card: saved.card });
      await author.click('提交', { card: edited.card, values: { 风险内容: '长'.repeat(900) } });
    });
    await step(async () => {
      const head = house.person(HEAD);
      const card = await reviewCardOf(house, HEAD, '丁若溪');
      const read = await head.click('查看', { card });
      await head.click('返回', { card: read.card });
    });
    await step(() => review(house, HEAD, '丁若溪', '同意', {}));
    await step(() => review(house, HEAD, '丁若溪', '退回', { 意见: '请补充' }));
    await step(async () => author.click('提交', { card: await openForm(house, '0013') }));
    await step(() => sign(house, HEAD, '丁若溪'));
    await step(() => sign(house, LEADER, '丁若溪'));
    await step(() => review(house, OFFICE, '丁若溪', '同意', {}));
    await step(() => review(house, OFFICE, '丁若溪', '同意', meeting));
    await step(() => office.say('台账'));
    await step(() => submit(house, '0014'));
    await step(async () =>
      house.person('0014').click('撤回', { card: await ownCard(house, '0014') }),
    );
    const moments = ['09-30 09:00', '10-12 09:00', '11-26 09:00', '12-10 09:00', '12-17 09:00'];
    for (const moment of moments) await step(() => house.at(`2026-${moment}`));
    await step(() => office.say('待办'));
    await step(() => house.person(HEAD).say('待办'));
  });
  afterAll(() => house?.close());

  it('was a season: cards of every kind were seen', () => {
    const titles = new Set([...cards.values()].map((card) => allWords(card).split('\n')[1]));
    for (const title of [
      '欢迎使用廉哨',
      '发起自查',
      '自查已发起',
      '我的待办',
      '工作进度',
      '廉政风险点台账',
      '廉哨 · 使用帮助',
      '个人廉政风险自查表',
      '丁若溪的个人廉政风险自查表',
      '此卡片已更新',
      '办理提醒',
      '逾期提醒',
    ]) {
      expect(titles, title).toContain(title);
    }
    expect(cards.size).toBeGreaterThan(80);
  });

  it('the platform took every one of them: no message was given up or replaced by plain text', async () => {
    expect(await house.rows(`select failure from outbox where state = 'dead'`)).toEqual([]);
    const texts = await Promise.all(
      ['0013', '0014', HEAD, LEADER, OFFICE].map((code) => house.person(code).messages()),
    );
    const plain = texts.flat().filter(({ from, kind }) => from === 'bot' && kind === 'text');
    expect(plain).toEqual([]);
  });

  it('no English, no ids, no JSON in any visible text', () => {
    for (const text of [...[...cards.values()].map(allWords), ...toasts]) {
      const bare = text.replace(/FX-QLSF-\d{4}-\d{4}/g, '');
      expect(bare).not.toMatch(/[A-Za-z]{2}/);
      expect(bare).not.toMatch(/[{}[\]]|undefined|null|\b\d{4}-\d{2}-\d{2}T/);
      expect(bare).not.toMatch(/_{2}|[0-9a-f]{8}-[0-9a-f]{4}/);
      // Personnel codes are for files, not for cards.
      expect(bare).not.toMatch(/(^|[^\d])00(0\d|1\d|2[0-3])([^\d]|$)/m);
    }
  });

  it('PLAN-32 截止 stands on every card that asks for something', () => {
    const asking = [...cards.values()].filter((card) =>
      buttonsOf(card).some((text) => ['填写自查表', '保存草稿', '同意'].includes(text)),
    );
    expect(asking.length).toBeGreaterThan(30);
    for (const card of asking) expect(allWords(card)).toMatch(/截止.{0,6}2026年\d+月\d+日\(周.\)/s);
  });

  it('the words of the contract are on the buttons and labels', () => {
    const words = new Set([...cards.values()].flatMap((card) => buttonsOf(card)));
    for (const word of [
      '填写自查表',
      '添加风险点',
      '保存草稿',
      '提交',
      '撤回',
      '同意',
      '退回',
      '查看',
      '刷新',
    ]) {
      expect(words, word).toContain(word);
    }
    const reviews = [...cards.values()].filter((card) => buttonsOf(card).includes('同意'));
    for (const card of reviews) {
      expect(allWords(card)).toContain('意见');
      expect(allWords(card)).toMatch(/(丁若溪|汪远林)的个人廉政风险自查表/);
    }
  });

  it('RISK-45 a decided card has no deciding buttons and keeps outcome, name and time', async () => {
    for (const [code, name] of [
      [HEAD, '秦立言'],
      [LEADER, '陆清和'],
      [OFFICE, '邵景行'],
    ] as const) {
      const person = house.person(code);
      const card = await reviewCardOf(house, code, '丁若溪');
      const text = person.textOf(card);
      expect(person.buttons(card)).not.toContain('同意');
      expect(text).toMatch(
        new RegExp(`${name}.{1,24}已(同意|审定通过) · 2026年9月21日\\(周一\\) 09:`),
      );
      expect(text).toContain('FX-QLSF-2026-0001');
      expect(text).toMatch(/会议：2026年9月21日\(周一\)，出席：沈远乔、陆清和、顾若川/);
    }
  });

  it('every toast is a polite sentence', () => {
    expect(toasts.size).toBeGreaterThan(8);
    for (const toast of toasts) {
      expect(toast.length).toBeGreaterThan(2);
      expect(toast.length).toBeLessThan(80);
    }
  });
});
