/** Reads the block structure of a card's markdown: headings, lists, quotes, code, tables, paragraphs. */
import { type Inline, parseInline } from './inline.ts';
import { readTable, type TableBlock } from './table.ts';

export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | { readonly kind: 'rule' }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly first: number;
      readonly items: readonly (readonly Block[])[];
    }
  | TableBlock;

type Read = { readonly block: Block; readonly next: number } | null;
type Reader = (lines: readonly string[], at: number, depth: number) => Read;

const MAX_DEPTH = 8;

const HEADING = /^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|<hr\s*\/?>)\s*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/;

const readHeading: Reader = (lines, at) => {
  const found = HEADING.exec(lines[at] ?? '');
  if (found === null) return null;
  const children = parseInline(found[2] ?? '');
  return { block: { kind: 'heading', level: found[1]?.length ?? 1, children }, next: at + 1 };
};

const readRule: Reader = (lines, at) =>
  RULE.test(lines[at] ?? '') ? { block: { kind: 'rule' }, next: at + 1 } : null;

const readFence: Reader = (lines, at) => {
  const fence = FENCE.exec(lines[at] ?? '')?.[1];
  if (fence === undefined) return null;
  let end = at + 1;
  while (end < lines.length && !(lines[end] ?? '').trimStart().startsWith(fence)) end += 1;
  return { block: { kind: 'code', text: lines.slice(at + 1, end).join('\n') }, next: end + 1 };
};

const readQuote: Reader = (lines, at, depth) => {
  const inner: string[] = [];
  let next = at;
  for (let line = QUOTE.exec(lines[next] ?? ''); line !== null; next += 1) {
    inner.push(line[1] ?? '');
    line = QUOTE.exec(lines[next + 1] ?? '');
  }
  if (inner.length === 0) return null;
  return { block: { kind: 'quote', blocks: parseBlocks(inner.join('\n'), depth + 1) }, next };
};

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Lines below a list item that are indented deeper than its marker belong to it. */
function itemLines(lines: readonly string[], at: number, indent: number): string[] {
  const inner: string[] = [];
  for (let next = at; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    const blank = line.trim() === '';
    const deeper = indentOf(line) >= indent + 2;
    if (blank ? indentOf(lines[next + 1] ?? '') < indent + 2 : !deeper) break;
    inner.push(line.slice(Math.min(indentOf(line), indent + 4)));
  }
  return inner;
}

const readList: Reader = (lines, at, depth) => {
  const start = ITEM.exec(lines[at] ?? '');
  if (start === null) return null;
  const ordered = start[3] !== undefined;
  const indent = start[1]?.length ?? 0;
  const items: (readonly Block[])[] = [];
  let next = at;
  for (let item: RegExpExecArray | null = start; item !== null; ) {
    const below = itemLines(lines, next + 1, indent);
    items.push(parseBlocks([item[4] ?? '', ...below].join('\n'), depth + 1));
    next += 1 + below.length;
    const following = ITEM.exec(lines[next] ?? '');
    const same = following !== null && (following[3] !== undefined) === ordered;
    item = same && (following[1]?.length ?? 0) === indent ? following : null;
  }
  const first = Number.parseInt(start[3] ?? '1', 10);
  return { block: { kind: 'list', ordered, first, items }, next };
};

const READERS: readonly Reader[] = [
  readFence,
  readHeading,
  readRule,
  readQuote,
  readList,
  readTable,
];

const readStructure: Reader = (lines, at, depth) => {
  for (const reader of READERS) {
    const read = reader(lines, at, depth);
    if (read !== null) return read;
  }
  return null;
};

/** Whether a line ends the paragraph above it; an ordered list does so only when it starts at 1, as in CommonMark. */
function interrupts(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  const item = ITEM.exec(line);
  if (item !== null) return item[3] === undefined || item[3] === '1';
  const starts = [FENCE, HEADING, RULE, QUOTE].some((pattern) => pattern.test(line));
  return starts || readTable(lines, at) !== null;
}

const readParagraph = (lines: readonly string[], at: number) => {
  let next = at + 1;
  while (next < lines.length && (lines[next] ?? '').trim() !== '' && !interrupts(lines, next)) {
    next += 1;
  }
  const text = lines
    .slice(at, next)
    .map((line) => line.trimStart())
    .join('\n');
  return { block: { kind: 'paragraph', children: parseInline(text) } as const, next };
};

/** The blocks of `source`; nesting beyond a fixed depth stays plain paragraphs. */
export function parseBlocks(source: string, depth = 0): readonly Block[] {
  const lines = source.replaceAll('\r', '').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if ((lines[at] ?? '').trim() === '') {
      at += 1;
      continue;
    }
    const read =
      (depth < MAX_DEPTH ? readStructure(lines, at, depth) : null) ?? readParagraph(lines, at);
    blocks.push(read.block);
    at = read.next;
  }
  return blocks;
}
