/** Looks a sent card up in the chat's history by its marker (sheet §4.3). */
import { z } from 'zod';
import type { Delivery, SentRef } from '../messenger.ts';
import type { LarkClient } from './client.ts';
import { readPages } from './pages.ts';

const messageSchema = z.looseObject({
  message_id: z.string(),
  chat_id: z.string().catch(''),
  deleted: z.boolean().optional(),
  body: z.looseObject({ content: z.string().catch('') }).optional(),
});

type Message = z.infer<typeof messageSchema>;

/** Unequal clocks must not hide the message. */
const SLACK_SECONDS = 120;

/**
 * The message that carries `marker`, or null when there is none: then it did not arrive, was
 * recalled, or is no card (text and files carry no marker) and it cannot be told.
 */
export async function findMarked(
  client: LarkClient,
  chatRef: string,
  marker: string,
  since: Date,
): Promise<Delivery<SentRef | null>> {
  if (chatRef === '') return { ok: true, value: null };
  const ours = (message: Message): boolean =>
    message.deleted !== true && (message.body?.content ?? '').includes(marker);
  const messages = await readPages(client, {
    path: 'im/v1/messages',
    params: {
      container_id_type: 'chat',
      container_id: chatRef,
      start_time: Math.max(0, Math.floor(since.getTime() / 1000) - SLACK_SECONDS),
      sort_type: 'ByCreateTimeAsc',
      card_msg_content_type: 'user_card_content',
    },
    item: messageSchema,
    enough: (page) => page.some(ours),
  });
  if (!messages.ok) return messages;
  const found = messages.value.find(ours);
  if (found === undefined) return { ok: true, value: null };
  return { ok: true, value: { messageRef: found.message_id, chatRef: found.chat_id || chatRef } };
}
