/** Below the chat: the bot's menu and the line to write in. */
import { type MenuItem, type Outcome, pressMenu, sendText } from './api.ts';
import { button, h } from './dom.ts';
import { icon } from './icons.ts';
import { showOutcome, start } from './toast.ts';

export type Composer = {
  readonly node: HTMLElement;
  readonly show: (menu: readonly MenuItem[], hasInput: boolean) => void;
  readonly clear: () => void;
};

/** Sends something as the person whose chat is open; false when it failed. */
type Deliver = (send: (openId: string) => Promise<Outcome>) => Promise<boolean>;

type Part = { readonly node: HTMLElement; readonly clear: () => void };

function createLine(deliver: Deliver): Part {
  const entry = h('textarea', {
    class: 'composer-entry',
    rows: 1,
    placeholder: '发送给 廉哨',
    'aria-label': '输入消息',
    'data-testid': 'composer',
  });
  const send = button(
    {
      class: 'composer-send',
      label: '发送',
      testId: 'send',
      disabled: true,
      onClick: () => start(submit),
    },
    icon('send'),
  );
  const update = (): void => {
    send.disabled = entry.value.trim() === '';
  };
  const submit = async (): Promise<void> => {
    const text = entry.value.trim();
    if (text === '' || entry.readOnly) return;
    entry.readOnly = true;
    send.disabled = true;
    try {
      if (await deliver((openId) => sendText(openId, text))) entry.value = '';
    } finally {
      entry.readOnly = false;
      update();
    }
  };
  entry.addEventListener('input', update);
  entry.addEventListener('keydown', (event) => {
    // Enter that ends the choice of a Chinese character must not send.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    start(submit);
  });
  return {
    node: h('div', { class: 'composer-line' }, entry, send),
    clear() {
      entry.value = '';
      update();
    },
  };
}

function menuButton(item: MenuItem, deliver: Deliver): HTMLButtonElement {
  const press = async (): Promise<void> => {
    node.disabled = true;
    try {
      await deliver((openId) => pressMenu(openId, item.key));
    } finally {
      node.disabled = false;
    }
  };
  const node = button(
    { class: 'bot-menu-item', testId: `menu-${item.key}`, onClick: () => start(press) },
    item.text,
  );
  return node;
}

/** `openId` is whose chat is open; `refresh` fetches it anew after something was sent. */
export function createComposer(
  openId: () => string | null,
  refresh: () => Promise<void>,
): Composer {
  const deliver: Deliver = async (send) => {
    const id = openId();
    if (id === null) return false;
    const done = showOutcome(await send(id));
    await refresh();
    return done;
  };
  const line = createLine(deliver);
  const items = h('div', { class: 'bot-menu-items' });
  const toggle = button({ class: 'icon-button', label: '收起键盘' }, icon('keyboard'));
  const bar = h(
    'div',
    { class: 'bot-menu', role: 'toolbar', 'aria-label': '机器人菜单' },
    toggle,
    items,
  );
  let keyboard = true;
  let look = '';
  const showLine = (hasInput: boolean): void => {
    toggle.hidden = !hasInput;
    line.node.hidden = !(hasInput && keyboard);
    toggle.setAttribute('aria-expanded', String(keyboard));
    toggle.title = keyboard ? '收起键盘' : '打开键盘';
    toggle.setAttribute('aria-label', toggle.title);
  };
  toggle.addEventListener('click', () => {
    keyboard = !keyboard;
    showLine(true);
  });
  return {
    node: h('footer', { class: 'composer' }, bar, line.node),
    clear: line.clear,
    show(menu, hasInput) {
      bar.hidden = menu.length === 0;
      showLine(hasInput);
      if (JSON.stringify(menu) === look) return;
      look = JSON.stringify(menu);
      items.replaceChildren(...menu.map((item) => menuButton(item, deliver)));
    },
  };
}
