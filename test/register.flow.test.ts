/** 台账: who sees which line, and the file that can be taken away. */
import ExcelJS from 'exceljs';
import { beforeAll, describe, expect, it } from 'vitest';
import { answers, meeting, register, review, sign, submit } from './support/chain.ts';
import { forgedAction } from './support/forged.ts';
import { useLaunchedHouse } from './support/hooks.ts';
import type { SeenCard } from './support/simulated-person.ts';

const FORMULA = '=HYPERLINK("http://x.example","点我")';

describe('the register', () => {
  const house = useLaunchedHouse();
  beforeAll(async () => {
    await register(house, '0013', '丁若溪', {
      ...answers,
      风险内容: FORMULA,
      表现形式: '+1+1',
      防控措施: '@SUM(A1)\n第二行',
      常见表现形式: ['一岗双责没有落实', '抵制不住外部利益的诱惑'],
    });
    await submit(house, '0016');
    await sign(house, '0015', '孟书禾');
    await sign(house, '0003', '孟书禾');
    await review(house, '0007', '孟书禾', '同意', meeting);
  });

  const shown = async (code: string): Promise<SeenCard> => {
    await house.person(code).say('台账');
    await house.settle();
    return house.person(code).lastCard();
  };

  it.each([
    ['0007', 'the office', ['0001', '0002']],
    ['0001', 'the principal leader', ['0001', '0002']],
    ['0004', 'discipline inspection', ['0001', '0002']],
    ['0002', 'a leading-group member', ['0001', '0002']],
    ['0015', 'the head of the other section', ['0002']],
    ['0013', 'an author', ['0001']],
    ['0016', 'the other author', ['0002']],
    ['0014', 'a colleague', []],
    ['0023', 'staff of another section', []],
  ])('RISK-31 CTRL-29 ORG-21 ORG-29 %s, %s, sees %j', async (code, _who, numbers) => {
    const text = house.person(code).textOf(await shown(code));
    const seen = [...text.matchAll(/FX-QLSF-2026-(\d{4})/g)].map(([, number]) => number);
    expect(seen.toSorted()).toEqual(numbers);
    if (numbers.length === 0) expect(text).toContain('还没有您可以查看的风险点');
  });

  it('RISK-31 numbers are unique and run on; the line names person, section, type and content', async () => {
    const text = house.person('0007').textOf(await shown('0007'));
    expect(text).toContain('共2条');
    expect(text).toMatch(/社区矫正股 · 丁若溪 · 岗位职责风险.潜在/);
    expect(text).toContain(FORMULA);
  });

  it('CTRL-29 导出表格 sends one .xlsx in which formulas stay text', async () => {
    const office = house.person('0007');
    const card = await shown('0007');
    expect(office.buttons(card).filter((text) => text === '导出表格')).toHaveLength(1);
    const asked = await office.click('导出表格', { card });
    expect(asked.toast).toEqual({ type: 'success', content: '正在生成表格，稍后发送给您' });
    await house.settle();
    const files = (await office.messages()).filter(({ kind }) => kind === 'file');
    expect(files).toHaveLength(1);
    expect(files[0]?.file?.name).toBe('廉政风险点登记册.xlsx');
    const response = await fetch(`${house.url}/simulator/api/files/${files[0]?.file?.key}`);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(await response.arrayBuffer());
    const sheet = workbook.worksheets[0];
    expect(sheet?.rowCount).toBe(3);
    const row = sheet?.getRow(2);
    const cells = Array.from({ length: 12 }, (_, index) => row?.getCell(index + 1).value);
    expect(cells).toEqual([
      'FX-QLSF-2026-0001',
      '个人',
      '社区矫正股',
      '矫正执法岗',
      '丁若溪',
      '岗位职责风险',
      '潜在',
      FORMULA,
      expect.stringMatching(/^一岗双责没有落实.抵制不住外部利益的诱惑$/),
      '+1+1',
      '@SUM(A1)\n第二行',
      '2026年9月21日(周一)',
    ]);
    for (let index = 1; index <= 11; index += 1) {
      expect(row?.getCell(index).type).toBe(ExcelJS.ValueType.String);
    }
  });

  it('ORG-29 the export is for the office: nobody else has the button, a forged click is refused', async () => {
    for (const code of ['0001', '0012', '0013', '0004']) {
      expect(house.person(code).buttons(await shown(code)), code).not.toContain('导出表格');
      const forged = await forgedAction(house, `ou_demo_${code}`, {
        a: 'register.export',
        p: { unit: 'QLSF' },
      })();
      expect(forged.toast, code).toMatchObject({ type: 'error' });
    }
    await house.settle();
    for (const code of ['0001', '0012', '0013', '0004']) {
      const files = (await house.person(code).messages()).filter(({ kind }) => kind === 'file');
      expect(files, code).toEqual([]);
    }
  });

  it('one button although somebody is both office and administrator', async () => {
    await house.reorganise((texts) => ({
      ...texts,
      'assignments.csv': `${texts['assignments.csv'].trimEnd()}\n0007,role,administrator,QLSF,2024-01-01,\n`,
    }));
    const office = house.person('0007');
    const buttons = office.buttons(await shown('0007'));
    expect(buttons.filter((text) => text === '导出表格')).toHaveLength(1);
  });
});
