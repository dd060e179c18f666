/** What people do in their Feishu client: read, write, press the menu, click, forward. */

import { type ClickOutcome, click, configOf, isExpired } from './click.ts';
import type { ClickInput } from './click-action.ts';
import type { Core } from './core.ts';
import type { EventDelivery } from './deliver.ts';
import { addMessage } from './messages.ts';
import { type Json, parseJson, type SimulatedPerson, type StoredMessage } from './model.ts';

export type ShownMessage = {
  readonly messageId: string;
  readonly from: 'bot' | 'user';
  readonly kind: 'text' | 'card' | 'file' | 'image';
  readonly text?: string;
  readonly card?: Json;
  readonly file?: { readonly key: string; readonly name: string; readonly size: number };
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly edited: boolean;
  readonly expired: boolean;
  readonly forwarded: boolean;
};

type ShownPerson = {
  readonly openId: string;
  readonly name: string;
  readonly title: string;
  readonly departmentName: string;
  readonly unread: number;
};

export type PersonClient = {
  people(): Promise<readonly ShownPerson[]>;
  /** Null when nobody has this id; reading marks the chat as read. */
  chat(openId: string): Promise<readonly ShownMessage[] | null>;
  enter(openId: string): Promise<boolean>;
  say(openId: string, text: string): Promise<boolean>;
  /** False when the person or the menu key is unknown. */
  menu(openId: string, key: string): Promise<boolean>;
  click(openId: string, input: ClickInput): Promise<ClickOutcome>;
  forward(openId: string, messageId: string, to: string): Promise<ForwardOutcome>;
};

type ForwardOutcome =
  | { readonly ok: true; readonly messageId: string }
  | { readonly ok: false; readonly text: string };

const idsOf = (person: SimulatedPerson): Json => ({
  union_id: person.unionId,
  user_id: person.userId,
  open_id: person.openId,
});

function postWords(body: Json): string {
  const texts: string[] = [];
  JSON.stringify(body, (key, value: unknown) => {
    if ((key === 'text' || key === 'title') && typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.join('\n');
}

function shownContent(core: Core, message: StoredMessage): Partial<ShownMessage> {
  if (message.deleted) return { kind: 'text', text: '此消息已撤回' };
  const body = parseJson(message.content) ?? {};
  if (message.type === 'interactive') return { kind: 'card', card: body };
  if (message.type === 'text') return { kind: 'text', text: String(body['text'] ?? '') };
  if (message.type === 'post') return { kind: 'text', text: postWords(body) };
  const key = String(body[`${message.type}_key`] ?? '');
  const upload = core.store.uploads.get(key);
  return { kind: message.type, file: { key, name: upload?.name ?? '', size: upload?.size ?? 0 } };
}

const shown = (core: Core, message: StoredMessage): ShownMessage => ({
  messageId: message.messageId,
  from: message.from,
  kind: 'text',
  ...shownContent(core, message),
  createdAt: new Date(message.createdAt).toISOString(),
  updatedAt: new Date(message.updatedAt).toISOString(),
  edited: message.edited,
  expired: isExpired(core, message),
  forwarded: message.forwarded,
});

function unreadOf(core: Core, openId: string): number {
  const chat = core.store.chats.get(openId);
  if (chat === undefined) return 0;
  const isNew = (message: StoredMessage): boolean =>
    message.from === 'bot' && !message.deleted && message.createdAt > chat.readAt;
  return core.store.messagesOf(chat.chatId).filter(isNew).length;
}

function markRead(core: Core, openId: string): void {
  const unread = unreadOf(core, openId) > 0;
  core.store.chatOf(openId).readAt = core.nowMs();
  core.store.changed();
  if (unread) core.bus.publish({ type: 'people' });
}

async function enter(core: Core, events: EventDelivery, person: SimulatedPerson): Promise<void> {
  const { chatId } = core.store.chatOf(person.openId);
  const last = core.store.messagesOf(chatId).at(-1);
  await events.push('im.chat.access_event.bot_p2p_chat_entered_v1', {
    chat_id: chatId,
    operator_id: idsOf(person),
    last_message_id: last?.messageId ?? '',
    last_message_create_time: last === undefined ? '' : String(last.createdAt),
  });
}

async function say(
  core: Core,
  events: EventDelivery,
  person: SimulatedPerson,
  text: string,
): Promise<void> {
  const { chatId } = core.store.chatOf(person.openId);
  const message = addMessage(core, {
    chatId,
    openId: person.openId,
    from: 'user',
    type: 'text',
    content: JSON.stringify({ text }),
  });
  await events.push('im.message.receive_v1', {
    sender: {
      sender_id: idsOf(person),
      sender_type: 'user',
      tenant_key: core.options.app.tenantKey,
    },
    message: {
      message_id: message.messageId,
      create_time: String(message.createdAt),
      update_time: String(message.updatedAt),
      chat_id: chatId,
      chat_type: 'p2p',
      message_type: 'text',
      content: message.content,
    },
  });
}

function forward(
  core: Core,
  from: SimulatedPerson,
  messageId: string,
  to: SimulatedPerson,
): ForwardOutcome {
  const message = core.store.messages.get(messageId);
  if (message === undefined || message.openId !== from.openId || message.deleted) {
    return { ok: false, text: '找不到这条消息' };
  }
  if (message.type === 'interactive' && configOf(message.content)['enable_forward'] === false) {
    return { ok: false, text: '该卡片不支持转发' };
  }
  const copy = addMessage(core, {
    chatId: core.store.chatOf(to.openId).chatId,
    openId: to.openId,
    from: 'user',
    type: message.type,
    content: message.content,
    forwarded: true,
  });
  return { ok: true, messageId: copy.messageId };
}

/** The clients of all people of one stand-in. */
export function createClient(core: Core, events: EventDelivery): PersonClient {
  const find = (openId: string) => core.directory.find('open_id', openId);
  const as = async (
    openId: string,
    act: (person: SimulatedPerson) => Promise<void>,
  ): Promise<boolean> => {
    const person = await find(openId);
    if (person === undefined) return false;
    await act(person);
    return true;
  };
  return {
    people: async () =>
      (await core.directory.people()).map(({ openId, name, title, departmentName }) => ({
        openId,
        name,
        title,
        departmentName,
        unread: unreadOf(core, openId),
      })),
    chat: async (openId) => {
      if ((await find(openId)) === undefined) return null;
      markRead(core, openId);
      const { chatId } = core.store.chatOf(openId);
      return core.store.messagesOf(chatId).map((message) => shown(core, message));
    },
    enter: (openId) => as(openId, (person) => enter(core, events, person)),
    say: (openId, text) => as(openId, (person) => say(core, events, person, text)),
    menu: async (openId, key) => {
      if (!core.options.menu.some((item) => item.key === key)) return false;
      return as(openId, (person) =>
        events.push('application.bot.menu_v6', {
          operator: { operator_name: person.name, operator_id: idsOf(person) },
          event_key: key,
          timestamp: Math.floor(core.nowMs() / 1000),
        }),
      );
    },
    click: async (openId, input) => {
      const person = await find(openId);
      if (person === undefined) return { error: { code: 'notFound', text: '找不到这个人' } };
      return click(core, person, input);
    },
    forward: async (openId, messageId, to) => {
      const [from, receiver] = await Promise.all([find(openId), find(to)]);
      if (from === undefined || receiver === undefined) return { ok: false, text: '找不到这个人' };
      return forward(core, from, messageId, receiver);
    },
  };
}
