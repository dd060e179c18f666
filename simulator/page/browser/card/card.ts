/** A card: header, body, and the reason why it cannot be used, if so. */
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import { addressOf } from './behaviour.ts';
import { renderButton, renderOverflow } from './button.ts';
import { renderChecker } from './checker.ts';
import {
  renderChart,
  renderDiv,
  renderImage,
  renderMarkdown,
  renderPerson,
  renderPersonList,
  renderRule,
  unknownComponent,
} from './content.ts';
import { type CardContext, type Renderer, toneClass } from './context.ts';
import { renderInput } from './input.ts';
import { isJson, type Json, objectAt, objectsAt, stringAt, wordsAt } from './json.ts';
import {
  coverWithLink,
  renderCollapsible,
  renderColumnSet,
  renderForm,
  renderInteractive,
} from './layout.ts';
import { renderPicker } from './picker.ts';
import { renderPersonSelect, renderSelect } from './select.ts';
import { layOut, lengthOf } from './spacing.ts';
import { renderTable } from './table.ts';
import { iconAt, textAt } from './text.ts';

const RENDERERS: Readonly<Record<string, Renderer>> = {
  markdown: renderMarkdown,
  div: renderDiv,
  hr: renderRule,
  img: renderImage,
  person: renderPerson,
  person_list: renderPersonList,
  table: renderTable,
  chart: renderChart,
  column_set: renderColumnSet,
  collapsible_panel: renderCollapsible,
  interactive_container: renderInteractive,
  form: renderForm,
  input: renderInput,
  select_static: renderSelect,
  multi_select_static: renderSelect,
  select_person: renderPersonSelect,
  multi_select_person: renderPersonSelect,
  date_picker: renderPicker,
  picker_time: renderPicker,
  picker_datetime: renderPicker,
  checker: renderChecker,
  button: renderButton,
  overflow: renderOverflow,
};

function renderElements(elements: readonly Json[], context: CardContext): HTMLElement[] {
  return elements.map((spec) => {
    const node = RENDERERS[stringAt(spec, 'tag')]?.(spec, context) ?? unknownComponent();
    const margin = lengthOf(stringAt(spec, 'margin'));
    if (margin !== '') node.style.margin = margin;
    return node;
  });
}

function renderTags(header: Json, context: CardContext): HTMLElement[] {
  const translated = objectsAt(objectAt(header, 'i18n_text_tag_list') ?? {}, 'zh_cn');
  const tags = translated.length > 0 ? translated : objectsAt(header, 'text_tag_list');
  return tags
    .slice(0, 3)
    .map((tag) =>
      h(
        'span',
        { class: `tag ${toneClass(stringAt(tag, 'color')) ?? 'tone-blue'}` },
        textAt(tag, 'text', context),
      ),
    );
}

function renderHeader(header: Json, context: CardContext): HTMLElement {
  const tone = toneClass(stringAt(header, 'template'));
  const subtitle = wordsAt(header, 'subtitle');
  return h(
    'header',
    { class: `card-header ${tone ?? 'card-header-plain'}` },
    iconAt(header, context),
    h(
      'div',
      { class: 'card-titles' },
      h(
        'h3',
        { class: 'card-title' },
        textAt(header, 'title', context),
        ...renderTags(header, context),
      ),
      subtitle === '' ? null : h('p', { class: 'card-subtitle' }, subtitle),
    ),
  );
}

export type CardNotice = '卡片已过期' | '转发的卡片，不能操作' | null;

/** Draws Card JSON 2.0; `notice` says why a frozen card cannot be used. */
export function renderCard(
  card: Json,
  around: Omit<CardContext, 'form' | 'style' | 'render'>,
  notice: CardNotice,
): HTMLElement {
  const config = objectAt(card, 'config') ?? {};
  const context: CardContext = {
    ...around,
    form: null,
    style: objectAt(config, 'style') ?? {},
    render: renderElements,
  };
  const header = objectAt(card, 'header');
  const body = objectAt(card, 'body') ?? {};
  const bodyNode = h(
    'div',
    { class: 'card-body' },
    ...renderElements(objectsAt(body, 'elements'), context),
  );
  layOut(bodyNode, body);
  const width = stringAt(config, 'width_mode', 'default').replaceAll(/[^a-z]/g, '');
  const node = h(
    'section',
    {
      class: `card card-${width}`,
      tabindex: -1,
      'aria-label': header === null ? '卡片' : wordsAt(header, 'title'),
    },
    header === null ? null : renderHeader(header, context),
    bodyNode,
    notice === null ? null : h('p', { class: 'card-notice' }, icon('clock'), notice),
  );
  if (notice !== null) node.classList.add('card-frozen');
  const address = addressOf({ multi_url: objectAt(card, 'card_link') });
  if (address !== null && node.firstElementChild instanceof HTMLElement)
    coverWithLink(node.firstElementChild, address);
  return node;
}

/** Whether a forwarded copy of the card may be operated, §3.1. */
export function worksWhenForwarded(card: unknown): boolean {
  return isJson(card) && objectAt(card, 'config')?.['enable_forward_interaction'] === true;
}

/** Whether the card may be forwarded at all, §3.2. */
export function mayBeForwarded(card: unknown): boolean {
  return !isJson(card) || objectAt(card, 'config')?.['enable_forward'] !== false;
}
