/** The chat between the chosen person and the bot. */
import { enterChat, fetchChat, type MenuItem, type Person } from './api.ts';
import { botAvatar } from './avatar.ts';
import { createComposer } from './composer.ts';
import { button, h } from './dom.ts';
import { icon } from './icons.ts';
import { createMessageList } from './messages.ts';
import { showOutcome } from './toast.ts';

export type ChatPane = {
  readonly node: HTMLElement;
  /** Opens the chat of `person`, or shows that nobody is chosen. */
  readonly open: (person: Person | null) => Promise<void>;
  readonly refresh: () => Promise<void>;
};

type ChatWishes = {
  readonly people: () => readonly Person[];
  readonly menu: () => readonly MenuItem[];
  readonly onBack: () => void;
  /** Put at the right of the chat's head. */
  readonly tools: readonly HTMLElement[];
};

function emptyPane(): HTMLElement {
  return h(
    'div',
    { class: 'chat-empty' },
    botAvatar(),
    h('p', { class: 'chat-empty-title' }, '廉哨本地消息'),
    h('p', { class: 'quiet' }, '从左侧选择一位同事，查看廉哨发给他的消息'),
  );
}

/** The pane, with nobody chosen yet. */
export function createChatPane(wishes: ChatWishes): ChatPane {
  let self: Person | null = null;
  /** Answers to older questions are dropped: the newest question wins. */
  let asked = 0;
  const list = createMessageList();
  const who = h('span', { class: 'chat-who' });
  const loading = h('p', { class: 'loading', role: 'status' }, '正在读取消息…');

  const refresh = async (): Promise<void> => {
    const person = self;
    if (person === null) return;
    asked += 1;
    const question = asked;
    const chat = await fetchChat(person.openId);
    if (question !== asked || person !== self) return;
    loading.hidden = true;
    list.show(chat.messages, { self: person, people: wishes.people, refresh });
    composer.show(wishes.menu(), chat.hasInput);
  };
  const composer = createComposer(() => self?.openId ?? null, refresh);

  const head = h(
    'header',
    { class: 'chat-head' },
    button({ class: 'icon-button chat-back', label: '返回', onClick: wishes.onBack }, icon('back')),
    botAvatar(),
    h(
      'div',
      { class: 'chat-titles' },
      h('h2', { class: 'chat-title' }, '廉哨', h('span', { class: 'tag tone-yellow' }, '机器人')),
      who,
    ),
    ...wishes.tools,
  );
  const room = h('div', { class: 'chat-room' }, head, loading, list.node, composer.node);
  const empty = emptyPane();
  const node = h('main', { class: 'chat' }, empty, room);
  room.hidden = true;

  return {
    node,
    refresh,
    async open(person) {
      if (person?.openId === self?.openId) return;
      self = person;
      asked += 1;
      list.clear();
      composer.clear();
      empty.hidden = person !== null;
      room.hidden = person === null;
      if (person === null) return;
      loading.hidden = false;
      who.textContent = `当前身份：${person.name}${person.title === null || person.title === '' ? '' : ` · ${person.title}`}`;
      await refresh();
      // Entering may make the bot greet; what was there before is already on the screen.
      showOutcome(await enterChat(person.openId));
      if (self === person) await refresh();
    },
  };
}
