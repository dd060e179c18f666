/** §3.6 input: one line, several lines, password */
import { button, h } from '../dom.ts';
import { icon } from '../icons.ts';
import { isUsable, tipOf } from './behaviour.ts';
import type { CardContext, Renderer } from './context.ts';
import { announce, asField, type Control } from './field.ts';
import { flagAt, type Json, numberAt, stringAt, wordsAt } from './json.ts';

const LONGEST = 1000;
const DEFAULT_ROWS = 5;
const LINE_PX = 22;
/** Padding and border, with the line of the counter. */
const FRAME_PX = 36;

type Entry = HTMLInputElement | HTMLTextAreaElement;

function createEntry(spec: Json, context: CardContext): Entry {
  const type = stringAt(spec, 'input_type', 'text');
  const placeholder = wordsAt(spec, 'placeholder');
  const shared = {
    class: 'field',
    name: stringAt(spec, 'name'),
    placeholder: placeholder === '' ? '请输入' : placeholder,
    maxlength: Math.min(numberAt(spec, 'max_length') ?? LONGEST, LONGEST),
    'aria-label': placeholder === '' ? '请输入' : placeholder,
    autocomplete: 'off',
    title: tipOf(spec),
    disabled: !isUsable(spec, context),
  };
  const entry =
    type === 'multiline_text'
      ? h('textarea', { ...shared, rows: numberAt(spec, 'rows') ?? DEFAULT_ROWS })
      : h('input', { ...shared, type: type === 'password' ? 'password' : 'text' });
  if (flagAt(spec, 'auto_resize')) letGrow(entry, spec);
  entry.value = stringAt(spec, 'default_value');
  return entry;
}

/** The field grows with its text from `rows` to `max_rows` lines. */
function letGrow(entry: Entry, spec: Json): void {
  const height = (rows: number): string => `${rows * LINE_PX + FRAME_PX}px`;
  entry.classList.add('field-grows');
  entry.style.minHeight = height(numberAt(spec, 'rows') ?? DEFAULT_ROWS);
  const most = numberAt(spec, 'max_rows');
  if (most !== null) entry.style.maxHeight = height(most);
}

/** How many of the allowed characters are used; shown when the card sets a limit. */
function createCounter(entry: Entry): { node: HTMLElement; update: () => void } {
  const node = h('span', { class: 'c-counter', 'aria-hidden': 'true' });
  const update = (): void => {
    node.textContent = `${entry.value.length}/${entry.maxLength}`;
    node.classList.toggle('c-counter-full', entry.value.length >= entry.maxLength);
  };
  entry.addEventListener('input', update);
  update();
  return { node, update };
}

/** Standing alone, an input calls back with Enter or its send button. */
function addSending(spec: Json, context: CardContext, control: Control, entry: Entry): void {
  const send = (): void => announce(spec, context, control, { inputValue: entry.value });
  entry.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter' || event.isComposing) return;
    if (entry instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  });
  control.node.append(
    button(
      { class: 'icon-button c-input-send', label: '发送', disabled: entry.disabled, onClick: send },
      icon('send'),
    ),
  );
}

/** A text input. */
export const renderInput: Renderer = (spec, context) => {
  const entry = createEntry(spec, context);
  const counter = createCounter(entry);
  const lines = entry instanceof HTMLTextAreaElement ? 'c-input-lines' : '';
  const control: Control = {
    node: h('div', { class: `c-input ${lines}` }, entry),
    target: entry,
    read: () => entry.value,
    reset: () => {
      entry.value = stringAt(spec, 'default_value');
      counter.update();
    },
  };
  if (numberAt(spec, 'max_length') !== null) {
    control.node.append(counter.node);
    control.node.classList.add('c-input-counted');
  }
  if (context.form === null) addSending(spec, context, control, entry);
  return asField(spec, context, control);
};
