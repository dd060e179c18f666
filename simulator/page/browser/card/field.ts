/** What all inputs share: a visible label, a place in the form, a call back when they stand alone. */
import type { Click, FormValue } from '../api.ts';
import { freshId, h } from '../dom.ts';
import { start } from '../toast.ts';
import { act } from './behaviour.ts';
import type { CardContext } from './context.ts';
import { flagAt, type Json, stringAt } from './json.ts';
import { lengthOf } from './spacing.ts';
import { textAt } from './text.ts';

export type Control = {
  /** What is put into the card. */
  readonly node: HTMLElement;
  /** What takes the focus and bears the name for screen readers. */
  readonly target: HTMLButtonElement | HTMLInputElement | HTMLTextAreaElement;
  readonly read: () => FormValue;
  readonly reset: () => void;
};

/** Draws the control with its label and adds it to the form, if it stands in one. */
export function asField(spec: Json, context: CardContext, control: Control): HTMLElement {
  const { node, target } = control;
  const required = flagAt(spec, 'required', requiredUnlessToldOtherwise(spec));
  const frame = h('div', { class: 'c-field' });
  const label = textAt(spec, 'label', context);
  if (label === null) {
    target.dataset['unlabelled'] = '';
  } else {
    target.id = freshId();
    target.removeAttribute('aria-label');
    frame.append(
      h('label', { class: 'c-label', for: target.id }, label, required ? asterisk() : null),
    );
    if (stringAt(spec, 'label_position') === 'left') frame.classList.add('c-field-left');
  }
  frame.append(node);
  frame.style.width = lengthOf(stringAt(spec, 'width'));
  if (required) target.setAttribute('aria-required', 'true');
  context.form?.add({
    name: stringAt(spec, 'name'),
    required,
    read: control.read,
    reset: control.reset,
    markMissing: (missing) => {
      frame.classList.toggle('c-field-missing', missing);
      target.setAttribute('aria-invalid', String(missing));
    },
    focus: () => target.focus(),
  });
  frame.addEventListener('input', () => frame.classList.remove('c-field-missing'));
  return frame;
}

/** §3.6: a list of several choices is required when the card does not say. */
const requiredUnlessToldOtherwise = (spec: Json): boolean =>
  stringAt(spec, 'tag') === 'multi_select_static';

function asterisk(): HTMLElement {
  return h('span', { class: 'c-required', 'aria-hidden': 'true' }, '*');
}

/** Tells the bot about a change of a control that stands alone; inside a form the submit button does. */
export function announce(
  spec: Json,
  context: CardContext,
  control: Control,
  extra: Partial<Click>,
): void {
  if (context.form !== null) return;
  start(async () => {
    const done = await act(spec, context, control.target, extra);
    if (!done && control.target.isConnected) control.reset();
  });
}

/**
 * Names the inputs of a form that have no label of their own after the text before them, as a reader would,
 * and puts the mark of a required field on that text.
 */
export function nameUnlabelled(form: HTMLElement): void {
  let text: HTMLElement | null = null;
  for (const node of form.querySelectorAll<HTMLElement>('.c-text, [data-unlabelled]')) {
    if (node.classList.contains('c-text')) {
      text = node;
      continue;
    }
    if (text === null) continue;
    text.id = text.id === '' ? freshId() : text.id;
    text.classList.add('c-text-names');
    node.setAttribute('aria-labelledby', text.id);
    if (node.getAttribute('aria-required') === 'true') text.classList.add('c-text-required');
    text = null;
  }
}
