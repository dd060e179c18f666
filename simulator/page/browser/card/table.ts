/** §3.4 table */
import { chineseDay } from '../business-time.ts';
import { h } from '../dom.ts';
import { type CardContext, type Renderer, toneClass } from './context.ts';
import { flagAt, isJson, type Json, numberAt, objectAt, objectsAt, stringAt } from './json.ts';
import { markdownBlocks, markdownInline, personChip } from './markdown-view.ts';
import { pagedTable } from './paged-table.ts';

type Cell = (value: unknown, column: Json, context: CardContext) => readonly (Node | string)[];

const words = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function formatNumber(value: unknown, column: Json): string {
  if (typeof value !== 'number') return words(value);
  const format = objectAt(column, 'format') ?? {};
  const precision = numberAt(format, 'precision');
  const digits =
    precision === null
      ? {}
      : { minimumFractionDigits: precision, maximumFractionDigits: precision };
  const text = new Intl.NumberFormat('zh-CN', {
    useGrouping: flagAt(format, 'separator'),
    ...digits,
  }).format(value);
  return stringAt(format, 'symbol') + text;
}

function option(value: unknown): Node | string {
  if (!isJson(value)) return h('span', { class: 'tag tone-grey' }, words(value));
  const tone = toneClass(stringAt(value, 'color')) ?? 'tone-grey';
  return h('span', { class: `tag ${tone}` }, stringAt(value, 'text'));
}

const CELLS: Readonly<Record<string, Cell>> = {
  text: (value) => [words(value)],
  lark_md: (value, _column, context) => [markdownInline(words(value), context)],
  markdown: (value, _column, context) => [markdownBlocks(words(value), context)],
  number: (value, column) => [formatNumber(value, column)],
  date: (value) => [
    h('span', { class: 'unbroken' }, typeof value === 'number' ? chineseDay(value) : words(value)),
  ],
  options: (value) => (Array.isArray(value) ? value.map(option) : [option(value)]),
  persons: (value, _column, context) =>
    (Array.isArray(value) ? value : [value]).map((id) =>
      personChip(words(id), context, { avatar: true, name: true }),
    ),
};

function alignClass(column: Json): string {
  const align = stringAt(column, 'horizontal_align');
  return align === 'center' || align === 'right' ? `align-${align}` : 'align-left';
}

function cellOf(row: Json, column: Json, context: CardContext): HTMLTableCellElement {
  const value = row[stringAt(column, 'name')];
  const draw = CELLS[stringAt(column, 'data_type', 'text')] ?? CELLS['text'];
  const content = value === undefined || draw === undefined ? [] : draw(value, column, context);
  return h('td', { class: alignClass(column) }, ...content);
}

/** A table with pages of `page_size` rows. */
export const renderTable: Renderer = (spec, context) => {
  const columns = objectsAt(spec, 'columns');
  const headStyle = objectAt(spec, 'header_style') ?? {};
  const head = h(
    'tr',
    { class: stringAt(headStyle, 'background_style') === 'none' ? 'plain-head' : null },
    ...columns.map((column) => {
      const cell = h(
        'th',
        { class: alignClass(column) },
        stringAt(column, 'display_name', stringAt(column, 'name')),
      );
      const width = stringAt(column, 'width');
      if (/^\d+(px|%)$/.test(width)) cell.style.width = width;
      return cell;
    }),
  );
  const rows = objectsAt(spec, 'rows').map((row) =>
    h('tr', {}, ...columns.map((column) => cellOf(row, column, context))),
  );
  const size = Math.min(Math.max(Math.floor(numberAt(spec, 'page_size') ?? 5), 1), 10);
  return h('div', { class: 'c-table-block' }, pagedTable(head, rows, size));
};
