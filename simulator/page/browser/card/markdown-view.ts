/** Draws the tree of a card's markdown. */

import { personAvatar } from '../avatar.ts';
import {
  chineseDateTime,
  chineseDay,
  clockTime,
  clockTimeWithSeconds,
  shortDay,
  weekday,
} from '../business-time.ts';
import { append, h, safeUrl } from '../dom.ts';
import { icon } from '../icons.ts';
import { type Block, parseBlocks } from '../markdown/block.ts';
import { type Inline, parseInline } from '../markdown/inline.ts';
import type { TableBlock } from '../markdown/table.ts';
import { type CardContext, paintText, toneClass } from './context.ts';
import { pagedTable } from './paged-table.ts';

type Attributes = Readonly<Record<string, string>>;
type ElementView = (
  attributes: Attributes,
  children: readonly Inline[],
  context: CardContext,
) => Node;

const MARK_TAGS = { strong: 'strong', em: 'em', strike: 's' } as const;

/** A named person as a small chip. */
export function personChip(
  openId: string,
  context: CardContext,
  look: { avatar: boolean; name: boolean },
) {
  const name = context.nameOf(openId) ?? '未知人员';
  return h(
    'span',
    { class: 'person-chip', title: name },
    look.avatar ? personAvatar(name, 'tiny') : null,
    look.name || !look.avatar ? h('span', {}, name) : null,
  );
}

function mention(openId: string, context: CardContext): string {
  if (openId === 'all') return '@所有人';
  return `@${context.nameOf(openId.trim()) ?? '未知人员'}`;
}

const MOMENTS: Readonly<Record<string, (ms: number) => string>> = {
  date_num: chineseDay,
  date_short: shortDay,
  date: chineseDay,
  week: weekday,
  week_short: weekday,
  time: clockTime,
  time_sec: clockTimeWithSeconds,
  timezone: () => '北京时间',
};

const ELEMENTS: Readonly<Record<string, ElementView>> = {
  br: () => h('br'),
  hr: () => h('hr', { class: 'c-hr' }),
  font: (attributes, children, context) => {
    const node = h('span', {}, ...drawInline(children, context));
    paintText(node, attributes['color'] ?? '', context);
    return node;
  },
  at: (attributes, _children, context) => {
    const ids = attributes['ids']?.split(',') ?? [attributes['id'] ?? attributes['email'] ?? ''];
    return h('span', { class: 'mention' }, ids.map((id) => mention(id, context)).join(' '));
  },
  person: (attributes, _children, context) =>
    personChip(attributes['id'] ?? '', context, {
      avatar: attributes['show_avatar'] !== 'false',
      name: attributes['show_name'] !== 'false',
    }),
  text_tag: (attributes, children, context) =>
    h(
      'span',
      { class: `tag ${toneClass(attributes['color'] ?? '') ?? 'tone-blue'}` },
      ...drawInline(children, context),
    ),
  number_tag: (_attributes, children, context) =>
    h('span', { class: 'number-tag' }, ...drawInline(children, context)),
  local_datetime: (attributes) => {
    const ms = Number(attributes['millisecond']);
    const format = MOMENTS[attributes['format_type'] ?? ''] ?? chineseDateTime;
    return h('time', {}, Number.isFinite(ms) && ms !== 0 ? format(ms) : '');
  },
};

function link(url: string, children: readonly Inline[], context: CardContext): Node {
  const address = safeUrl(url);
  const content = drawInline(children, context);
  if (address === null) return h('span', {}, ...content);
  return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, ...content);
}

function drawOne(node: Inline, context: CardContext): Node {
  switch (node.kind) {
    case 'text':
      return new Text(node.text);
    case 'code':
      return h('code', {}, node.text);
    case 'mark':
      return h(MARK_TAGS[node.mark], {}, ...drawInline(node.children, context));
    case 'link':
      return link(node.url, node.children, context);
    case 'image':
      return h('span', { class: 'md-image' }, icon('image'), node.alt === '' ? '图片' : node.alt);
    case 'element':
      return ELEMENTS[node.name]?.(node.attributes, node.children, context) ?? new Text('');
  }
}

function drawInline(nodes: readonly Inline[], context: CardContext): Node[] {
  return nodes.map((node) => drawOne(node, context));
}

function drawTable(table: TableBlock, context: CardContext): HTMLElement {
  const cell = (tag: 'td' | 'th') => (content: readonly Inline[], column: number) =>
    h(tag, { class: `align-${table.align[column] ?? 'left'}` }, ...drawInline(content, context));
  const head = h('tr', {}, ...table.head.map(cell('th')));
  const rows = table.rows.map((row) => h('tr', {}, ...row.map(cell('td'))));
  return pagedTable(head, rows, 5);
}

function drawList(block: Extract<Block, { kind: 'list' }>, context: CardContext): HTMLElement {
  const list = block.ordered ? h('ol', { start: block.first }) : h('ul');
  for (const item of block.items) list.append(h('li', {}, ...drawBlocks(item, context)));
  return list;
}

function drawBlock(block: Block, context: CardContext): HTMLElement {
  switch (block.kind) {
    case 'paragraph':
      return h('p', {}, ...drawInline(block.children, context));
    case 'heading':
      return h(
        'p',
        {
          class: `md-heading md-heading-${block.level}`,
          role: 'heading',
          'aria-level': block.level,
        },
        ...drawInline(block.children, context),
      );
    case 'rule':
      return h('hr', { class: 'c-hr' });
    case 'code':
      return h('pre', {}, h('code', {}, block.text));
    case 'quote':
      return h('blockquote', {}, ...drawBlocks(block.blocks, context));
    case 'list':
      return drawList(block, context);
    case 'table':
      return drawTable(block, context);
  }
}

function drawBlocks(blocks: readonly Block[], context: CardContext): HTMLElement[] {
  return blocks.map((block) => drawBlock(block, context));
}

/** `source` with its block structure. */
export function markdownBlocks(source: string, context: CardContext): HTMLElement {
  const node = h('div', { class: 'md' });
  append(node, drawBlocks(parseBlocks(source), context));
  return node;
}

/** `source` as one line of text with inline markup. */
export function markdownInline(source: string, context: CardContext): HTMLElement {
  return h('span', { class: 'md-inline' }, ...drawInline(parseInline(source), context));
}
