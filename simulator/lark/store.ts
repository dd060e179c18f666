/** Everything the stand-in remembers, with an optional snapshot on disk. */
import { createHash, randomUUID } from 'node:crypto';
import type { Chat, StoreData, StoredMessage, Upload } from './model.ts';
import { createSnapshot } from './snapshot.ts';

export type Store = StoreData & {
  /** The direct chat of a person with the bot, opened on first use. */
  chatOf(openId: string): Chat;
  chatById(chatId: string): Chat | undefined;
  /** Oldest first. */
  messagesOf(chatId: string): readonly StoredMessage[];
  addMessage(message: StoredMessage): void;
  bytesOf(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
  addUpload(upload: Upload, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Asks for a snapshot soon; call it after every change. */
  changed(): void;
  close(): Promise<void>;
};

/** An id as the clouds write them: a prefix and 32 hex digits. */
export const newId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '')}`;

/** A chat's id follows from app and person, so it survives a lost snapshot. */
const chatIdOf = (appId: string, openId: string): string =>
  `oc_${createHash('sha256').update(`${appId}/${openId}`).digest('hex').slice(0, 32)}`;

const emptyData = (): StoreData => ({
  chats: new Map(),
  messages: new Map(),
  updateTokens: new Map(),
  sentKeys: new Map(),
  uploads: new Map(),
  seen: new Map(),
  pending: new Map(),
  tenantTokens: new Map(),
});

/** Opens the store; with `statePath` it continues from the snapshot there. */
export function createStore(appId: string, statePath: string | undefined): Store {
  const data = emptyData();
  const snapshot = createSnapshot(statePath, data);
  const byChat = new Map<string, StoredMessage[]>();
  const chatIds = new Map([...data.chats.values()].map((chat) => [chat.chatId, chat]));

  const chatOf = (openId: string): Chat => {
    const known = data.chats.get(openId);
    if (known !== undefined) return known;
    const chat: Chat = { chatId: chatIdOf(appId, openId), openId, readAt: 0 };
    data.chats.set(openId, chat);
    chatIds.set(chat.chatId, chat);
    return chat;
  };

  const index = (message: StoredMessage): void => {
    const list = byChat.get(message.chatId);
    if (list === undefined) byChat.set(message.chatId, [message]);
    else list.push(message);
  };
  for (const message of data.messages.values()) index(message);

  return {
    ...data,
    chatOf,
    chatById: (chatId) => chatIds.get(chatId),
    messagesOf: (chatId) => byChat.get(chatId) ?? [],
    addMessage: (message) => {
      data.messages.set(message.messageId, message);
      index(message);
      snapshot.schedule();
    },
    bytesOf: snapshot.readUpload,
    addUpload: async (upload, bytes) => {
      await snapshot.writeUpload(upload.key, bytes);
      data.uploads.set(upload.key, upload);
      snapshot.schedule();
    },
    changed: snapshot.schedule,
    close: snapshot.close,
  };
}
