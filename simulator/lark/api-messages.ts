/** im/v1/messages: send, reply, get, history, recall, urgent, pins, readers (§4.1-§4.3, §4.8, §4.9). */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from './core.ts';
import { serviceFailure } from './failure.ts';
import { type ApiContext, type ApiEnv, faulty, guarded, ok, readBody, readQuery } from './http.ts';
import { messageData, messageOf } from './messages.ts';
import type { StoredMessage } from './model.ts';
import { page } from './paging.ts';
import { replyTo, sendTo } from './sending.ts';

const sendQuery = z.object({
  receive_id_type: z.enum(['open_id', 'union_id', 'user_id', 'email', 'chat_id']),
});
const sendBody = z.object({
  receive_id: z.string().min(1),
  msg_type: z.string(),
  content: z.string(),
  uuid: z.string().optional(),
});
const replyBody = z.object({
  msg_type: z.string(),
  content: z.string(),
  uuid: z.string().optional(),
  reply_in_thread: z.boolean().optional(),
});
const form = z.object({ card_msg_content_type: z.string().optional() });
const listQuery = form.extend({
  container_id_type: z.enum(['chat', 'thread']),
  container_id: z.string().min(1),
  start_time: z.coerce.number().optional(),
  end_time: z.coerce.number().optional(),
  sort_type: z.enum(['ByCreateTimeAsc', 'ByCreateTimeDesc']).default('ByCreateTimeAsc'),
  page_size: z.coerce.number().int().min(1).max(50).default(20),
  page_token: z.string().optional(),
});
const urgentQuery = z.object({ user_id_type: z.enum(['open_id', 'union_id', 'user_id']) });
const urgentBody = z.object({ user_id_list: z.array(z.string()).min(1).max(200) });

const original = (query: z.infer<typeof form>): boolean =>
  query.card_msg_content_type === 'user_card_content';

/** The bot's own, not recalled message. @throws LarkFailure 230012, 230011 */
export function ownMessage(core: Core, messageId: string): StoredMessage {
  const message = messageOf(core, messageId);
  if (message.from !== 'bot') {
    throw serviceFailure(230012, 'Bot is NOT the sender of the message.');
  }
  if (message.deleted) throw serviceFailure(230011, 'The message is recalled.');
  return message;
}

function history(core: Core, c: ApiContext): Response {
  const query = readQuery(c, listQuery);
  if (query.container_id_type === 'thread') throw serviceFailure(230019, 'The topic is missing.');
  if (core.store.chatById(query.container_id) === undefined) {
    throw serviceFailure(230002, 'The bot can not be outside the group.');
  }
  const from = (query.start_time ?? 0) * 1000;
  // `end_time` is a whole second and includes it.
  const until =
    query.end_time === undefined ? Number.POSITIVE_INFINITY : query.end_time * 1000 + 999;
  const found = core.store
    .messagesOf(query.container_id)
    .filter(({ createdAt }) => createdAt >= from && createdAt <= until)
    .toSorted((a, b) => a.createdAt - b.createdAt);
  const ordered = query.sort_type === 'ByCreateTimeAsc' ? found : found.toReversed();
  const { page_size: size, page_token: token, ...rest } = query;
  const { items, ...more } = page(ordered, { size, token, query: rest });
  return ok(c, { ...more, items: items.map((item) => messageData(core, item, original(query))) });
}

function recall(core: Core, c: ApiContext): Response {
  const message = messageOf(core, c.req.param('message_id') ?? '');
  if (message.from !== 'bot') throw serviceFailure(230026, 'No permission to recall this message.');
  if (message.deleted) throw serviceFailure(230011, 'The message is recalled.');
  message.deleted = true;
  message.updatedAt = core.nowMs();
  core.store.changed();
  core.bus.publish({ type: 'chat', openId: message.openId });
  return ok(c, {});
}

async function urgent(core: Core, c: ApiContext): Promise<Response> {
  const message = ownMessage(core, c.req.param('message_id') ?? '');
  const { user_id_type: idType } = readQuery(c, urgentQuery);
  const { user_id_list: ids } = await readBody(c, urgentBody);
  const people = await Promise.all(ids.map((id) => core.directory.find(idType, id)));
  const reached = (index: number): boolean => people[index]?.openId === message.openId;
  if (people.some((_, index) => reached(index))) {
    const toast = { type: 'warning', content: '有一条加急消息' };
    core.bus.publish({ type: 'toast', openId: message.openId, toast });
  }
  return ok(c, { invalid_user_id_list: ids.filter((_, index) => !reached(index)) });
}

function readers(core: Core, c: ApiContext): Response {
  const message = ownMessage(core, c.req.param('message_id') ?? '');
  const readAt = core.store.chatOf(message.openId).readAt;
  const reader = {
    user_id_type: 'open_id',
    user_id: message.openId,
    timestamp: String(readAt),
    tenant_key: core.options.app.tenantKey,
  };
  return ok(c, { has_more: false, items: readAt >= message.createdAt ? [reader] : [] });
}

/** The message routes below `/open-apis/im/v1`. */
export function messageRoutes(core: Core): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.post('/messages', guarded(core, 'send'), faulty(core, 'send'), async (c) => {
    const query = readQuery(c, sendQuery);
    const body = await readBody(c, sendBody);
    const message = await sendTo(core, query.receive_id_type, body.receive_id, {
      type: body.msg_type,
      content: body.content,
      uuid: body.uuid,
    });
    return ok(c, messageData(core, message, false));
  });
  routes.post(
    '/messages/:message_id/reply',
    guarded(core, 'reply'),
    faulty(core, 'send'),
    async (c) => {
      const body = await readBody(c, replyBody);
      const message = await replyTo(core, c.req.param('message_id'), {
        type: body.msg_type,
        content: body.content,
        uuid: body.uuid,
      });
      return ok(c, messageData(core, message, false));
    },
  );
  routes.get('/messages', guarded(core, 'list'), (c) => history(core, c));
  routes.get('/messages/:message_id', guarded(core, 'get'), (c) => {
    const message = messageOf(core, c.req.param('message_id'));
    return ok(c, { items: [messageData(core, message, original(readQuery(c, form)))] });
  });
  routes.get('/messages/:message_id/read_users', guarded(core, 'readers'), (c) => readers(core, c));
  routes.delete('/messages/:message_id', guarded(core, 'recall'), (c) => recall(core, c));
  routes.patch('/messages/:message_id/urgent_app', guarded(core, 'urgent'), (c) => urgent(core, c));
  return routes;
}
