/** The few angle-bracket elements a card's markdown may carry. */
import { decodeEntities } from './entity.ts';

export type Tag = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Raw text between the opening and the closing tag; '' for a void element. */
  readonly inner: string;
  /** Index after the element. */
  readonly end: number;
};

const VOID = new Set(['br', 'hr']);
const PAIRED = new Set([
  'font',
  'at',
  'person',
  'link',
  'a',
  'text_tag',
  'number_tag',
  'local_datetime',
  'raw',
]);

const OPENING = /<([a-z_]{1,16})((?:\s[^<>]{0,2000})?)\/?>/iy;
const ATTRIBUTE = /([a-z_]{1,32})\s{0,4}=\s{0,4}(?:'([^']*)'|"([^"]*)"|([^\s'"<>]+))/gi;

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, single, double, bare] of text.matchAll(ATTRIBUTE)) {
    if (name !== undefined) {
      attributes[name.toLowerCase()] = decodeEntities(single ?? double ?? bare ?? '');
    }
  }
  return attributes;
}

/** Where the element `name` that was opened before `from` is closed; elements of the same name may lie inside. */
function findClosing(source: string, name: string, from: number): RegExpExecArray | null {
  const edge = new RegExp(`<(/?)${name}(?:\\s[^<>]{0,2000})?>`, 'gi');
  edge.lastIndex = from;
  let open = 1;
  for (let found = edge.exec(source); found !== null; found = edge.exec(source)) {
    open += found[1] === '/' ? -1 : 1;
    if (open === 0) return found;
  }
  return null;
}

/** The allowed element that starts at `at`, or null: then the `<` is plain text. */
export function readTag(source: string, at: number): Tag | null {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(source);
  const name = opening?.[1]?.toLowerCase();
  if (opening === null || name === undefined) return null;
  const attributes = readAttributes(opening[2] ?? '');
  const inside = at + opening[0].length;
  if (VOID.has(name)) return { name, attributes, inner: '', end: inside };
  if (!PAIRED.has(name)) return null;
  const closing = findClosing(source, name, inside);
  if (closing === null) return null;
  return {
    name,
    attributes,
    inner: source.slice(inside, closing.index),
    end: closing.index + closing[0].length,
  };
}
