/** Components that only show: text, lines, pictures, people, charts. */
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import { type Renderer, textSize } from './context.ts';
import { flagAt, numberAt, objectAt, objectsAt, stringAt, wordsAt } from './json.ts';
import { markdownBlocks, personChip } from './markdown-view.ts';
import { lengthOf } from './spacing.ts';
import { iconAt, textAt } from './text.ts';

/** §3.4 markdown */
export const renderMarkdown: Renderer = (spec, context) => {
  const body = markdownBlocks(stringAt(spec, 'content'), context);
  const size = stringAt(spec, 'text_size');
  if (size !== '') body.style.fontSize = `${textSize(size, context)}px`;
  const align = stringAt(spec, 'text_align');
  if (align === 'center' || align === 'right') body.classList.add(`align-${align}`);
  const mark = iconAt(spec, context);
  return h('div', { class: 'c-text c-markdown' }, mark, body);
};

/** §3.4 div: plain text with optional fields in two columns */
export const renderDiv: Renderer = (spec, context) => {
  const fields = objectsAt(spec, 'fields').map((field) =>
    h(
      'div',
      { class: flagAt(field, 'is_short') ? 'c-fact c-fact-short' : 'c-fact' },
      textAt(field, 'text', context),
    ),
  );
  const text = textAt(spec, 'text', context);
  const node = h(
    'div',
    { class: 'c-text c-div' },
    iconAt(spec, context),
    h(
      'div',
      { class: 'c-div-body' },
      text,
      fields.length === 0 ? null : h('div', { class: 'c-facts' }, ...fields),
    ),
  );
  node.style.width = lengthOf(stringAt(spec, 'width'));
  return node;
};

/** §3.4 hr */
export const renderRule: Renderer = () => h('hr', { class: 'c-hr' });

/** §3.4 img: pictures live in the platform's store, here a frame with the description stands for them */
export const renderImage: Renderer = (spec, context) => {
  const alt = wordsAt(spec, 'alt');
  const node = h(
    'figure',
    { class: `c-image c-image-${stringAt(spec, 'size', 'medium').replaceAll(/[^a-z]/g, '')}` },
    h(
      'div',
      { class: 'c-image-frame', role: 'img', 'aria-label': alt === '' ? '图片' : alt },
      icon('image'),
      h('span', {}, alt === '' ? '图片' : alt),
    ),
  );
  const title = textAt(spec, 'title', context);
  if (title !== null) node.prepend(h('figcaption', {}, title));
  return node;
};

/** §3.4 person */
export const renderPerson: Renderer = (spec, context) =>
  h(
    'div',
    { class: `c-persons size-${stringAt(spec, 'size', 'medium').replaceAll('_', '-')}` },
    personChip(stringAt(spec, 'user_id'), context, {
      avatar: flagAt(spec, 'show_avatar', true),
      name: flagAt(spec, 'show_name'),
    }),
  );

/** §3.4 person_list; ids nobody bears are left out when the card says so */
export const renderPersonList: Renderer = (spec, context) => {
  const ids = objectsAt(spec, 'persons').map((person) => stringAt(person, 'id'));
  const drop = flagAt(spec, 'drop_invalid_user_id');
  const shown = ids.filter((id) => !drop || context.nameOf(id) !== null);
  const look = { avatar: flagAt(spec, 'show_avatar', true), name: flagAt(spec, 'show_name', true) };
  const node = h(
    'div',
    { class: `c-persons size-${stringAt(spec, 'size', 'medium').replaceAll('_', '-')}` },
    iconAt(spec, context),
    ...shown.map((id) => personChip(id, context, look)),
  );
  const lines = numberAt(spec, 'lines');
  if (lines !== null) {
    node.classList.add('c-persons-limited');
    node.style.setProperty('--lines', String(lines));
  }
  return node;
};

/** §3.4 chart: drawn by the platform only */
export const renderChart: Renderer = (spec) => {
  const chart = objectAt(spec, 'chart_spec') ?? {};
  const title = stringAt(objectAt(chart, 'title') ?? {}, 'text');
  return h(
    'div',
    { class: 'c-chart' },
    icon('chart'),
    h('span', {}, title === '' ? '图表' : `图表：${title}`),
    h('span', { class: 'quiet' }, '图表在正式客户端中绘制'),
  );
};

/** A plain note in the place of something the platform would not accept. */
export function unknownComponent(): HTMLElement {
  return h('div', { class: 'c-unknown' }, icon('warning'), '此处的内容本页面无法显示');
}
