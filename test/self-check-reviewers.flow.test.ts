/** Who reviews whom: nobody his own form, one level up instead, and departments that lack somebody. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  cardTitled,
  FORM,
  historyOf,
  meeting,
  review,
  reviewCardOf,
  sign,
  submit,
} from './support/chain.ts';
import { forgedAction } from './support/forged.ts';
import { useHouse, useLaunchedHouse } from './support/hooks.ts';

describe('nobody reviews himself', () => {
  const house = useLaunchedHouse();

  const asks = async (code: string, author: string): Promise<boolean> => {
    const person = house.person(code);
    const card = await reviewCardOf(house, code, author).catch(() => null);
    return card !== null && person.buttons(card).includes('同意');
  };

  const signers = async (code: string) =>
    (await historyOf(house, code)).slice(1).map(({ actor, action }) => [actor, action]);

  const decide = async (code: string, author: string): Promise<void> => {
    const { toast } = await review(house, code, author, '同意', meeting);
    expect(toast?.type, toast?.content).toBe('success');
  };

  it('RISK-12 a section head: the leader in charge signs first, the principal leader second', async () => {
    await submit(house, '0012');
    expect(await asks('0012', '秦立言')).toBe(false);
    await sign(house, '0002', '秦立言');
    await sign(house, '0001', '秦立言');
    await decide('0005', '秦立言');
    expect(await signers('0012')).toEqual([
      ['0002', 'agreed'],
      ['0001', 'agreed'],
      ['0005', 'decided'],
    ]);
  });

  it('RISK-12 a leader in charge: the principal leader signs, the second signature has nobody and says so', async () => {
    await submit(house, '0002');
    await sign(house, '0001', '陆清和');
    const follow = await cardTitled(house.person('0002'), FORM);
    expect(house.person('0002').textOf(follow)).toContain('无上一级，不需签署');
    await decide('0007', '陆清和');
    expect(await signers('0002')).toEqual([
      ['0001', 'agreed'],
      ['system', 'skipped'],
      ['0007', 'decided'],
    ]);
  });

  it('RISK-12 RISK-14 the principal leader: nobody stands above, the meeting decides', async () => {
    await submit(house, '0001');
    expect(await asks('0001', '沈远乔')).toBe(false);
    await decide('0005', '沈远乔');
    expect(await signers('0001')).toEqual([
      ['system', 'skipped'],
      ['system', 'skipped'],
      ['0005', 'decided'],
    ]);
  });

  it('RISK-14 an office member: the other member records the decision, a forged own click is refused', async () => {
    await submit(house, '0007');
    await sign(house, '0005', '邵景行');
    await sign(house, '0003', '邵景行');
    expect(await asks('0007', '邵景行')).toBe(false);
    const [procedure] = await house.rows<{ id: string; revision: number }>(
      `select id, revision from procedure where subject_person = '0007'`,
    );
    const own = await forgedAction(
      house,
      'ou_demo_0007',
      { a: 'review.agree', p: { id: procedure?.id ?? '', r: procedure?.revision ?? 0 } },
      { opinion: '同意', heldOn: '2026-09-21', attendees: ['0001'] },
    )();
    expect(own.toast).toEqual({ type: 'error', content: '本人填写的表格不能由本人审核。' });
    await decide('0005', '邵景行');
    expect((await signers('0007')).at(-1)).toEqual(['0005', 'decided']);
  });

  it('RISK-14 the head who is also the office: his form is decided by the other member', async () => {
    await submit(house, '0005');
    await sign(house, '0003', '贺知舟');
    await sign(house, '0001', '贺知舟');
    expect(await asks('0005', '贺知舟')).toBe(false);
    await decide('0007', '贺知舟');
    expect((await signers('0005')).map(([who]) => who)).toEqual(['0003', '0001', '0007']);
  });

  it('RISK-13 a meeting needs its day, its members and no day to come', async () => {
    await submit(house, '0013');
    await sign(house, '0012', '丁若溪');
    await sign(house, '0002', '丁若溪');
    const tomorrow = await review(house, '0007', '丁若溪', '同意', {
      ...meeting,
      会议日期: '2026-09-22',
    });
    expect(tomorrow.toast).toEqual({
      type: 'error',
      content: '会议日期不能晚于今天，请核对“会议日期”。',
    });
    const nobody = await review(house, '0007', '丁若溪', '同意', { ...meeting, 出席人员: [] });
    expect(nobody.toast?.content).toContain('出席人员');
    const noDay = await review(house, '0007', '丁若溪', '同意', { ...meeting, 会议日期: '' });
    expect(noDay.toast?.content).toContain('会议日期');
    const [procedure] = await house.rows<{ id: string; revision: number }>(
      `select id, revision from procedure where subject_person = '0013'`,
    );
    const outsider = await forgedAction(
      house,
      'ou_demo_0007',
      { a: 'review.agree', p: { id: procedure?.id ?? '', r: procedure?.revision ?? 0 } },
      { heldOn: '2026-09-21', attendees: ['0001', '0013'] },
    )();
    expect(outsider.toast?.content).toContain('出席人员');
    // Without an opinion: S2 asks the two signers for one, the meeting only when it returns.
    const { toast } = await review(house, '0007', '丁若溪', '同意', {
      ...meeting,
      会议日期: '2026-09-21',
      意见: '',
    });
    expect(toast?.content).toBe('已审定，登记1个风险点');
  });
});

describe('departments that lack somebody', () => {
  const house = useHouse();
  beforeAll(async () => {
    await house.reorganise((texts) => ({
      ...texts,
      'assignments.csv': texts['assignments.csv']
        .replace('0012,role,department_head,D03,2024-01-01,\n', '')
        .replace(
          '0009,role,department_head,D02,2024-01-01,',
          '0009,role,department_head,D02,2024-01-01,2026-09-20',
        )
        .replace('0003,role,leader_in_charge,D04,2024-01-01,\n', ''),
    }));
    await house.launch();
  });

  it('RISK-12 ORG-07 without a head (gone, or term ended yesterday) the leader in charge signs instead', async () => {
    await submit(house, '0013');
    await sign(house, '0002', '丁若溪');
    await sign(house, '0001', '丁若溪');
    await submit(house, '0010', answers);
    await sign(house, '0002', '梁书晚');
    await expect(reviewCardOf(house, '0009', '梁书晚')).rejects.toThrow();
    await expect(reviewCardOf(house, '0012', '丁若溪')).rejects.toThrow();
  });

  it('RISK-12 ORG-07 without a leader in charge the principal leader signs', async () => {
    await submit(house, '0016');
    await sign(house, '0015', '孟书禾');
    await sign(house, '0001', '孟书禾');
    expect((await historyOf(house, '0016')).map(({ actor }) => actor)).toEqual([
      '0016',
      '0015',
      '0001',
    ]);
  });
});
