/** §3.6 checker */
import { h } from '../dom.ts';
import { isUsable, tipOf } from './behaviour.ts';
import type { Renderer } from './context.ts';
import { announce, asField, type Control } from './field.ts';
import { flagAt, objectAt, objectsAt, stringAt } from './json.ts';
import { textAt } from './text.ts';

/** A tick box; without a callback of its own, ticking stays on this side. */
export const renderChecker: Renderer = (spec, context) => {
  const initial = flagAt(spec, 'checked');
  const box = h('input', {
    type: 'checkbox',
    class: 'checkbox',
    disabled: !isUsable(spec, context),
  });
  box.checked = initial;
  const struck = flagAt(objectAt(spec, 'checked_style') ?? {}, 'show_strikethrough');
  const label = h(
    'label',
    { class: struck ? 'c-checker c-checker-struck' : 'c-checker', title: tipOf(spec) },
    box,
    h('span', {}, textAt(spec, 'text', context)),
  );
  const buttons = objectsAt(objectAt(spec, 'button_area') ?? {}, 'buttons');
  const control: Control = {
    node: h('div', { class: 'c-checker-row' }, label, ...context.render(buttons, context)),
    target: box,
    read: () => box.checked,
    reset: () => {
      box.checked = initial;
    },
  };
  const reaches = objectsAt(spec, 'behaviors').some((one) => stringAt(one, 'type') === 'callback');
  box.addEventListener('change', () => {
    if (reaches) announce(spec, context, control, { checked: box.checked });
  });
  const field = asField(spec, context, control);
  delete box.dataset['unlabelled'];
  return field;
};
