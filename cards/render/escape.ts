/** Words from people inside card markdown (sheet §3.4): shown as typed, never obeyed. */

const ACTIVE = /[&<>*_`[\]~#|\\]/g;
/** Signs that start a list, a rule or a heading when a line begins with them. */
const LINE_START = /^([ \t]*)([-+=])/gm;
const NUMBERED_START = /^([ \t]*\d{1,9})([.)])/gm;
const INDENT = /^[ \t]+/gm;
const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/g;

const entity = (sign: string): string => `&#${sign.codePointAt(0)};`;

/** `text` for a markdown element: every active sign as a numeric entity, line breaks kept. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(ACTIVE, entity)
    .replace(LINE_BREAK, '\n')
    .replace(LINE_START, (_, indent: string, sign: string) => indent + entity(sign))
    .replace(NUMBERED_START, (_, number: string, sign: string) => number + entity(sign))
    .replace(INDENT, (indent) => '&#160;'.repeat(indent.length))
    .replaceAll('\n', '<br>');
}

/** The first `limit` characters of `text` with `ending` where something was cut. */
export function shorten(text: string, limit: number, ending = '…'): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit);
  // Half a surrogate pair would be an unreadable sign.
  return (/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept) + ending;
}
