/** A verified Feishu delivery in the house's words (sheet §2). */
import { z } from 'zod';
import type { InboundEvent } from '../inbound.ts';
import { readAction } from './action-wire.ts';
import { CARD_ACTION, type LarkEnvelope, menuKey, optionalId, platformId } from './envelope.ts';
import { cleanText } from './values.ts';

const PLATFORM = 'lark';
const operatorSchema = z.looseObject({ open_id: platformId });

const mentionSchema = z.looseObject({
  key: z.string().min(1).max(100),
  name: z.string().nullish(),
  mentioned_type: z.string().nullish(),
});

const messageEventSchema = z.looseObject({
  sender: z.looseObject({
    sender_type: z.string().optional(),
    sender_id: z.looseObject({ open_id: optionalId }).nullish(),
  }),
  message: z.looseObject({
    message_id: platformId,
    chat_id: optionalId,
    chat_type: z.string(),
    message_type: z.string(),
    content: z.string(),
    mentions: z.array(mentionSchema).max(500).nullish(),
  }),
});

const menuEventSchema = z.looseObject({
  operator: z.looseObject({ operator_id: operatorSchema }),
  event_key: menuKey,
});

const enteredEventSchema = z.looseObject({
  operator_id: operatorSchema,
  chat_id: optionalId,
});

/** §2.1: what stands in a text for somebody who is mentioned. */
const MENTION_KEY = /@_(?:user_\d+|all)/g;
const NAME_LIMIT = 100;

const textContentSchema = z.looseObject({ text: z.string() });

/**
 * Reads a delivery; null when its type is known but its shape is not (answer 400).
 * A type the house has no use for comes back as `ignored`.
 */
export function readDelivery(envelope: LarkEnvelope): InboundEvent | null {
  const { event_id: id, event_type: type } = envelope.header;
  const eventId = `evt-${id}`;
  switch (type) {
    case 'im.message.receive_v1':
      return readMessage(envelope.event, eventId);
    case 'application.bot.menu_v6':
      return readMenu(envelope.event, eventId);
    case 'im.chat.access_event.bot_p2p_chat_entered_v1':
      return readEntered(envelope.event, eventId);
    case CARD_ACTION:
      return readAction(envelope.event, { platform: PLATFORM, eventId });
    default:
      return ignored(eventId);
  }
}

const ignored = (eventId: string, user = ''): InboundEvent => ({
  kind: 'ignored',
  platform: PLATFORM,
  eventId,
  userId: user,
});

type Message = z.infer<typeof messageEventSchema>['message'];
type Mention = z.infer<typeof mentionSchema>;

/** §2.1; repeats of a message are recognised by its own id, because the event's id may differ (§1.8). */
function readMessage(event: unknown, eventId: string): InboundEvent | null {
  const parsed = messageEventSchema.safeParse(event);
  if (!parsed.success) return null;
  const { sender, message } = parsed.data;
  const from = sender.sender_id?.open_id ?? '';
  const chatKind = message.chat_type === 'p2p' ? 'direct' : 'group';
  const addressed = chatKind === 'direct' || (message.mentions ?? []).some(isBot);
  if (sender.sender_type !== 'user' || from === '' || !addressed) return ignored(eventId, from);
  const base = {
    platform: PLATFORM,
    eventId: `msg-${message.message_id}`,
    userId: from,
    messageId: message.message_id,
    chatKind,
    ...(chatKind === 'direct' ? directChat(message.chat_id) : {}),
  } as const;
  const text = textOf(message);
  return text === null ? { ...base, kind: 'unreadable' } : { ...base, kind: 'text', text };
}

/** The scope the app asks for delivers only group messages that mention it, so a mentioned bot is this bot. */
const isBot = (mention: Mention): boolean => mention.mentioned_type === 'bot';

/** The typed words without the bot's mention and with people's names in place of their keys; null when it is no text. */
function textOf(message: Message): string | null {
  if (message.message_type !== 'text') return null;
  const content = textContentSchema.safeParse(parseJson(message.content));
  if (!content.success) return null;
  const words = new Map((message.mentions ?? []).map((each) => [each.key, wordOf(each)]));
  // In one pass: a name that looks like a key stays a name, and a text cannot grow without bound.
  const text = content.data.text.replace(MENTION_KEY, (key) => words.get(key) ?? key);
  return cleanText(text).trim();
}

const wordOf = (mention: Mention): string =>
  isBot(mention) ? '' : `@${(mention.name ?? '').slice(0, NAME_LIMIT)}`;

/** §2.4 */
function readMenu(event: unknown, eventId: string): InboundEvent | null {
  const parsed = menuEventSchema.safeParse(event);
  if (!parsed.success) return null;
  const { operator, event_key: key } = parsed.data;
  const user = operator.operator_id.open_id;
  return { kind: 'menu', platform: PLATFORM, eventId, userId: user, key };
}

/** §2.3 */
function readEntered(event: unknown, eventId: string): InboundEvent | null {
  const parsed = enteredEventSchema.safeParse(event);
  if (!parsed.success) return null;
  const user = parsed.data.operator_id.open_id;
  const chat = directChat(parsed.data.chat_id);
  return { kind: 'entered', platform: PLATFORM, eventId, userId: user, ...chat };
}

const directChat = (chatId: string | null | undefined): { readonly chatRef?: string } =>
  chatId ? { chatRef: chatId } : {};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
