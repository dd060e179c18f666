/** A small stand-in for the simulator's API with canned data, so that the page is tested alone. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { createSimulatorPage } from '../../simulator/page/page.ts';
import { doneCard, formCard, hostileCard, showcaseCard } from './simulator-page-cards.ts';

const people = [
  ['ou_wang', '王芳', '科员', '办公室'],
  ['ou_li', '李建国', '科长', '建筑业管理科'],
  ['ou_zhao', '赵敏', '局长', '局领导'],
  ['ou_chen', '欧阳晓晨', '纪检组长', '派驻纪检监察组'],
].map(([openId = '', name = '', title, departmentName], index) => ({
  openId,
  name,
  title,
  departmentName,
  unread: index === 1 ? 3 : 0,
}));

const menu = ['帮助', '待办', '自查', '进度', '台账', '预警', '会议', '代理'].map((text) => ({
  key: text,
  text,
}));

type StoredMessage = Record<string, unknown> & { messageId: string };

const message = (messageId: string, rest: Record<string, unknown>): StoredMessage => ({
  messageId,
  from: 'bot',
  createdAt: '2026-09-20T10:05:00+08:00',
  updatedAt: '2026-09-20T10:05:00+08:00',
  edited: false,
  expired: false,
  forwarded: false,
  ...rest,
});

const startingMessages = (): StoredMessage[] => [
  message('om_old', {
    kind: 'card',
    card: doneCard,
    expired: true,
    edited: true,
    createdAt: '2026-09-01T09:00:00+08:00',
  }),
  message('om_showcase', { kind: 'card', card: showcaseCard }),
  message('om_hostile', { kind: 'card', card: hostileCard }),
  message('om_text', {
    kind: 'text',
    from: 'user',
    text: '帮助',
    createdAt: '2026-09-21T08:58:00+08:00',
  }),
  message('om_file', {
    kind: 'file',
    file: { key: 'f1', name: '廉政风险台账.xlsx', size: 23_456 },
    createdAt: '2026-09-21T08:59:00+08:00',
  }),
  message('om_form', { kind: 'card', card: formCard, createdAt: '2026-09-21T09:00:00+08:00' }),
];

const wire = ['/open-apis/im/v1/messages', '/webhook/lark'].map((path, index) => ({
  at: '2026-09-21T09:00:01+08:00',
  id: 2 - index,
  direction: index === 0 ? 'in' : 'out',
  method: 'POST',
  path,
  status: index === 0 ? 200 : 0,
  ms: 12,
  request: { receive_id: 'ou_wang', msg_type: 'interactive' },
  response: { code: 0, msg: 'success' },
}));

export type PageFixture = {
  readonly url: string;
  /** Every body posted, by the last part of its path. */
  readonly posted: { readonly verb: string; readonly body: Record<string, unknown> }[];
  readonly messages: () => StoredMessage[];
  /** Keeps the answers to clicks back until the returned function is called. */
  readonly holdClicks: () => () => void;
  readonly announce: (event: object) => void;
  readonly close: () => Promise<void>;
};

type State = {
  now: number;
  messages: StoredMessage[];
  posted: PageFixture['posted'];
  gate: Promise<void>;
  listeners: Set<(event: object) => void>;
};

/** What the bot of this fixture answers: a form with 退回 in it is refused, any other is accepted. */
function answerClick(state: State, body: Record<string, unknown>): object {
  const text = JSON.stringify(body);
  if (text.includes('submit') && text.includes('不合格')) {
    return { toast: { type: 'error', content: '风险点写得过于笼统' } };
  }
  if (text.includes('submit')) {
    state.messages = state.messages.map((one) =>
      one.messageId === body['messageId'] ? { ...one, card: doneCard, edited: true } : one,
    );
    return { toast: { type: 'success', content: '已提交' } };
  }
  if (text.includes('"fill"')) return { error: { code: 200341, text: '出错了，请稍后重试' } };
  return { toast: { type: 'success', content: '已收到' } };
}

function createApi(state: State): Hono {
  const api = new Hono();
  api.use(async (c, next) => {
    if (c.req.method === 'POST') {
      state.posted.push({ verb: c.req.path.split('/').at(-1) ?? '', body: await c.req.json() });
    }
    await next();
  });
  api.get('/people', (c) => c.json({ people, menu, now: new Date(state.now).toISOString() }));
  api.get('/chats/:openId', (c) =>
    c.json({ messages: c.req.param('openId') === 'ou_wang' ? state.messages : [], hasInput: true }),
  );
  api.post('/chats/:openId/enter', (c) => c.json({}));
  api.post('/chats/:openId/menu', (c) => c.json({}));
  api.post('/chats/:openId/forward', (c) => c.json({}));
  api.post('/chats/:openId/text', async (c) => {
    const { text } = await c.req.json();
    const createdAt = new Date(state.now).toISOString();
    state.messages.push(
      message(`om_${state.messages.length}`, { kind: 'text', from: 'user', text, createdAt }),
    );
    return c.json({});
  });
  api.post('/chats/:openId/click', async (c) => {
    const body = await c.req.json();
    await state.gate;
    return c.json(answerClick(state, body));
  });
  api.get('/clock', (c) =>
    c.json({ now: new Date(state.now).toISOString(), next: '2026-09-22T09:00:00+08:00' }),
  );
  api.post('/clock', async (c) => {
    const { advance, set } = await c.req.json();
    if (set !== undefined) state.now = Date.parse(set);
    if (advance === 'PT1H') state.now += 3_600_000;
    return c.json({});
  });
  api.get('/wire', (c) => c.json({ entries: wire }));
  api.get('/faults', (c) =>
    c.json({
      faults: [
        { kind: 'error500', label: '服务出错', times: 0 },
        { kind: 'rateLimited', label: '请求过于频繁', times: 2 },
        { kind: 'lost', label: '回答丢失', times: 0 },
      ],
    }),
  );
  api.post('/faults', (c) => c.json({}));
  api.get('/stream', (c) =>
    streamSSE(c, async (stream) => {
      await new Promise<void>((done) => {
        const listener = (event: object): void => {
          stream.writeSSE({ data: JSON.stringify(event) }).catch(done);
        };
        state.listeners.add(listener);
        stream.onAbort(() => {
          state.listeners.delete(listener);
          done();
        });
      });
    }),
  );
  return api;
}

/** Starts the page with its canned API on a free port. */
export async function startPageFixture(): Promise<PageFixture> {
  const state: State = {
    now: Date.parse('2026-09-21T09:00:00+08:00'),
    messages: startingMessages(),
    posted: [],
    gate: Promise.resolve(),
    listeners: new Set(),
  };
  const app = new Hono()
    .route('/simulator/api', createApi(state))
    .route('/', createSimulatorPage());
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>(
    (resolve) => {
      const started = serve(
        { fetch: app.fetch, port: 0, hostname: '127.0.0.1' },
        (info: AddressInfo) => resolve({ server: started, port: info.port }),
      );
    },
  );
  return {
    url: `http://127.0.0.1:${port}/`,
    posted: state.posted,
    messages: () => state.messages,
    holdClicks: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      state.gate = promise;
      return resolve;
    },
    announce: (event) => {
      for (const listener of state.listeners) listener(event);
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
