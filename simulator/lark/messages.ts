/** Messages as the platform stores and shows them. */
import { wordsOf } from './card-words.ts';
import type { Core } from './core.ts';
import { serviceFailure } from './failure.ts';
import { isJson, type Json, type MessageType, parseJson, type StoredMessage } from './model.ts';
import { newId } from './store.ts';

type NewMessage = {
  readonly chatId: string;
  readonly openId: string;
  readonly from: 'bot' | 'user';
  readonly type: MessageType;
  readonly content: string;
  readonly parentId?: string | null;
  readonly forwarded?: boolean;
};

/** Stores a message and tells the page. */
export function addMessage(core: Core, message: NewMessage): StoredMessage {
  const now = core.nowMs();
  const stored: StoredMessage = {
    parentId: null,
    forwarded: false,
    ...message,
    messageId: newId('om'),
    createdAt: now,
    updatedAt: now,
    edited: false,
    deleted: false,
    earlier: [],
  };
  core.store.addMessage(stored);
  core.options.onMessage?.({ ...stored });
  core.bus.publish({ type: 'chat', openId: stored.openId });
  core.bus.publish({ type: 'people' });
  return stored;
}

const keptVersions = 5;

/** Shows another card in the same message, silently as the platform does it. */
export function replaceCard(core: Core, message: StoredMessage, content: string): void {
  message.earlier = [message.content, ...message.earlier].slice(0, keptVersions);
  message.content = content;
  message.updatedAt = core.nowMs();
  message.edited = true;
  core.store.changed();
  core.bus.publish({ type: 'chat', openId: message.openId });
}

/** The message of an id. @throws LarkFailure 99992354 */
export function messageOf(core: Core, messageId: string): StoredMessage {
  const message = core.store.messages.get(messageId);
  if (message !== undefined) return message;
  throw serviceFailure(
    99992354,
    'The request you send is not a valid {open_message_id} or not exists.',
  );
}

/** The lossy form in which cards are returned unless the original is asked for (§4.3). */
function converted(content: string): string {
  const card = parseJson(content) ?? {};
  const header = isJson(card['header']) ? card['header'] : {};
  const title = isJson(header['title']) ? String(header['title']['content'] ?? '') : '';
  const body = isJson(card['body']) ? card['body'] : {};
  const elements = wordsOf({ body }).map((text) => [{ tag: 'text', text }]);
  return JSON.stringify({ title, elements });
}

function visibleContent(message: StoredMessage, original: boolean): string {
  if (message.deleted) return JSON.stringify({ text: 'This message was recalled' });
  if (message.type !== 'interactive' || original) return message.content;
  return converted(message.content);
}

/** A message as the API returns it (§4.1); `original` asks for the card as it was sent. */
export function messageData(core: Core, message: StoredMessage, original: boolean): Json {
  const { app } = core.options;
  const byBot = message.from === 'bot';
  return {
    message_id: message.messageId,
    ...(message.parentId === null
      ? {}
      : { root_id: message.parentId, parent_id: message.parentId }),
    msg_type: message.type,
    create_time: String(message.createdAt),
    update_time: String(message.updatedAt),
    deleted: message.deleted,
    updated: message.edited,
    chat_id: message.chatId,
    sender: {
      id: byBot ? app.appId : message.openId,
      id_type: byBot ? 'app_id' : 'open_id',
      sender_type: byBot ? 'app' : 'user',
      tenant_key: app.tenantKey,
    },
    body: { content: visibleContent(message, original) },
  };
}
