/** What a component does when it is used: open an address, ask first, call back. */
import type { Click } from '../api.ts';
import { askConfirm } from '../dialog.ts';
import { safeUrl } from '../dom.ts';
import type { CardContext } from './context.ts';
import { type Json, objectAt, objectsAt, stringAt, wordsAt } from './json.ts';

const ofType = (spec: Json, type: string): Json | null =>
  objectsAt(spec, 'behaviors').find((behaviour) => stringAt(behaviour, 'type') === type) ?? null;

/** The value the component sends with its click; absent when it has none. */
function callbackValue(spec: Json): { value?: unknown } {
  const callback = ofType(spec, 'callback');
  const value = callback === null ? spec['value'] : callback['value'];
  return value === undefined ? {} : { value };
}

/** The http(s) address the component opens, or null. */
export function addressOf(spec: Json): string | null {
  const open = ofType(spec, 'open_url');
  const multi = objectAt(spec, 'multi_url');
  const text =
    open === null
      ? stringAt(multi ?? {}, 'url', stringAt(spec, 'url'))
      : stringAt(open, 'default_url') || stringAt(open, 'pc_url');
  return safeUrl(text);
}

/** Whether using the component reaches the bot: by default it does, unless it only opens an address. */
function callsBack(spec: Json): boolean {
  if (ofType(spec, 'callback') !== null) return true;
  return objectsAt(spec, 'behaviors').length === 0 && addressOf(spec) === null;
}

/** Asks the component's confirmation, if it has one; false = the person changed their mind. */
async function confirmed(spec: Json): Promise<boolean> {
  const confirm = objectAt(spec, 'confirm');
  if (confirm === null) return true;
  return askConfirm(wordsAt(confirm, 'title'), wordsAt(confirm, 'text'));
}

/** The identifying members of the component's click. */
function clickOf(spec: Json): Click {
  const name = stringAt(spec, 'name');
  return {
    tag: stringAt(spec, 'tag'),
    ...(name === '' ? {} : { name }),
    ...callbackValue(spec),
  };
}

/** Runs `task` while `node` shows that it is busy and cannot be used again. */
async function whileBusy(node: Control, task: () => Promise<boolean>): Promise<boolean> {
  const focused = document.activeElement === node;
  node.disabled = true;
  node.setAttribute('aria-busy', 'true');
  try {
    return await task();
  } finally {
    node.disabled = false;
    node.removeAttribute('aria-busy');
    // A disabled element loses the focus; whoever works with the keyboard wants it back.
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (focused && lost) node.focus({ preventScroll: true });
  }
}

type Control = HTMLButtonElement | HTMLInputElement | HTMLTextAreaElement;

/** Confirmation, address and callback of a component, in this order; false when the click failed or was taken back. */
export async function act(
  spec: Json,
  context: CardContext,
  node: Control,
  extra: Partial<Click> = {},
): Promise<boolean> {
  if (!(await confirmed(spec))) return false;
  const address = addressOf(spec);
  if (address !== null) window.open(address, '_blank', 'noopener');
  if (!callsBack(spec)) return true;
  return whileBusy(node, () => context.click({ ...clickOf(spec), ...extra }));
}

/** Whether the component can be used at all. */
export const isUsable = (spec: Json, context: CardContext): boolean =>
  !context.frozen && spec['disabled'] !== true;

/** The hint shown when the pointer rests on the component. */
export function tipOf(spec: Json): string | null {
  const tip = wordsAt(spec, spec['disabled'] === true ? 'disabled_tips' : 'hover_tips');
  return tip === '' ? null : tip;
}
