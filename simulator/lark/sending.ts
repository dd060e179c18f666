/** Sending a message: what is checked, in which order, and what a repeated uuid gets (§4.1). */
import { checkCard, maxCardBytes } from './card-check.ts';
import type { Core } from './core.ts';
import { fieldFailure, type LarkFailure, serviceFailure } from './failure.ts';
import { addMessage, messageOf } from './messages.ts';
import { type Chat, type Json, type MessageType, parseJson, type StoredMessage } from './model.ts';

type SendInput = {
  readonly type: string;
  readonly content: string;
  readonly uuid: string | undefined;
  readonly parentId?: string;
};

const sentKeyLifeMs = 3600_000;
const maxTextBytes = 150 * 1024;
const maxUuid = 50;
/** Old uuids are forgotten when this many have gathered. */
const sweepKeysAt = 5000;

const invalid = (msg: string): LarkFailure => serviceFailure(230001, msg);

const types: readonly string[] = ['text', 'post', 'image', 'file', 'interactive'];
const isMessageType = (value: string): value is MessageType => types.includes(value);

function checkSize(content: string, limit: number): void {
  if (Buffer.byteLength(content, 'utf8') > limit) {
    throw serviceFailure(230025, 'The length of the message content reaches its limit.');
  }
}

function checkUpload(core: Core, type: 'file' | 'image', body: Json): void {
  const key = body[`${type}_key`];
  const upload = typeof key === 'string' ? core.store.uploads.get(key) : undefined;
  if (upload === undefined || upload.kind !== type) {
    throw serviceFailure(230017, 'Bot is NOT the owner of the resource.');
  }
  if (upload.fileType === 'mp4') {
    throw serviceFailure(230055, 'The type of the uploaded file does not match the message type.');
  }
}

/** @throws LarkFailure when the platform would not take this content */
function checkContent(core: Core, type: MessageType, content: string): void {
  if (type === 'interactive') {
    const verdict = checkCard(content, core.cardFacts);
    if (!verdict.ok) throw verdict.failure;
    return;
  }
  checkSize(content, type === 'text' ? maxTextBytes : maxCardBytes);
  const body = parseJson(content);
  if (body === null) throw invalid('content is not a string in json format.');
  if (type === 'text' && (typeof body['text'] !== 'string' || body['text'] === '')) {
    throw invalid('invalid message content: text is empty.');
  }
  if (type === 'file' || type === 'image') checkUpload(core, type, body);
}

function repeated(core: Core, uuid: string | undefined): StoredMessage | null {
  if (uuid === undefined || uuid === '') return null;
  if (uuid.length > maxUuid) throw fieldFailure('uuid', uuid, 'the max length is 50');
  const known = core.store.sentKeys.get(uuid);
  if (known === undefined || core.nowMs() - known.at >= sentKeyLifeMs) return null;
  return core.store.messages.get(known.messageId) ?? null;
}

function remember(core: Core, uuid: string | undefined, messageId: string): void {
  if (uuid === undefined || uuid === '') return;
  const at = core.nowMs();
  const keys = core.store.sentKeys;
  if (keys.size >= sweepKeysAt) {
    for (const [key, sent] of keys) if (at - sent.at >= sentKeyLifeMs) keys.delete(key);
  }
  keys.set(uuid, { messageId, at });
}

async function chatFor(core: Core, idType: string, id: string): Promise<Chat> {
  if (idType !== 'chat_id') {
    return core.store.chatOf((await core.directory.receiver(idType, id)).openId);
  }
  const chat = core.store.chatById(id);
  if (chat === undefined) throw serviceFailure(230002, 'The bot can not be outside the group.');
  await core.directory.receiver('open_id', chat.openId);
  return chat;
}

function send(core: Core, chat: Chat, input: SendInput): StoredMessage {
  const { type, content } = input;
  if (!isMessageType(type)) throw invalid(`this message type is not supported: ${type}`);
  checkContent(core, type, content);
  core.limits.receiver(chat.chatId);
  const message = addMessage(core, {
    chatId: chat.chatId,
    openId: chat.openId,
    from: 'bot',
    type,
    content,
    parentId: input.parentId ?? null,
  });
  remember(core, input.uuid, message.messageId);
  return message;
}

/** Sends to a person or chat; a uuid known for less than an hour yields the first message again. */
export async function sendTo(
  core: Core,
  idType: string,
  id: string,
  input: SendInput,
): Promise<StoredMessage> {
  const chat = await chatFor(core, idType, id);
  // From here on nothing waits, so two sends with one uuid cannot both pass.
  return repeated(core, input.uuid) ?? send(core, chat, input);
}

/** Replies to a message of a chat the bot is in. */
export async function replyTo(
  core: Core,
  messageId: string,
  input: SendInput,
): Promise<StoredMessage> {
  const target = messageOf(core, messageId);
  if (target.deleted) throw serviceFailure(230011, 'The message is recalled.');
  const chat = await chatFor(core, 'chat_id', target.chatId);
  return repeated(core, input.uuid) ?? send(core, chat, { ...input, parentId: messageId });
}
