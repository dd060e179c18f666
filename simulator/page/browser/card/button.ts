/** §3.6 button and overflow */
import { button, h } from '../dom.ts';
import { icon } from '../icons.ts';
import { attachPopover, walkWithArrows } from '../popover.ts';
import { showToast, start } from '../toast.ts';
import { act, isUsable, tipOf } from './behaviour.ts';
import type { CardContext, Renderer } from './context.ts';
import { type Json, objectsAt, stringAt, wordsAt } from './json.ts';
import { lengthOf } from './spacing.ts';
import { iconAt, textAt } from './text.ts';

const TYPES = new Set([
  'default',
  'primary',
  'danger',
  'text',
  'primary_text',
  'danger_text',
  'primary_filled',
  'danger_filled',
  'laser',
]);

/** What a press of a form's button means; the older spelling of the member is understood too. */
function formAction(spec: Json): 'submit' | 'reset' | null {
  const action = stringAt(spec, 'form_action_type', stringAt(spec, 'action_type'));
  if (action === 'submit' || action === 'form_submit') return 'submit';
  return action === 'reset' || action === 'form_reset' ? 'reset' : null;
}

async function press(spec: Json, context: CardContext, node: HTMLButtonElement): Promise<void> {
  const { form } = context;
  const action = form === null ? null : formAction(spec);
  if (form === null || action === null) {
    await act(spec, context, node);
    return;
  }
  if (action === 'reset') {
    form.reset();
    return;
  }
  if (!form.complete()) {
    showToast('error', '有必填项未填写');
    return;
  }
  await act(spec, context, node, { formValue: form.values() });
}

/** A button: opens an address, calls back, submits or resets its form. */
export const renderButton: Renderer = (spec, context) => {
  const type = stringAt(spec, 'type', 'default');
  const size = stringAt(spec, 'size', 'medium').replaceAll(/[^a-z]/g, '');
  const node = button(
    {
      class: `btn btn-${TYPES.has(type) ? type : 'default'} btn-size-${size}`,
      disabled: !isUsable(spec, context),
      onClick: () => start(() => press(spec, context, node)),
    },
    iconAt(spec, context),
    textAt(spec, 'text', context),
  );
  const tip = tipOf(spec);
  if (tip !== null) node.title = tip;
  node.style.width = lengthOf(stringAt(spec, 'width'));
  return node;
};

/** The ⋯ menu. */
export const renderOverflow: Renderer = (spec, context) => {
  const trigger = button(
    {
      class: 'btn btn-default btn-overflow',
      label: '更多操作',
      disabled: !isUsable(spec, context),
    },
    icon('more'),
  );
  trigger.setAttribute('aria-haspopup', 'menu');
  const menu = h('div', { class: 'menu', role: 'menu' });
  for (const option of objectsAt(spec, 'options')) {
    const choose = (): void => {
      menu.hidePopover();
      const merged = {
        ...spec,
        multi_url: option['multi_url'],
        behaviors: spec['behaviors'] ?? [],
      };
      start(() => act(merged, context, trigger, { option: stringAt(option, 'value') }));
    };
    const item = button({ class: 'menu-item', onClick: choose }, wordsAt(option, 'text'));
    item.setAttribute('role', 'menuitem');
    menu.append(item);
  }
  walkWithArrows(menu, '.menu-item');
  attachPopover(trigger, menu, {
    onOpen: () => menu.querySelector<HTMLElement>('.menu-item')?.focus(),
  });
  return h('div', { class: 'c-overflow' }, trigger, menu);
};
