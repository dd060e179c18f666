/** §3.5 containers: columns, folding panel, clickable area, form */
import { button, freshId, h } from '../dom.ts';
import { icon } from '../icons.ts';
import { start } from '../toast.ts';
import { act, addressOf, isUsable, tipOf } from './behaviour.ts';
import { type CardContext, paintBackground, type Renderer, toneClass } from './context.ts';
import { nameUnlabelled } from './field.ts';
import { createFormScope } from './form-scope.ts';
import { flagAt, type Json, numberAt, objectAt, objectsAt, stringAt } from './json.ts';
import { layOut, lengthOf } from './spacing.ts';
import { textAt } from './text.ts';

function renderColumn(spec: Json, context: CardContext): HTMLElement {
  const node = h(
    'div',
    { class: 'c-column' },
    ...context.render(objectsAt(spec, 'elements'), context),
  );
  layOut(node, spec);
  const width = stringAt(spec, 'width', 'auto');
  if (width === 'weighted')
    node.style.setProperty('--flex', `${numberAt(spec, 'weight') ?? 1} 1 0`);
  else if (lengthOf(width) !== '') node.style.setProperty('--flex', `0 0 ${lengthOf(width)}`);
  paintBackground(node, stringAt(spec, 'background_style'), context);
  return node;
}

/** A link that covers `node`, below whatever in it can be clicked itself. */
export function coverWithLink(node: HTMLElement, address: string): void {
  node.classList.add('c-covered');
  node.prepend(
    h('a', {
      class: 'c-cover',
      href: address,
      target: '_blank',
      rel: 'noopener noreferrer',
      'aria-label': '打开链接',
    }),
  );
}

/** Columns side by side. */
export const renderColumnSet: Renderer = (spec, context) => {
  const mode = stringAt(spec, 'flex_mode', 'none').replaceAll(/[^a-z]/g, '');
  const columns = objectsAt(spec, 'columns').map((column) => renderColumn(column, context));
  const node = h('div', { class: `c-columns c-columns-${mode}` }, ...columns);
  const gap = lengthOf(stringAt(spec, 'horizontal_spacing'));
  if (gap !== '') node.style.gap = gap;
  const align = stringAt(spec, 'horizontal_align');
  if (align === 'center' || align === 'right')
    node.style.justifyContent = align === 'center' ? 'center' : 'end';
  paintBackground(node, stringAt(spec, 'background_style'), context);
  const address = addressOf(objectAt(spec, 'action') ?? {});
  if (address !== null) coverWithLink(node, address);
  return node;
};

/** A panel that folds; folding stays on this side. */
export const renderCollapsible: Renderer = (spec, context) => {
  const header = objectAt(spec, 'header') ?? {};
  const content = h(
    'div',
    { class: 'c-panel-body', id: freshId() },
    ...context.render(objectsAt(spec, 'elements'), context),
  );
  layOut(content, spec);
  const fold = (open: boolean): void => {
    content.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
  };
  const toggle = button(
    { class: 'c-panel-head', onClick: () => fold(content.hidden !== false) },
    textAt(header, 'title', context),
    icon('down', 'c-panel-arrow'),
  );
  toggle.setAttribute('aria-controls', content.id);
  paintBackground(toggle, stringAt(header, 'background_color'), context);
  fold(flagAt(spec, 'expanded'));
  const node = h('div', { class: 'c-panel' }, toggle, content);
  const border = objectAt(spec, 'border');
  if (border !== null) {
    node.classList.add('c-bordered');
    node.style.borderRadius = lengthOf(stringAt(border, 'corner_radius'));
  }
  paintBackground(node, stringAt(spec, 'background_color'), context);
  return node;
};

/** An area that is one large button; buttons inside keep their own meaning. */
export const renderInteractive: Renderer = (spec, context) => {
  const content = h(
    'div',
    { class: 'c-area-body' },
    ...context.render(objectsAt(spec, 'elements'), context),
  );
  layOut(content, spec);
  const cover = button({
    class: 'c-cover',
    disabled: !isUsable(spec, context),
    onClick: () => start(() => act(spec, context, cover)),
  });
  content.id = freshId();
  cover.setAttribute('aria-labelledby', content.id);
  cover.title = tipOf(spec) ?? '';
  const node = h('div', { class: 'c-area c-covered' }, cover, content);
  node.style.width = lengthOf(stringAt(spec, 'width'));
  node.style.minHeight = lengthOf(stringAt(spec, 'height'));
  node.style.borderRadius = lengthOf(stringAt(spec, 'corner_radius'));
  if (flagAt(spec, 'has_border')) {
    node.classList.add('c-bordered', toneClass(stringAt(spec, 'border_color')) ?? 'tone-grey');
  }
  paintBackground(node, stringAt(spec, 'background_style'), context);
  return node;
};

/** A form: its inputs are sent together by its submit button. */
export const renderForm: Renderer = (spec, context) => {
  const inside: CardContext = { ...context, form: createFormScope() };
  const node = h(
    'div',
    { class: 'c-form', role: 'group', 'aria-label': '表单' },
    ...context.render(objectsAt(spec, 'elements'), inside),
  );
  layOut(node, spec);
  nameUnlabelled(node);
  return node;
};
