/** Reads the inline part of a card's markdown into a tree. Whatever is not understood stays visible text. */
import { decodeEntities } from './entity.ts';
import { readTag } from './tag.ts';

export type Mark = 'strong' | 'em' | 'strike';

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'mark'; readonly mark: Mark; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly children: readonly Inline[] }
  | { readonly kind: 'image'; readonly alt: string }
  | {
      readonly kind: 'element';
      readonly name: string;
      readonly attributes: Readonly<Record<string, string>>;
      readonly children: readonly Inline[];
    };

type Piece = { readonly node: Inline; readonly end: number };

/** Deeper nesting is left as text: hostile input must not exhaust the stack. */
const MAX_DEPTH = 12;

const plain = (text: string, end: number): Piece => ({ node: { kind: 'text', text }, end });

function readEscape(source: string, at: number): Piece | null {
  const next = source[at + 1];
  return next !== undefined && /[!-/:-@[-`{-~]/.test(next) ? plain(next, at + 2) : null;
}

const CODE = /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/y;

function readCode(source: string, at: number): Piece | null {
  CODE.lastIndex = at;
  const found = CODE.exec(source);
  if (found === null) {
    const run = runLength(source, at);
    return plain('`'.repeat(run), at + run);
  }
  const text = decodeEntities(found[2] ?? '').replace(/^ (.+) $/, '$1');
  return { node: { kind: 'code', text }, end: at + found[0].length };
}

function runLength(source: string, at: number): number {
  let end = at;
  while (source[end] === source[at]) end += 1;
  return end - at;
}

const isBlank = (character: string | undefined): boolean =>
  character === undefined || /\s/.test(character);

const isWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

function closesAt(source: string, at: number, run: number): boolean {
  const sign = source[at];
  const before = source[at - 1];
  if (isBlank(before) || before === '\\') return false;
  const here = runLength(source, at);
  if (run === 1 && here === 2) return false;
  return here >= run && !(sign === '_' && isWord(source[at + run]));
}

function findClose(source: string, from: number, sign: string, run: number): number {
  let at = source.indexOf(sign.repeat(run), from);
  while (at !== -1 && (at === from || !closesAt(source, at, run))) {
    at = source.indexOf(sign.repeat(run), at + runLength(source, at));
  }
  return at;
}

function marked(sign: string, run: number, children: readonly Inline[]): Inline {
  if (sign === '~') return { kind: 'mark', mark: 'strike', children };
  if (run === 1) return { kind: 'mark', mark: 'em', children };
  const strong: Inline = { kind: 'mark', mark: 'strong', children };
  return run === 2 ? strong : { kind: 'mark', mark: 'em', children: [strong] };
}

function readMark(source: string, at: number, depth: number): Piece | null {
  const sign = source[at] ?? '';
  const run = runLength(source, at);
  const inside = at + run;
  const asText = plain(sign.repeat(run), inside);
  const allowed = sign === '~' ? run === 2 : run <= 3;
  if (!allowed || isBlank(source[inside])) return asText;
  if (sign === '_' && isWord(source[at - 1])) return asText;
  const close = findClose(source, inside, sign, run);
  if (close === -1) return asText;
  const children = parseInline(source.slice(inside, close), depth + 1);
  return { node: marked(sign, run, children), end: close + run };
}

const LINK = /!?\[((?:[^[\]\\]|\\[\s\S])*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)/y;

function readLink(source: string, at: number, depth: number): Piece | null {
  LINK.lastIndex = at;
  const found = LINK.exec(source);
  if (found === null) return null;
  const end = at + found[0].length;
  const label = found[1] ?? '';
  if (source[at] === '!') return { node: { kind: 'image', alt: decodeEntities(label) }, end };
  const children = parseInline(label, depth + 1);
  return { node: { kind: 'link', url: decodeEntities(found[2] ?? ''), children }, end };
}

function readElement(source: string, at: number, depth: number): Piece | null {
  const tag = readTag(source, at);
  if (tag === null) return null;
  if (tag.name === 'raw') return plain(decodeEntities(tag.inner), tag.end);
  const children = parseInline(tag.inner, depth + 1);
  if (tag.name === 'link' || tag.name === 'a') {
    const url = tag.attributes['url'] ?? tag.attributes['href'] ?? '';
    return { node: { kind: 'link', url, children }, end: tag.end };
  }
  const { name, attributes, end } = tag;
  return { node: { kind: 'element', name, attributes, children }, end };
}

type Reader = (source: string, at: number, depth: number) => Piece | null;

const READERS: Readonly<Record<string, Reader>> = {
  '\\': readEscape,
  '`': readCode,
  '*': readMark,
  _: readMark,
  '~': readMark,
  '!': readLink,
  '[': readLink,
  '<': readElement,
};

/** The inline tree of `source`. */
export function parseInline(source: string, depth = 0): readonly Inline[] {
  if (depth > MAX_DEPTH) return [{ kind: 'text', text: decodeEntities(source) }];
  const nodes: Inline[] = [];
  let pending = '';
  const flush = (): void => {
    if (pending !== '') nodes.push({ kind: 'text', text: decodeEntities(pending) });
    pending = '';
  };
  let at = 0;
  while (at < source.length) {
    const character = source[at] ?? '';
    const piece = READERS[character]?.(source, at, depth) ?? null;
    if (piece === null) {
      pending += character;
      at += 1;
      continue;
    }
    flush();
    nodes.push(piece.node);
    at = piece.end;
  }
  flush();
  return nodes;
}
