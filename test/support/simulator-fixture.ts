/** A served stand-in with a clock that is moved by hand and a bot that only records. */
import { serve } from '@hono/node-server';
import { Client, LoggerLevel } from '@larksuiteoapi/node-sdk';
import axios from 'axios';
import { Hono } from 'hono';
import { afterEach } from 'vitest';
import { decrypt, sign } from '../../simulator/lark/envelope.ts';
import {
  isJson,
  type Json,
  type LarkSimulatorOptions,
  parseJson,
  type SimulatedPerson,
} from '../../simulator/lark/model.ts';
import { createLarkSimulator } from '../../simulator/lark/simulator.ts';

export const app = {
  appId: 'cli_a1b2c3d4e5f60718',
  appSecret: 'secret-of-the-app',
  encryptKey: 'key-of-the-app',
  verificationToken: 'vtok-of-the-app',
  tenantKey: 'tk_demo',
};

export const person = (n: number, departmentId = 'D1'): SimulatedPerson => ({
  openId: `ou_p${n}`,
  unionId: `on_p${n}`,
  userId: `e${n}`,
  name: `员工${n}`,
  title: '科员',
  departmentId,
  departmentName: `科室${departmentId}`,
});

/** A card with these elements, as the `content` string of a message. */
export const cardOf = (elements: readonly unknown[], more: object = {}): string =>
  JSON.stringify({ schema: '2.0', config: { update_multi: true }, body: { elements }, ...more });

type Delivered = { readonly payload: Json; readonly genuine: boolean };

type Bot = (event: Json, type: string) => unknown;

function listen(fetcher: (request: Request, env: object) => Response | Promise<Response>) {
  return new Promise<{ url: string; close: () => Promise<void> }>((resolve) => {
    const server = serve({ fetch: fetcher, port: 0, hostname: '127.0.0.1' }, (info) =>
      resolve({
        url: `http://127.0.0.1:${info.port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      }),
    );
  });
}

/** Starts a stand-in and a bot; `answer` is what the bot returns, a number is a bare status. */
export async function startSimulator(options: Partial<LarkSimulatorOptions> = {}) {
  const clock = { ms: Date.parse('2026-05-25T01:00:00Z') };
  const people = { list: [person(1), person(2), person(3, 'D2')] };
  const delivered: Delivered[] = [];
  const bot: { answer: Bot } = { answer: () => ({}) };
  const hook = new Hono();
  hook.post('/webhook/lark', async (c) => {
    const raw = await c.req.text();
    const header = (name: string): string => c.req.header(name) ?? '';
    const payload =
      parseJson(decrypt(app.encryptKey, String(parseJson(raw)?.['encrypt'] ?? ''))) ?? {};
    const genuine =
      sign(
        header('x-lark-request-timestamp'),
        header('x-lark-request-nonce'),
        app.encryptKey,
        raw,
      ) === header('x-lark-signature');
    delivered.push({ payload, genuine });
    const head = isJson(payload['header']) ? payload['header'] : {};
    const event = isJson(payload['event']) ? payload['event'] : {};
    const answer = await bot.answer(event, String(head['event_type']));
    if (typeof answer === 'number') return new Response('', { status: answer });
    return c.json(answer ?? {});
  });
  const hooked = await listen(hook.fetch);
  const sim = createLarkSimulator({
    app,
    webhookUrl: `${hooked.url}/webhook/lark`,
    now: () => new Date(clock.ms),
    people: () => Promise.resolve(people.list),
    menu: [{ key: 'menu_tasks', text: '待办' }],
    ...options,
  });
  const served = await listen(sim.app.fetch);
  const http = axios.create({ timeout: 5000 });
  http.interceptors.response.use((response) =>
    '$return_headers' in response.config
      ? { data: response.data, headers: response.headers }
      : response.data,
  );
  const cached = new Map<string, unknown>();
  const client = new Client({
    appId: app.appId,
    appSecret: app.appSecret,
    domain: served.url,
    loggerLevel: LoggerLevel.fatal,
    logger: { error() {}, warn() {}, info() {}, debug() {}, trace() {} },
    httpInstance: http as never,
    cache: {
      get: (key) => Promise.resolve(cached.get(String(key))),
      set: (key, value) => {
        cached.set(String(key), value);
        return Promise.resolve(true);
      },
    },
  });
  return {
    sim,
    client,
    clock,
    people,
    delivered,
    bot,
    url: served.url,
    forgetToken: () => cached.clear(),
    events: (type: string) =>
      delivered.filter(
        ({ payload }) => isJson(payload['header']) && payload['header']['event_type'] === type,
      ),
    close: async () => {
      await sim.close();
      await Promise.all([served.close(), hooked.close()]);
    },
  };
}

export type Fixture = Awaited<ReturnType<typeof startSimulator>>;

/** Starts stand-ins for the tests of one file and closes each after its test. */
export function useSimulators(): (options?: Partial<LarkSimulatorOptions>) => Promise<Fixture> {
  const open: Fixture[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((fixture) => fixture.close()));
  });
  return async (options) => {
    const fixture = await startSimulator(options);
    open.push(fixture);
    return fixture;
  };
}

/** The `event` of every click that reached the bot. */
export const clicksOf = (fixture: Fixture): readonly Json[] =>
  fixture
    .events('card.action.trigger')
    .map(({ payload }) => (isJson(payload['event']) ? payload['event'] : {}));

/** The `action` of the newest click. */
export const actionOf = (fixture: Fixture): unknown => clicksOf(fixture).at(-1)?.['action'];

export const plain = (content: string) => ({ tag: 'plain_text', content });
export const option = (text: string, value: string) => ({ text: plain(text), value });
export const callback = (value: object) => [{ type: 'callback', value }];

/** The platform's refusal behind an axios error: HTTP status, code, message and headers. */
export async function refusalOf(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (axios.isAxiosError(error) && error.response !== undefined) {
      const { data, status, headers } = error.response;
      return { status, code: Number(data.code), msg: String(data.msg), headers, data };
    }
    throw error;
  }
  throw new Error('the call was not refused');
}

export const hello = cardOf([{ tag: 'markdown', content: '你好' }]);
export const changed = cardOf([{ tag: 'markdown', content: '改过' }]);
export const send = (
  { client }: Fixture,
  content = hello,
  more: { to?: string; type?: string; uuid?: string } = {},
) =>
  client.im.v1.message.create({
    params: { receive_id_type: 'open_id' },
    data: {
      receive_id: more.to ?? 'ou_p1',
      msg_type: more.type ?? 'interactive',
      content,
      ...(more.uuid === undefined ? {} : { uuid: more.uuid }),
    },
  });
export const sendText = (
  fixture: Fixture,
  text = '好',
  more: { to?: string; uuid?: string } = {},
) => send(fixture, JSON.stringify({ text }), { type: 'text', ...more });
export const patch = ({ client }: Fixture, id: string | undefined, content = changed) =>
  client.im.v1.message.patch({ path: { message_id: id ?? '' }, data: { content } });
export const original = async ({ client }: Fixture, id: string | undefined) => {
  const read = await client.im.v1.message.get({
    path: { message_id: id ?? '' },
    params: { card_msg_content_type: 'user_card_content' },
  });
  return read.data?.items?.[0];
};
