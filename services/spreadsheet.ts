/** Tables of words as files that no spreadsheet program mistakes for formulas. */
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

type Table = readonly (readonly string[])[];

/**
 * An .xlsx with one sheet; the header row is bold and stays in view, every cell is text. Each row is written and let go:
 * a sheet held as objects takes sixteen kilobytes a row.
 */
export async function toXlsx(table: Table, sheetName: string): Promise<Uint8Array> {
  // Loaded with the first file: it takes as much memory as half of the program, and most processes never make one.
  const { default: ExcelJS } = await import('exceljs');
  const file = new PassThrough();
  const written = collect(file);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: file,
    useStyles: true,
    useSharedStrings: true,
  });
  const sheet = workbook.addWorksheet(sheetName, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = (table[0] ?? []).map((_, index) => ({ width: widthOf(table, index) }));
  for (const [index, row] of table.entries()) {
    const added = sheet.addRow(row.map(xlsxText));
    added.alignment = { wrapText: true, vertical: 'top' };
    if (index === 0) added.font = { bold: true };
    added.eachCell((cell) => {
      cell.numFmt = '@';
    });
    added.commit();
    // Lets what has been compressed out; otherwise all of it would wait until the last row.
    if (index % SLICE === SLICE - 1) await setImmediate();
  }
  await workbook.commit();
  return written;
}

const SLICE = 500;

async function collect(file: PassThrough): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of file) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
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
