/** Tables of words as files that no spreadsheet program mistakes for formulas. */
import ExcelJS from 'exceljs';

type Table = readonly (readonly string[])[];

/** An .xlsx with one sheet; the header row is bold and stays in view, every cell is text. */
export async function toXlsx(table: Table, sheetName: string): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet(sheetName, { views: [{ state: 'frozen', ySplit: 1 }] });
  for (const row of table) {
    const added = sheet.addRow(row.map(xlsxText));
    added.alignment = { wrapText: true, vertical: 'top' };
    added.eachCell((cell) => {
      cell.numFmt = '@';
    });
  }
  sheet.getRow(1).font = { bold: true };
  sheet.columns.forEach((column, index) => {
    column.width = widthOf(table, index);
  });
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

/** `_x0041_` is how an .xlsx spells a character by its number; typed by a person, it must stay what was typed. */
const xlsxText = (text: string): string => text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');

/** A .csv (UTF-8 with a byte order mark, CRLF); a cell that would start a formula gets an apostrophe in front. */
export function toCsv(table: Table): Uint8Array {
  const lines = table.map((row) => row.map(csvCell).join(','));
  return new TextEncoder().encode(`\uFEFF${lines.join('\r\n')}\r\n`);
}

/** Signs with which a spreadsheet program starts a formula, the full-width ones included. */
const FORMULA_START = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

function csvCell(text: string): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

const widthOf = (table: Table, column: number): number => {
  const longest = table.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0);
  return Math.min(48, Math.max(10, longest * 2));
};
