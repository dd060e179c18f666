/** A drop-down list of one or several choices, with a search line when it is long. */
import { personAvatar } from '../avatar.ts';
import { button, h } from '../dom.ts';
import { icon } from '../icons.ts';
import { attachPopover, walkWithArrows } from '../popover.ts';

export type Option = {
  readonly value: string;
  readonly text: string;
  readonly person: boolean;
};

type DropdownWishes = {
  readonly options: readonly Option[];
  readonly multiple: boolean;
  readonly placeholder: string;
  readonly initial: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (values: readonly string[]) => void;
};

export type Dropdown = {
  readonly node: HTMLElement;
  readonly trigger: HTMLButtonElement;
  readonly values: () => readonly string[];
  readonly set: (values: readonly string[]) => void;
};

const SEARCH_FROM = 9;

function optionButton(option: Option, pick: () => void): HTMLButtonElement {
  const node = button(
    { class: 'option', onClick: pick },
    option.person ? personAvatar(option.text, 'tiny') : null,
    h('span', { class: 'option-text' }, option.text),
    icon('check', 'option-check'),
  );
  node.setAttribute('role', 'option');
  return node;
}

function searchLine(rows: ReadonlyMap<Option, HTMLElement>): HTMLInputElement {
  const search = h('input', {
    class: 'field',
    type: 'search',
    placeholder: '搜索',
    'aria-label': '搜索选项',
  });
  search.addEventListener('input', (event) => {
    // The search is not an answer: a form must not take it for one.
    event.stopPropagation();
    for (const [option, row] of rows) row.hidden = !option.text.includes(search.value.trim());
  });
  return search;
}

/** The drop-down; it starts with the initial values that are among its options. */
export function createDropdown(wishes: DropdownWishes): Dropdown {
  const { options, multiple, placeholder } = wishes;
  let chosen: readonly string[] = [];
  const label = h('span', { class: 'select-text' });
  const trigger = button({ class: 'field select', disabled: wishes.disabled }, label, icon('down'));
  trigger.setAttribute('aria-haspopup', 'listbox');
  trigger.setAttribute('aria-label', placeholder);
  const list = h('div', {
    class: 'options',
    role: 'listbox',
    'aria-multiselectable': String(multiple),
  });
  const panel = h('div', { class: 'dropdown' }, list);
  const rows = new Map<Option, HTMLButtonElement>();

  const set = (values: readonly string[]): void => {
    chosen = options.map(({ value }) => value).filter((value) => values.includes(value));
    const texts = options.filter(({ value }) => chosen.includes(value)).map(({ text }) => text);
    label.textContent = texts.length === 0 ? placeholder : texts.join('、');
    trigger.title = texts.join('、');
    trigger.classList.toggle('select-empty', texts.length === 0);
    for (const [option, row] of rows) {
      row.setAttribute('aria-selected', String(chosen.includes(option.value)));
    }
  };
  const pick = (value: string): void => {
    const others = chosen.filter((one) => one !== value);
    const added = others.length === chosen.length ? [...chosen, value] : others;
    set(multiple ? added : [value]);
    if (!multiple) panel.hidePopover();
    trigger.dispatchEvent(new Event('input', { bubbles: true }));
    wishes.onChange(chosen);
  };
  for (const option of options)
    rows.set(
      option,
      optionButton(option, () => pick(option.value)),
    );
  list.append(...rows.values());
  if (options.length === 0) list.append(h('p', { class: 'quiet' }, '没有可选的项'));
  if (options.length >= SEARCH_FROM) panel.prepend(searchLine(rows));
  set(wishes.initial);
  walkWithArrows(panel, '.option:not([hidden])');
  attachPopover(trigger, panel, {
    matchWidth: true,
    onOpen: () => {
      const first =
        list.querySelector<HTMLElement>('[aria-selected=true]') ??
        panel.querySelector('input, .option');
      if (first instanceof HTMLElement) first.focus();
    },
  });
  return {
    node: h('div', { class: 'c-select' }, trigger, panel),
    trigger,
    values: () => chosen,
    set,
  };
}
