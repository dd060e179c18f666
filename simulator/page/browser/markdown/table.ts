/** Pipe tables of a card's markdown. */
import { type Inline, parseInline } from './inline.ts';

export type Align = 'left' | 'center' | 'right';

export type TableBlock = {
  readonly kind: 'table';
  readonly align: readonly Align[];
  readonly head: readonly (readonly Inline[])[];
  readonly rows: readonly (readonly (readonly Inline[])[])[];
};

const DIVIDER_CELL = /^:?-+:?$/;

function splitRow(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function alignOf(cell: string): Align {
  if (!cell.endsWith(':')) return 'left';
  return cell.startsWith(':') ? 'center' : 'right';
}

function dividerOf(line: string): string[] | null {
  if (!line.includes('-') || !line.includes('|')) return null;
  const cells = splitRow(line);
  return cells.every((cell) => DIVIDER_CELL.test(cell)) ? cells : null;
}

/** The table whose head is at line `at`, or null. */
export function readTable(
  lines: readonly string[],
  at: number,
): { readonly block: TableBlock; readonly next: number } | null {
  const headLine = lines[at] ?? '';
  if (!headLine.includes('|')) return null;
  const divider = dividerOf(lines[at + 1] ?? '');
  const head = splitRow(headLine);
  if (divider === null || divider.length !== head.length) return null;
  const rows: (readonly Inline[])[][] = [];
  let next = at + 2;
  for (; (lines[next] ?? '').includes('|'); next += 1) {
    const cells = splitRow(lines[next] ?? '');
    rows.push(head.map((_, column) => parseInline(cells[column] ?? '')));
  }
  const block: TableBlock = {
    kind: 'table',
    align: divider.map(alignOf),
    head: head.map((cell) => parseInline(cell)),
    rows,
  };
  return { block, next };
}
