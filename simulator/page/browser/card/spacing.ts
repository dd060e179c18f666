/** Lengths, gaps and paddings in the platform's notation. */
import { type Json, stringAt } from './json.ts';

const NAMED: Readonly<Record<string, string>> = {
  small: '4px',
  medium: '8px',
  large: '12px',
  extra_large: '16px',
};

const LENGTHS = /^-?\d{1,3}px(?: -?\d{1,3}px){0,3}$/;

/** A px length or up to four of them as CSS; '' for `default`, `auto` and anything else. */
export function lengthOf(text: string): string {
  const named = NAMED[text];
  if (named !== undefined) return named;
  if (text === 'fill') return '100%';
  return LENGTHS.test(text) ? text : '';
}

const ALIGN: Readonly<Record<string, string>> = {
  left: 'start',
  top: 'start',
  center: 'center',
  right: 'end',
  bottom: 'end',
};

/** Lays out the children of `node` as the container `spec` asks. */
export function layOut(node: HTMLElement, spec: Json): void {
  const horizontal = stringAt(spec, 'direction') === 'horizontal';
  node.classList.add('c-stack');
  if (horizontal) node.classList.add('c-stack-row');
  const gap = lengthOf(stringAt(spec, horizontal ? 'horizontal_spacing' : 'vertical_spacing'));
  if (gap !== '') node.style.gap = gap;
  node.style.padding = lengthOf(stringAt(spec, 'padding'));
  const along = ALIGN[stringAt(spec, 'horizontal_align')] ?? '';
  const across = ALIGN[stringAt(spec, 'vertical_align')] ?? '';
  node.style.justifyContent = horizontal ? along : across;
  node.style.alignItems = horizontal ? across : along === 'start' ? '' : along;
}
