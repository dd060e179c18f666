/** Short notices at the top of the page; a new one takes the place of the old. */
import type { Outcome, ToastTone } from './api.ts';
import { h } from './dom.ts';
import { type IconName, icon } from './icons.ts';

const SHOWN_MS = 3000;

const ICONS: Readonly<Record<ToastTone, IconName>> = {
  info: 'info',
  success: 'success',
  error: 'error',
  warning: 'warning',
};

let region: HTMLElement | null = null;
let timer = 0;

function toastRegion(): HTMLElement {
  region ??= document.body.appendChild(
    h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite', popover: 'manual' }),
  );
  return region;
}

/** Shows `content` for three seconds, above dialogs too. */
export function showToast(tone: ToastTone, content: string): void {
  const place = toastRegion();
  const known = ICONS[tone] === undefined ? 'info' : tone;
  place.replaceChildren(
    h(
      'div',
      { class: `toast toast-${known}`, 'data-testid': 'toast', 'data-type': known },
      icon(ICONS[known]),
      h('span', {}, content),
    ),
  );
  place.hidePopover();
  place.showPopover();
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.replaceChildren();
    place.hidePopover();
  }, SHOWN_MS);
}

/** Shows what an answer says; true when the answer is no error. */
export function showOutcome(outcome: Outcome): boolean {
  const { toast, error } = outcome;
  if (toast !== undefined && toast.content !== '') showToast(toast.type, toast.content);
  if (error === undefined) return true;
  const text = error.text ?? '操作没有成功，请稍后再试';
  // Numbers are the platform's own and shown as it shows them; other codes are for programs only.
  const code = typeof error.code === 'number' ? String(error.code) : '';
  showToast('error', text.includes(code) ? text : `${text}(错误码 ${code})`);
  return false;
}

/** Runs a task started by an event; a failure of the connection becomes a notice. */
export function start(task: () => Promise<unknown>): void {
  task().catch(() => showToast('error', '没有连上本地消息服务，请检查后重试'));
}
