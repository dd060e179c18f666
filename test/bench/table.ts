/** The report as one aligned table. */
import type { Measurement } from './scenario.ts';

export type Row = Measurement & { readonly scenario: string };

const HEAD = ['scenario', 'measure', 'value', 'unit', 'floor', 'ratio', 'target', 'met'];
/** Columns of figures, which are aligned to the right. */
const RIGHT = [2, 4, 5];

/** The table, its remarks below it. */
export function tableOf(rows: readonly Row[]): string {
  const remarks = [...new Set(rows.flatMap(({ note }) => note ?? []))];
  const cells = rows.map((row) => [
    row.scenario,
    row.measure,
    figure(row.value),
    row.unit,
    row.floor === undefined ? '' : figure(row.floor),
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    row.target ?? '',
    row.met === undefined ? '' : row.met ? 'yes' : 'NO',
  ]);
  const lines = [HEAD, ...cells];
  const widths = HEAD.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const drawn = lines.map((line) =>
    line
      .map((cell, at) =>
        RIGHT.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [drawn[0], rule, ...drawn.slice(1), ...remarks.map((remark) => `* ${remark}`)].join('\n');
}

/** Three digits that count. */
function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
