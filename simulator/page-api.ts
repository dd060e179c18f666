/** The JSON API of the chat page, below `/simulator/api`. */
import { type Context, Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { z } from 'zod';
import { personCookie } from './lark/api-auth.ts';
import { download } from './lark/api-files.ts';
import type { PersonClient } from './lark/client.ts';
import type { Core } from './lark/core.ts';
import { LarkFailure } from './lark/failure.ts';
import { type FaultKind, faultKinds, faultTargets } from './lark/faults.ts';
import type { ApiEnv } from './lark/http.ts';
import { eventStream } from './page-stream.ts';

type PageContext = Context<ApiEnv>;

const textBody = z.object({ text: z.string().trim().min(1).max(10_000) });
const menuBody = z.object({ key: z.string().min(1).max(30) });
const forwardBody = z.object({ messageId: z.string(), to: z.string() });
const formValue = z.union([z.string(), z.boolean(), z.array(z.string())]);
const clickBody = z.object({
  messageId: z.string(),
  tag: z.string(),
  name: z.string().optional(),
  value: z.unknown().optional(),
  formValue: z.record(z.string(), formValue).optional(),
  inputValue: z.string().optional(),
  option: z.string().optional(),
  options: z.array(z.string()).optional(),
  checked: z.boolean().optional(),
});
const clockBody = z.union([
  z.strictObject({ set: z.iso.datetime({ offset: true }) }),
  z.strictObject({ advance: z.string().regex(/^P(?=.)/) }),
  z.strictObject({ toNextTimer: z.literal(true) }),
]);
const faultBody = z.object({
  kind: z.enum(faultKinds),
  times: z.number().int().min(0).max(1000),
  target: z.enum(faultTargets).optional(),
  resetSeconds: z.number().int().min(1).max(3600).optional(),
});

const faultLabels: Readonly<Record<FaultKind, string>> = {
  error500: '发送时服务器出错',
  rateLimited: '发送过于频繁',
  hang: '发送后没有回应',
  lost: '发送成功但回应丢失',
  tokenRefused: '访问凭证失效',
  duplicateEvents: '事件重复推送',
  dropCallbackAnswer: '点击后的回应丢失',
};

const refusal = (c: PageContext, status: 400 | 404, text: string) =>
  c.json({ error: { code: status === 404 ? 'notFound' : 'refused', text } }, status);

const malformed = '请求的内容有误';

async function read<T>(c: PageContext, schema: z.ZodType<T>): Promise<T | null> {
  const parsed = schema.safeParse(await c.req.json().catch(() => null));
  return parsed.success ? parsed.data : null;
}

/** Remembers in the browser as whom it looks, so that links opened from a card log in as that person. */
function remember(c: PageContext, openId: string): void {
  setCookie(c, personCookie, openId, { path: '/', sameSite: 'Lax', httpOnly: true });
}

function chatRoutes(client: PersonClient): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  const done = (c: PageContext, found: boolean) =>
    found ? c.json({}) : refusal(c, 404, '找不到这个人或菜单');

  routes.get('/:openId', async (c) => {
    const messages = await client.chat(c.req.param('openId'));
    if (messages === null) return refusal(c, 404, '找不到这个人');
    remember(c, c.req.param('openId'));
    return c.json({ messages, hasInput: true });
  });
  routes.post('/:openId/enter', async (c) => {
    remember(c, c.req.param('openId'));
    return done(c, await client.enter(c.req.param('openId')));
  });
  routes.post('/:openId/text', async (c) => {
    const body = await read(c, textBody);
    if (body === null) return refusal(c, 400, malformed);
    return done(c, await client.say(c.req.param('openId'), body.text));
  });
  routes.post('/:openId/menu', async (c) => {
    const body = await read(c, menuBody);
    if (body === null) return refusal(c, 400, malformed);
    return done(c, await client.menu(c.req.param('openId'), body.key));
  });
  routes.post('/:openId/click', async (c) => {
    const body = await read(c, clickBody);
    if (body === null) return refusal(c, 400, malformed);
    return c.json(await client.click(c.req.param('openId'), body));
  });
  routes.post('/:openId/forward', async (c) => {
    const body = await read(c, forwardBody);
    if (body === null) return refusal(c, 400, malformed);
    const outcome = await client.forward(c.req.param('openId'), body.messageId, body.to);
    return outcome.ok ? c.json({ messageId: outcome.messageId }) : refusal(c, 400, outcome.text);
  });
  return routes;
}

async function clockState(core: Core) {
  const { clock, now } = core.options;
  return clock === undefined ? { now: now().toISOString(), next: null } : clock.show();
}

async function moveClock(core: Core, c: PageContext): Promise<Response> {
  const { clock } = core.options;
  const move = await read(c, clockBody);
  if (clock === undefined) return refusal(c, 400, '时间不可调整');
  if (move === null) return refusal(c, 400, malformed);
  try {
    if ('set' in move) await clock.set(move.set);
    else if ('advance' in move) await clock.advance(move.advance);
    else await clock.toNextTimer();
  } catch {
    return refusal(c, 400, '时间未能调整，请检查后重试');
  }
  core.bus.publish({ type: 'clock' });
  return c.json(await clockState(core));
}

const faultState = (core: Core) => ({
  faults: faultKinds.map((kind) => {
    const active = core.faults.list().find((fault) => fault.kind === kind);
    return { kind, label: faultLabels[kind], times: 0, ...active };
  }),
});

async function setFault(core: Core, c: PageContext): Promise<Response> {
  const body = await read(c, faultBody);
  if (body === null) return refusal(c, 400, malformed);
  core.faults.set(body);
  return c.json(faultState(core));
}

/** All routes of the page. */
export function pageApi(core: Core, client: PersonClient): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  api.get('/people', async (c) =>
    c.json({
      people: await client.people(),
      menu: core.options.menu,
      now: core.options.now().toISOString(),
    }),
  );
  api.route('/chats', chatRoutes(client));
  api.get('/stream', (c) => eventStream(core, c));
  api.get('/wire', (c) => c.json({ entries: core.wire.entries() }));
  api.get('/clock', async (c) => c.json(await clockState(core)));
  api.post('/clock', (c) => moveClock(core, c));
  api.get('/faults', (c) => c.json(faultState(core)));
  api.post('/faults', (c) => setFault(core, c));
  api.get('/files/:key', (c) => download(core, c.req.param('key')));
  api.onError((error, c) =>
    error instanceof LarkFailure
      ? refusal(c, 404, '找不到这个文件')
      : c.json({ error: { code: 'internal', text: '本地服务出错，请重试' } }, 500),
  );
  return api;
}
