/** Clicks that come from the wrong person, too late, twice or at the same moment. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  HEAD,
  historyOf,
  LEADER,
  meeting,
  OFFICE,
  OTHER_OFFICE,
  openForm,
  ownCard,
  reviewCardOf,
  sign,
  submit,
} from './support/chain.ts';
import { forgedClick } from './support/forged.ts';
import { useLaunchedHouse } from './support/hooks.ts';

describe('who clicks and when', () => {
  const house = useLaunchedHouse();

  it('RISK-12 ORG-29 stranger and colleague: a copy of the card gives them nothing', async () => {
    await submit(house, '0013');
    const card = await reviewCardOf(house, HEAD, '丁若溪');
    expect(await house.person(HEAD).forward('ou_demo_0014', card)).toBe('该卡片不支持转发');
    for (const openId of ['ou_unknown', 'ou_demo_0014', 'ou_demo_0013', 'ou_demo_0002']) {
      const answer = await forgedClick(house, openId, card, '同意', { 意见: '同意' })();
      expect(answer.status).toBe(200);
      expect(answer.toast?.type, openId).toBe('error');
      expect(answer.card, openId).toBeNull();
    }
    expect((await historyOf(house, '0013')).map(({ action }) => action)).toEqual(['submitted']);
    const own = await ownCard(house, '0014');
    const answer = await forgedClick(house, 'ou_demo_0013', own, '填写自查表')();
    expect(answer).toMatchObject({ toast: { type: 'error' }, card: null });
  });

  it('RISK-12 two cards of one matter: the older one is answered with the state of things', async () => {
    const head = house.person(HEAD);
    const older = await reviewCardOf(house, HEAD, '丁若溪');
    await head.say('待办');
    await house.settle();
    const list = await head.lastCard();
    await head.click('查看', { card: list });
    await house.settle();
    const newer = await reviewCardOf(house, HEAD, '丁若溪');
    expect(newer.messageId).not.toBe(older.messageId);
    const retired = (await head.cards()).find(({ messageId }) => messageId === older.messageId);
    expect(retired && head.buttons(retired)).toEqual([]);
    expect(retired && head.textOf(retired)).toContain('此卡片已更新');

    const signed = await head.click('同意', { card: newer, values: { 意见: '同意' } });
    expect(signed.toast?.type).toBe('success');
    expect(head.textOf(signed.card)).toMatch(/秦立言.{1,24}已同意 · 2026年9月21日\(周一\) 09:/);
    expect(head.textOf(signed.card)).toContain('意见：同意');
    expect(head.buttons(signed.card)).toEqual(['查看', '查看办理记录', '刷新']);
    // Somebody who still looks at the retired message as it was.
    const stale = await head.click('同意', { card: older, values: { 意见: '再次同意' } });
    expect(stale.toast?.type).toBe('warning');
    expect(head.buttons(stale.card)).not.toContain('同意');
    expect((await historyOf(house, '0013')).map(({ action }) => action)).toEqual([
      'submitted',
      'agreed',
    ]);
    await house.settle();
  });

  it('RISK-45 looking into a replaced card brings no button back', async () => {
    await submit(house, '0017');
    const author = house.person('0017');
    const older = await ownCard(house, '0017');
    expect(author.buttons(older)).toEqual(expect.arrayContaining(['撤回', '刷新']));
    await author.say('自查');
    await house.settle();
    const newer = await ownCard(house, '0017');
    expect(newer.messageId).not.toBe(older.messageId);
    // Somebody who still looks at the replaced message as it was.
    const looked = await author.click('刷新', { card: older });
    expect(looked.toast?.type).toBe('warning');
    expect(author.buttons(looked.card)).toEqual([]);
    expect(author.textOf(looked.card)).toContain('此卡片已更新');
    const live = await author.click('刷新', { card: newer });
    expect(author.buttons(live.card)).toContain('撤回');
  });

  it('RISK-12 a double click signs once', async () => {
    const leader = house.person(LEADER);
    const card = await reviewCardOf(house, LEADER, '丁若溪');
    const both = await Promise.all([
      leader.click('同意', { card, values: { 意见: '同意' } }),
      leader.click('同意', { card, values: { 意见: '同意' } }),
    ]);
    expect(both.map(({ toast }) => toast?.type).toSorted()).toEqual(['success', 'warning']);
    await house.settle();
    const [shown] = (await leader.cards()).filter(({ messageId }) => messageId === card.messageId);
    expect(shown && leader.buttons(shown)).not.toContain('同意');
    expect((await historyOf(house, '0013')).filter(({ actor }) => actor === LEADER)).toHaveLength(
      1,
    );
  });

  it('RISK-14 two office members at the same moment: one decision, one register number, one polite loser', async () => {
    const members = [OFFICE, OTHER_OFFICE].map((code) => ({ code, person: house.person(code) }));
    const cards = await Promise.all(members.map(({ code }) => reviewCardOf(house, code, '丁若溪')));
    const results = await Promise.all(
      members.map(({ person }, index) => {
        const card = cards[index];
        return person.click('同意', { ...(card ? { card } : {}), values: meeting });
      }),
    );
    const types = results.map(({ toast }) => toast?.type);
    expect(types.toSorted()).toEqual(['success', 'warning']);
    await house.settle();
    for (const [index, { person }] of members.entries()) {
      const shown = (await person.cards()).find(
        ({ messageId }) => messageId === cards[index]?.messageId,
      );
      const text = shown === undefined ? '' : person.textOf(shown);
      expect(text).toContain('FX-QLSF-2026-0001');
      expect(text).toContain('已审定通过');
      expect(shown && person.buttons(shown)).toEqual(['查看', '查看办理记录']);
    }
    expect(
      (await historyOf(house, '0013')).filter(({ action }) => action === 'decided'),
    ).toHaveLength(1);
    expect(await house.rows('select id from risk_point')).toHaveLength(1);
    expect(await house.rows('select id from meeting_record')).toHaveLength(1);
  });

  it.each(['0014', '0019', '0020', '0022'])(
    'RISK-45 withdraw against signature, %s: one of them wins, the other is told',
    async (code) => {
      const author = house.person(code);
      const [reviewer] = await (async () => {
        await submit(house, code);
        return house.rows<{ who: string; name: string }>(
          `select t.person_code as who, p.name from task t join procedure on procedure.id = t.procedure_id
           join person p on p.code = subject_person where subject_person = '${code}' and t.state = 'open'`,
        );
      })();
      const who = reviewer?.who ?? '';
      const asked = await reviewCardOf(house, who, reviewer?.name ?? '');
      const mine = await ownCard(house, code);
      const [back, signed] = await Promise.all([
        author.click('撤回', { card: mine }),
        house.person(who).click('同意', { card: asked, values: { 意见: '同意' } }),
      ]);
      const types = [back.toast?.type, signed.toast?.type];
      expect(types.filter((type) => type === 'success')).toHaveLength(1);
      expect(types.filter((type) => type === 'warning')).toHaveLength(1);
      await house.settle();
      const history = (await historyOf(house, code)).map(({ action }) => action);
      expect(history).toEqual([
        'submitted',
        back.toast?.type === 'success' ? 'withdrawn' : 'agreed',
      ]);
      const shown = (await house.person(who).cards()).find(
        ({ messageId }) => messageId === asked.messageId,
      );
      expect(shown && house.person(who).buttons(shown)).not.toContain('同意');
      const authorCard = await ownCard(house, code);
      expect(author.buttons(authorCard)).not.toContain('撤回');
    },
  );

  it('RISK-06 a double click on 提交 makes one version', async () => {
    const author = house.person('0023');
    const card = await openForm(house, '0023');
    const both = await Promise.all(
      [1, 2].map(() => author.click('提交', { card, values: answers })),
    );
    expect(both.filter(({ toast }) => toast?.type === 'success')).toHaveLength(1);
    const versions = await house.rows(
      `select version from form_version where submitted_by = '0023'`,
    );
    expect(versions).toHaveLength(1);
  });
});

describe('ORG-07 a role that ended yesterday', () => {
  const house = useLaunchedHouse();
  beforeAll(async () => {
    await submit(house, '0013');
  });

  it('RISK-12 ORG-29 the former head is refused; his successor gets the card and signs', async () => {
    const asked = await reviewCardOf(house, HEAD, '丁若溪');
    await house.reorganise((texts) => ({
      ...texts,
      'assignments.csv': texts['assignments.csv'].replace(
        '0012,role,department_head,D03,2024-01-01,',
        '0012,role,department_head,D03,2024-01-01,2026-09-20\n0014,role,department_head,D03,2026-09-21,',
      ),
    }));
    const refused = await house
      .person(HEAD)
      .click('同意', { card: asked, values: { 意见: '同意' } });
    expect(refused.toast).toMatchObject({ type: 'error' });
    expect((await historyOf(house, '0013')).map(({ action }) => action)).toEqual(['submitted']);
    await house.settle();
    await sign(house, '0014', '丁若溪');
    expect((await historyOf(house, '0013')).at(-1)).toMatchObject({
      actor: '0014',
      action: 'agreed',
    });
    const former = await reviewCardOf(house, HEAD, '丁若溪');
    expect(house.person(HEAD).buttons(former)).not.toContain('同意');
    expect(house.person(HEAD).textOf(former)).not.toContain(answers.风险内容);
  });

  it('ORG-07 a term that ends by its date, without any import, hands over too', async () => {
    await house.reorganise((texts) => ({
      ...texts,
      'assignments.csv': texts['assignments.csv'].replace(
        '0015,role,department_head,D04,2024-01-01,',
        '0015,role,department_head,D04,2024-01-01,2026-09-22\n0017,role,department_head,D04,2026-09-23,',
      ),
    }));
    await submit(house, '0016');
    expect(house.person('0015').buttons(await reviewCardOf(house, '0015', '孟书禾'))).toContain(
      '同意',
    );
    await house.at('2026-09-23 08:30');
    await sign(house, '0017', '孟书禾');
    const former = await reviewCardOf(house, '0015', '孟书禾');
    expect(house.person('0015').buttons(former)).not.toContain('同意');
  });
});
