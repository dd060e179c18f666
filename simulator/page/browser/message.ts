/** One message of the chat: a bubble, a file, a picture or a card, with its time and its menu. */
import { clickCard, fileUrl, forwardMessage, type Message, type Person } from './api.ts';
import { botAvatar, personAvatar } from './avatar.ts';
import { clockTime, toMs } from './business-time.ts';
import { type CardNotice, mayBeForwarded, renderCard, worksWhenForwarded } from './card/card.ts';
import { isJson } from './card/json.ts';
import { choosePerson } from './dialog.ts';
import { button, h } from './dom.ts';
import { icon } from './icons.ts';
import { attachPopover } from './popover.ts';
import { showOutcome, showToast, start } from './toast.ts';

export type MessageSurroundings = {
  readonly self: Person;
  readonly people: () => readonly Person[];
  /** Fetches the chat anew after something was done in it. */
  readonly refresh: () => Promise<void>;
};

function noticeOf(message: Message): CardNotice {
  if (message.expired) return '卡片已过期';
  if (message.forwarded && !worksWhenForwarded(message.card)) return '转发的卡片，不能操作';
  return null;
}

function cardContent(message: Message, around: MessageSurroundings): HTMLElement {
  if (!isJson(message.card)) return h('div', { class: 'bubble' }, '这张卡片无法显示');
  const notice = noticeOf(message);
  const names = new Map(around.people().map((person) => [person.openId, person.name]));
  const click = async (clicked: Parameters<typeof clickCard>[2]): Promise<boolean> => {
    const done = showOutcome(await clickCard(around.self.openId, message.messageId, clicked));
    await around.refresh();
    return done;
  };
  return renderCard(
    message.card,
    {
      people: around.people(),
      nameOf: (openId) => names.get(openId) ?? null,
      frozen: notice !== null,
      click,
    },
    notice,
  );
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function fileContent(message: Message): HTMLElement {
  const { file } = message;
  if (file === undefined) return h('div', { class: 'bubble' }, '文件');
  return h(
    'a',
    { class: 'file', href: fileUrl(file.key), download: file.name },
    icon('file'),
    h(
      'span',
      { class: 'file-words' },
      h('span', { class: 'file-name' }, file.name),
      h('span', { class: 'quiet' }, `${sizeText(file.size)} · 点击下载`),
    ),
  );
}

function imageContent(message: Message): HTMLElement {
  const frame = h(
    'div',
    { class: 'bubble bubble-image' },
    icon('image'),
    message.file?.name ?? '图片',
  );
  if (message.file === undefined) return frame;
  const picture = h('img', {
    class: 'picture',
    src: fileUrl(message.file.key),
    alt: message.file.name,
  });
  picture.addEventListener('error', () => picture.replaceWith(frame));
  return picture;
}

function content(message: Message, around: MessageSurroundings): HTMLElement {
  switch (message.kind) {
    case 'text':
      return h('div', { class: 'bubble' }, message.text ?? '');
    case 'card':
      return cardContent(message, around);
    case 'file':
      return fileContent(message);
    case 'image':
      return imageContent(message);
  }
}

async function forward(message: Message, around: MessageSurroundings): Promise<void> {
  const others = around.people().filter(({ openId }) => openId !== around.self.openId);
  const to = await choosePerson('转发给', others);
  if (to === null) return;
  const outcome = await forwardMessage(around.self.openId, message.messageId, to.openId);
  if (showOutcome(outcome) && outcome.toast === undefined)
    showToast('success', `已转发给${to.name}`);
}

function messageMenu(message: Message, around: MessageSurroundings): HTMLElement {
  const trigger = button({ class: 'icon-button message-more', label: '消息菜单' }, icon('more'));
  trigger.setAttribute('aria-haspopup', 'menu');
  const allowed = mayBeForwarded(message.card);
  const item = button(
    {
      class: 'menu-item',
      disabled: !allowed,
      onClick: () => {
        menu.hidePopover();
        start(() => forward(message, around));
      },
    },
    icon('forward'),
    allowed ? '转发' : '此卡片不允许转发',
  );
  item.setAttribute('role', 'menuitem');
  const menu = h('div', { class: 'menu', role: 'menu' }, item);
  attachPopover(trigger, menu, { onOpen: () => item.focus() });
  return h('span', { class: 'message-menu' }, trigger, menu);
}

/** The message as a row of the chat. */
export function renderMessage(message: Message, around: MessageSurroundings): HTMLElement {
  const own = message.from === 'user';
  const name = own ? around.self.name : '廉哨';
  const ms = toMs(message.createdAt);
  return h(
    'article',
    {
      class: `message message-${message.from} message-${message.kind}`,
      'data-testid': `message-${message.messageId}`,
      'aria-label': `${name} ${clockTime(ms)}`,
    },
    own ? personAvatar(name) : botAvatar(),
    h(
      'div',
      { class: 'message-main' },
      h(
        'div',
        { class: 'message-head' },
        own ? null : h('span', {}, name),
        h('time', { datetime: new Date(ms).toISOString() }, clockTime(ms)),
        message.forwarded ? h('span', {}, '转发') : null,
        message.edited ? h('span', { class: 'edited' }, '(已编辑)') : null,
      ),
      h('div', { class: 'message-line' }, content(message, around), messageMenu(message, around)),
    ),
  );
}
