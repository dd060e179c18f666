/** The blocks of a neutral card as elements of a Feishu card (sheet §3.3–3.5). */
import type { Block, Fact, ListItem, Tone } from '../model.ts';
import { escapeMarkdown, shorten } from './escape.ts';
import { drawBars, drawChart } from './lark-chart.ts';
import { drawForm } from './lark-form.ts';
import {
  column,
  columnSet,
  drawButton,
  drawButtons,
  drawLinks,
  type LarkNode,
  markdown,
  type Pen,
  paragraph,
  plain,
} from './lark-node.ts';

const NOTICE_COLOURS: Readonly<Record<Tone, string>> = {
  neutral: 'grey',
  active: 'blue-50',
  attention: 'orange-50',
  alarm: 'red-50',
  success: 'green-50',
  closed: 'grey',
};

const PANEL_ICON = {
  tag: 'standard_icon',
  token: 'down-small-ccm_outlined',
  size: '16px 16px',
};

const MAX_COLUMNS = 50;
const NAME_LIMIT = 40;

/** Draws blocks at the card's root. */
export const drawBlocks = (pen: Pen, blocks: readonly Block[]): readonly LarkNode[] =>
  blocks.flatMap((block) => drawBlock(pen, block));

function drawBlock(pen: Pen, block: Block): readonly LarkNode[] {
  switch (block.kind) {
    case 'table':
      return drawTable(pen, block);
    case 'form':
      return drawForm(pen, block.form);
    case 'details':
      return drawDetails(pen, block);
    case 'list':
      return drawList(pen, block);
    case 'buttons':
      return drawButtons(
        pen,
        block.buttons.map((button) => drawButton(pen, button)),
      );
    case 'links':
      return drawLinks(pen, block.links);
    case 'chart':
      return drawChart(pen, block.chart);
    default:
      return drawProse(block);
  }
}

type Prose = Extract<Block, { kind: 'text' | 'heading' | 'facts' | 'notice' | 'divider' }>;

function drawProse(block: Prose): readonly LarkNode[] {
  switch (block.kind) {
    case 'text':
      return block.text === '' ? [] : [paragraph(block.text, block.muted)];
    case 'heading':
      return [{ ...markdown(strong(block.text)), text_size: 'heading' }];
    case 'facts':
      return block.facts.length === 0 ? [] : [markdown(block.facts.map(factLine).join('<br>'))];
    case 'notice':
      return [drawNotice(block.text, block.tone)];
    case 'divider':
      return [{ tag: 'hr' }];
  }
}

const strong = (text: string): string => `**${escapeMarkdown(text.trim()) || ' '}**`;

const factLine = ({ label, value }: Fact): string => `${strong(label)}：${escapeMarkdown(value)}`;

const drawNotice = (text: string, tone: Tone): LarkNode =>
  columnSet([column([paragraph(text)], { width: 'weighted', weight: 1, padding: '8px' })], {
    flex_mode: 'none',
    background_style: NOTICE_COLOURS[tone],
  });

type Listing = Extract<Block, { kind: 'list' }>;

/** Rows without a button share one element; a row with a button has the button at its right. */
function drawList(pen: Pen, { items, ordered }: Listing): readonly LarkNode[] {
  const nodes: LarkNode[] = [];
  let plainRows: string[] = [];
  const flush = () => {
    if (plainRows.length > 0) nodes.push(markdown(plainRows.join('<br>')));
    plainRows = [];
  };
  items.forEach((item, index) => {
    const row = rowText(item, ordered === true ? `${index + 1}、` : '• ');
    if (item.button === undefined) {
      plainRows.push(row);
    } else {
      flush();
      nodes.push(...drawRow(pen, item, item.button, row));
    }
  });
  flush();
  return nodes;
}

function rowText({ title, detail }: ListItem, mark: string): string {
  const head = mark + escapeMarkdown(title);
  return detail === undefined || detail === ''
    ? head
    : `${head}<br><font color='grey'>${escapeMarkdown(detail)}</font>`;
}

function drawRow(
  pen: Pen,
  item: ListItem,
  button: NonNullable<ListItem['button']>,
  row: string,
): readonly LarkNode[] {
  if (pen.layout === 'named') {
    const text = `${button.text} ${shorten(item.title, NAME_LIMIT)}`;
    return [drawButton(pen, { ...button, text })];
  }
  const drawn = drawButton(pen, button);
  if (pen.layout === 'stacked') return [markdown(row), drawn];
  const columns = [
    column([markdown(row)], { width: 'weighted', weight: 1, vertical_align: 'center' }),
    column([drawn], { width: 'auto', vertical_align: 'center' }),
  ];
  return [columnSet(columns, { flex_mode: 'none', horizontal_spacing: 'medium' })];
}

type Details = Extract<Block, { kind: 'details' }>;

/** A folded panel. Forms may stand at the root only, so they follow it; inner panels are unfolded, because nesting is limited. */
function drawDetails(pen: Pen, { title, blocks }: Details): readonly LarkNode[] {
  const inner = unfold(blocks);
  const forms = inner.filter((block) => block.kind === 'form');
  const elements = inner
    .filter((block) => block.kind !== 'form')
    .flatMap((b) => drawInside(pen, b));
  const rest = drawBlocks(pen, forms);
  if (elements.length === 0) return rest;
  return [
    {
      tag: 'collapsible_panel',
      expanded: false,
      header: {
        title: plain(title),
        icon: PANEL_ICON,
        icon_position: 'right',
        icon_expanded_angle: -180,
      },
      border: { color: 'grey', corner_radius: '5px' },
      padding: '8px',
      elements,
    },
    ...rest,
  ];
}

const unfold = (blocks: readonly Block[]): readonly Block[] =>
  blocks.flatMap((block) =>
    block.kind === 'details'
      ? [{ kind: 'heading', text: block.title } as const, ...unfold(block.blocks)]
      : [block],
  );

/** Tables stand at the root only, charts nearly so: inside a panel they are words. */
function drawInside(pen: Pen, block: Block): readonly LarkNode[] {
  if (block.kind === 'chart') return drawBars(block.chart);
  return block.kind === 'table' ? drawRows(block) : drawBlock(pen, block);
}

type Table = Extract<Block, { kind: 'table' }>;

function drawTable(pen: Pen, table: Table): readonly LarkNode[] {
  const columns = table.columns.slice(0, MAX_COLUMNS);
  if (columns.length === 0 || table.rows.length === 0) return [];
  if (table.columns.length > MAX_COLUMNS || !pen.takeTable()) return drawRows(table);
  const node: LarkNode = {
    tag: 'table',
    page_size: Math.min(10, table.rows.length),
    row_height: 'auto',
    columns: columns.map((title, index) => ({
      name: `c${index}`,
      display_name: title,
      data_type: 'text',
      width: 'auto',
    })),
    rows: table.rows.map((row) =>
      Object.fromEntries(columns.map((_, index) => [`c${index}`, row[index] ?? ''])),
    ),
  };
  return [node];
}

/** A table where none may stand: one line a row. */
function drawRows({ columns, rows }: Table): readonly LarkNode[] {
  const lines = [columns, ...rows].map((cells) => cells.map(escapeMarkdown).join('　'));
  return rows.length === 0 ? [] : [markdown(lines.join('<br>'))];
}
