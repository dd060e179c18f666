/** CSV text to rows with line numbers (contract §5: UTF-8, header row, any column order). */
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import {
  errorAt,
  type ImportError,
  type OrganisationFile,
  type RawRow,
} from '../domain/organisation-file.ts';

type CsvReading = {
  /** null when the file, or a column of it, cannot be read. */
  readonly rows: readonly RawRow[] | null;
  readonly errors: readonly ImportError[];
};

type CsvLine = { readonly line: number; readonly cells: readonly string[] };

const parsedRecords = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);
const failure = z.object({ lines: z.number() });

const LINE_BREAK = /\r\n|\n|\r/g;

/** Reads one file whose header must name exactly `columns`. Blank lines are skipped, cells are trimmed. */
export function readCsv(
  file: OrganisationFile,
  text: string,
  columns: readonly string[],
): CsvReading {
  const misread = text.split(LINE_BREAK).findIndex((line) => line.includes('\ufffd'));
  if (misread >= 0) return unreadable(errorAt(file, { line: misread + 1 }, '', 'encoding'));
  const lines = linesOf(file, text);
  if ('code' in lines) return unreadable(lines);
  const [header, ...body] = lines;
  if (header === undefined) return unreadable(errorAt(file, { line: 1 }, '', 'malformed'));
  const headerErrors = checkHeader(file, header, columns);
  const cellErrors = body
    .filter(({ cells }) => cells.length !== header.cells.length)
    .map((row) =>
      errorAt(file, row, '', 'cellCount', {
        expected: String(header.cells.length),
        found: String(row.cells.length),
      }),
    );
  const complete = columns.every((column) => header.cells.includes(column));
  return {
    rows: complete ? body.map((line) => rowOf(line, header.cells)) : null,
    errors: [...headerErrors, ...cellErrors],
  };
}

const unreadable = (error: ImportError): CsvReading => ({ rows: null, errors: [error] });

function linesOf(file: OrganisationFile, text: string): readonly CsvLine[] | ImportError {
  let lastRead = 0;
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: (record, { lines }) => {
        lastRead = lines;
        return record;
      },
    });
    return parsedRecords
      .parse(records)
      .map(({ record, info }) => ({
        line: info.lines - (record.join().match(LINE_BREAK)?.length ?? 0),
        cells: record.map((cell) => cell.trim()),
      }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return errorAt(file, { line: lineOf(error, lastRead) }, '', 'malformed');
  }
}

/** A quote that stays open is noticed at the end of the file, but it stands behind the last row that could be read. */
function lineOf(error: CsvError, lastRead: number): number {
  const place = failure.safeParse(error);
  return error.code === 'CSV_QUOTE_NOT_CLOSED' || !place.success ? lastRead + 1 : place.data.lines;
}

function checkHeader(
  file: OrganisationFile,
  header: CsvLine,
  columns: readonly string[],
): readonly ImportError[] {
  const names = header.cells;
  const missing = columns.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !columns.includes(name));
  const repeated = names.filter((name, index) => names.indexOf(name) < index);
  return [
    ...missing.map((column) => errorAt(file, header, column, 'columnMissing')),
    ...unknown.map((column) => errorAt(file, header, column, 'columnUnknown')),
    ...repeated.map((column) => errorAt(file, header, column, 'columnRepeated')),
  ];
}

const rowOf = ({ line, cells }: CsvLine, header: readonly string[]): RawRow => ({
  line,
  cells: Object.fromEntries(header.map((column, index) => [column, cells[index] ?? ''])),
});
