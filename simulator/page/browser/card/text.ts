/** Text objects (`plain_text`, `lark_md`) and the icons beside them. */
import { h } from '../dom.ts';
import { icon, iconForToken } from '../icons.ts';
import { type CardContext, paintText, textSize } from './context.ts';
import { type Json, numberAt, objectAt, stringAt, wordsAt } from './json.ts';
import { markdownInline } from './markdown-view.ts';

/** The text object at `key`, styled as it asks; null when there is none. */
export function textAt(spec: Json, key: string, context: CardContext): HTMLElement | null {
  const text = objectAt(spec, key);
  if (text === null) return null;
  const words = wordsAt(spec, key);
  const tag = stringAt(text, 'tag');
  const node =
    tag === 'lark_md' || tag === 'markdown'
      ? markdownInline(words, context)
      : h('span', { class: 'plain' }, words);
  style(node, text, context);
  return node;
}

/** Size, colour, alignment and number of lines of a text. */
function style(node: HTMLElement, text: Json, context: CardContext): void {
  const size = stringAt(text, 'text_size');
  if (size !== '') node.style.fontSize = `${textSize(size, context)}px`;
  if (/^(heading|x+-large)/.test(size)) node.classList.add('heavy');
  const colour = stringAt(text, 'text_color');
  if (colour !== '' && colour !== 'default') paintText(node, colour, context);
  const align = stringAt(text, 'text_align');
  if (align === 'center' || align === 'right') node.classList.add(`align-${align}`, 'block');
  const lines = numberAt(text, 'lines');
  if (lines !== null && lines > 0) {
    node.classList.add('clamped');
    node.style.setProperty('-webkit-line-clamp', String(Math.floor(lines)));
  }
}

/** The icon member of a component, or null. */
export function iconAt(spec: Json, context: CardContext): Element | null {
  const found = objectAt(spec, 'icon');
  if (found === null) return null;
  if (stringAt(found, 'tag') === 'custom_icon') return icon('image', 'c-icon');
  const frame = h('span', { class: 'c-icon' }, icon(iconForToken(stringAt(found, 'token'))));
  paintText(frame, stringAt(found, 'color'), context);
  return frame;
}
