import ExcelJS from 'exceljs';
import { describe, expect, test } from 'vitest';
import { registerTable } from '../cards/register-table.ts';
import { toCsv, toXlsx } from '../services/spreadsheet.ts';

const csv = (...rows: string[][]): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(toCsv(rows));

async function reopen(table: readonly (readonly string[])[]) {
  const workbook = new ExcelJS.Workbook();
  // Exactly these bytes: the store behind a small Buffer is shared, and other files may lie in it.
  const bytes = Uint8Array.from(await toXlsx(table, '登记册'));
  await workbook.xlsx.load(bytes.buffer);
  const sheet = workbook.worksheets[0];
  if (sheet === undefined) throw new Error('no sheet');
  return sheet;
}

describe('CSV', () => {
  test('starts with a byte order mark, so that spreadsheet programs read Chinese', () => {
    expect([...toCsv([['编号']]).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  test('quotes every cell, ends every line with CRLF', () => {
    expect(csv(['甲', '乙'], ['一,二', '他说"好"'])).toBe(
      '\ufeff"甲","乙"\r\n"一,二","他说""好"""\r\n',
    );
  });

  test('line breaks stay inside their cell', () => {
    expect(csv(['第一行\n第二行', '后'])).toBe('\ufeff"第一行\n第二行","后"\r\n');
  });

  test.each(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])(
    'a cell that begins with %j is text for every spreadsheet program',
    (sign) => {
      expect(csv([`${sign}cmd|' /C calc'!A0`])).toBe(`\ufeff"'${sign}cmd|' /C calc'!A0"\r\n`);
    },
  );

  test('a sign later in the cell is left alone', () => {
    expect(csv(['1=1', '甲@乙', ' -', ''])).toBe('\ufeff"1=1","甲@乙"," -",""\r\n');
  });

  test('an empty table is only the mark', () => {
    expect(csv()).toBe('\ufeff\r\n');
  });
});

describe('CTRL-29 the register as a file', () => {
  const line = {
    registerNumber: 'FX-QLSF-2026-0001',
    level: 'person' as const,
    departmentName: '社区矫正股',
    postNames: '矫正执法岗',
    personName: '丁若溪',
    riskTypeName: '岗位职责风险',
    existence: 'potential' as const,
    content: '=HYPERLINK("http://example.org")',
    manifestationTexts: ['责任心不强，不履职或履职不到位', '一岗双责没有落实'],
    manifestation: '第一行\n第二行',
    measures: '007',
    registeredAt: new Date('2026-10-12T17:30:00Z'),
  };

  test('header and one line per point, dates as people write them', () => {
    const [header = [], row = []] = registerTable([line], 'Asia/Shanghai');
    expect(header).toHaveLength(row.length);
    expect(header).toEqual(
      expect.arrayContaining(['登记编号', '层级', '部门', '填报人', '风险内容', '防控措施']),
    );
    expect(row).toContain('2026年10月13日(周二)');
    expect(row).toContain('责任心不强，不履职或履职不到位；一岗双责没有落实');
    expect(registerTable([], 'Asia/Shanghai')).toHaveLength(1);
  });

  test('reopened as xlsx every cell is text, formulas and leading zeros included', async () => {
    const table = registerTable([line], 'Asia/Shanghai');
    const sheet = await reopen(table);
    expect(sheet.name).toBe('登记册');
    expect(sheet.rowCount).toBe(2);
    table.forEach((row, y) => {
      row.forEach((text, x) => {
        const cell = sheet.getCell(y + 1, x + 1);
        expect(cell.type).toBe(ExcelJS.ValueType.String);
        expect(cell.value).toBe(text);
        expect(cell.numFmt).toBe('@');
        expect(cell.formula).toBeUndefined();
      });
    });
    expect(sheet.getRow(1).font?.bold).toBe(true);
    expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
  });

  test.each(['<b>&amp;</b>', '𠮷😀', ' 前后空格 ', '', '_x0041_', '一\u0001二'])(
    'the cell %j does not break the file',
    async (text) => {
      const sheet = await reopen([['列'], [text]]);
      expect(sheet.getCell(2, 1).text.replace('\u0001', '')).toBe(text.replace('\u0001', ''));
    },
  );
});
