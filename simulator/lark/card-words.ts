/** The words a person reads on a card, and the label a person sees beside an input. */
import { nodesOf } from './card-walk.ts';
import { isJson, type Json } from './model.ts';

const contentOf = (value: unknown): string | null =>
  isJson(value) && typeof value['content'] === 'string' ? value['content'] : null;

/** Plain words of a piece of card markdown: no emphasis marks, tags or entities. */
const plainWords = (markdown: string): string =>
  markdown
    .replace(/<br\s*\/?>/g, '\n')
    .replace(/<\/?[a-z_]+[^>]*>/gi, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/\*\*|__|~~|`/g, '')
    .replace(ENTITY, (entity: string, digits: string | undefined) =>
      digits === undefined ? (NAMED[entity] ?? entity) : String.fromCodePoint(Number(digits)),
    )
    .trim();

/** Decoded in one pass: a decoded `&` begins no further entity. */
const ENTITY = /&(?:#(\d+)|lt|gt|amp|nbsp);/g;
const NAMED: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&nbsp;': ' ',
};

function cellWords(value: unknown): readonly string[] {
  if (typeof value === 'string') return [plainWords(value)];
  if (typeof value === 'number') return [String(value)];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) =>
    typeof item === 'string' ? [item] : isJson(item) ? [String(item['text'] ?? '')] : [],
  );
}

function tableWords(table: Json): readonly string[] {
  const columns = Array.isArray(table['columns']) ? table['columns'].filter(isJson) : [];
  const rows = Array.isArray(table['rows']) ? table['rows'].filter(isJson) : [];
  return [
    ...columns.map((column) => String(column['display_name'] ?? '')),
    ...rows.flatMap((row) => columns.flatMap((column) => cellWords(row[String(column['name'])]))),
  ];
}

/** Every visible text of a card in reading order: header, body, options, table cells, prefilled inputs. */
export function wordsOf(card: Json): readonly string[] {
  const words = nodesOf(card).flatMap(({ node, tag }) => {
    const content = contentOf(node);
    if (content !== null) return [tag === 'plain_text' ? content.trim() : plainWords(content)];
    if (tag === 'table') return tableWords(node);
    const prefilled = node['default_value'] ?? node['initial_date'];
    return typeof prefilled === 'string' ? [prefilled] : [];
  });
  return words.filter((word) => word !== '');
}

const trailingMark = /[\s：:]*([（(]\s*(必填|选填|可选|可多选|多选)[^）)]*[）)]|[＊*])?[\s：:]*$/;

/** A label without markdown and without a trailing mark such as （必填） or ＊. */
export const bareLabel = (text: string): string =>
  plainWords(text).split('\n')[0]?.trim().replace(trailingMark, '') ?? '';

const ownLabel = (control: Json): string | null => contentOf(control['label']);

const textOfElement = (element: Json): string | null =>
  element['tag'] === 'div' ? contentOf(element['text']) : contentOf(element);

/** The label of an input: its own, or the text element directly before it. */
export function labelOf(card: Json, control: Json): string | null {
  const own = ownLabel(control);
  if (own !== null) return bareLabel(own);
  const siblings = siblingsOf(card, control);
  const before = siblings[siblings.indexOf(control) - 1];
  const text = before === undefined ? null : textOfElement(before);
  return text === null ? null : bareLabel(text);
}

function siblingsOf(value: unknown, control: Json): readonly Json[] {
  if (Array.isArray(value)) {
    if (value.includes(control)) return value.filter(isJson);
    return value.map((item) => siblingsOf(item, control)).find((found) => found.length > 0) ?? [];
  }
  if (!isJson(value)) return [];
  for (const child of Object.values(value)) {
    const found = siblingsOf(child, control);
    if (found.length > 0) return found;
  }
  return [];
}
