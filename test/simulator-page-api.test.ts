/** The page's JSON API, the web login and the snapshot of the stand-in. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { describe, expect, it } from 'vitest';
import {
  app,
  cardOf,
  type Fixture,
  refusalOf,
  send,
  sendText,
  startSimulator,
  useSimulators,
} from './support/simulator-fixture.ts';

const start = useSimulators();

const get = ({ url }: Fixture, path: string) => axios.get(`${url}/simulator/api/${path}`);
const post = ({ url }: Fixture, path: string, body: object = {}) =>
  axios.post(`${url}/simulator/api/${path}`, body, { validateStatus: () => true });

const button = {
  tag: 'button',
  name: 'ok',
  text: { tag: 'plain_text', content: '同意' },
  behaviors: [{ type: 'callback', value: { id: 1 } }],
};

describe('people and chats', () => {
  it('lists people with unread counts; reading the chat clears them', async () => {
    const fixture = await start();
    await sendText(fixture);
    await sendText(fixture);
    const people = async () => (await get(fixture, 'people')).data;
    expect(await people()).toMatchObject({
      people: [{ openId: 'ou_p1', name: '员工1', title: '科员', unread: 2 }, { unread: 0 }, {}],
      menu: [{ key: 'menu_tasks', text: '待办' }],
      now: '2026-05-25T01:00:00.000Z',
    });
    const chat = (await get(fixture, 'chats/ou_p1')).data;
    expect(chat).toMatchObject({
      hasInput: true,
      messages: [{ from: 'bot', kind: 'text', text: '好', edited: false, expired: false }, {}],
    });
    expect((await people()).people[0].unread).toBe(0);
  });

  it('text, menu, enter, click and forward', async () => {
    const fixture = await start();
    await send(fixture, cardOf([button]));
    expect((await post(fixture, 'chats/ou_p1/text', { text: '待办' })).status).toBe(200);
    expect((await post(fixture, 'chats/ou_p1/enter')).status).toBe(200);
    expect((await post(fixture, 'chats/ou_p1/menu', { key: 'menu_tasks' })).status).toBe(200);
    const [card] = (await get(fixture, 'chats/ou_p1')).data.messages;
    fixture.bot.answer = () => ({ toast: { type: 'info', content: '好的' } });
    const clicked = await post(fixture, 'chats/ou_p1/click', {
      messageId: card.messageId,
      tag: 'button',
      name: 'ok',
    });
    expect(clicked.data).toEqual({ toast: { type: 'info', content: '好的' } });
    const forwarded = await post(fixture, 'chats/ou_p1/forward', {
      messageId: card.messageId,
      to: 'ou_p2',
    });
    expect(forwarded.status).toBe(200);
    expect((await get(fixture, 'chats/ou_p2')).data.messages[0]).toMatchObject({
      kind: 'card',
      forwarded: true,
    });
  });

  it.each([
    ['chats/ou_p1/text', { text: '' }, 400],
    ['chats/ou_p1/text', { text: 5 }, 400],
    ['chats/ou_x/text', { text: '好' }, 404],
    ['chats/ou_p1/menu', { key: 'x' }, 404],
    ['chats/ou_p1/click', { tag: 'button' }, 400],
    ['chats/ou_p1/forward', { messageId: 'om_x', to: 'ou_p2' }, 400],
    ['faults', { kind: 'fire', times: 1 }, 400],
    ['clock', { set: 'gestern' }, 400],
  ])('%s with %j is refused', async (path, body, status) => {
    const answer = await post(await start(), path, body);
    expect(answer.status).toBe(status);
    expect(answer.data.error.text).toMatch(/\p{Script=Han}/u);
  });
});

describe('clock, faults, wire', () => {
  it('moves the clock it was given and says so when it has none', async () => {
    const moves: string[] = [];
    const note = (move: string) => {
      moves.push(move);
      return Promise.resolve();
    };
    const fixture = await start({
      clock: {
        show: () => Promise.resolve({ now: '2026-05-25T01:00:00Z', next: null }),
        set: note,
        advance: note,
        toNextTimer: () => note('next'),
      },
    });
    await post(fixture, 'clock', { set: '2026-06-01T00:00:00Z' });
    await post(fixture, 'clock', { advance: 'P1D' });
    expect((await post(fixture, 'clock', { toNextTimer: true })).data.next).toBeNull();
    expect(moves).toEqual(['2026-06-01T00:00:00Z', 'P1D', 'next']);
    const fixed = await start();
    expect((await post(fixed, 'clock', { advance: 'P1D' })).status).toBe(400);
    expect((await get(fixed, 'clock')).data.now).toBe('2026-05-25T01:00:00.000Z');
  });

  it('switches faults and shows them all with Chinese labels', async () => {
    const fixture = await start();
    const { data } = await post(fixture, 'faults', { kind: 'error500', times: 3 });
    expect(data.faults).toHaveLength(7);
    expect(data.faults[0]).toMatchObject({ kind: 'error500', times: 3, label: '发送时服务器出错' });
    expect((await get(fixture, 'faults')).data).toEqual(data);
  });

  it('shows both directions of the wire', async () => {
    const fixture = await start();
    await sendText(fixture);
    await post(fixture, 'chats/ou_p1/enter');
    const { entries } = (await get(fixture, 'wire')).data;
    expect(entries[0]).toMatchObject({ direction: 'out', path: '/webhook/lark', status: 200 });
    expect(entries[1]).toMatchObject({
      direction: 'in',
      method: 'POST',
      path: '/open-apis/im/v1/messages?receive_id_type=open_id',
      request: { content: { text: '好' } },
    });
  });
});

describe('stream', () => {
  it('announces changes of the chosen chat and general ones', async () => {
    const fixture = await start();
    const response = await fetch(`${fixture.url}/simulator/api/stream?openId=ou_p1`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = (await reader?.read())?.value ?? '';
    await sendText(fixture, '好', { to: 'ou_p2' });
    await sendText(fixture);
    while (!seen.includes('"openId":"ou_p1"')) seen += (await reader?.read())?.value ?? '';
    expect(seen).toContain('data: {"type":"people"}');
    expect(seen).toContain('data: {"type":"chat","openId":"ou_p1"}');
    expect(seen).not.toContain('ou_p2');
    await reader?.cancel();
  });
});

describe('§5.4 web login', () => {
  const redirect = 'http://127.0.0.1:9/page/callback';
  const authorize = ({ url }: Fixture, more: object, cookie = '') =>
    axios.get(`${url}/open-apis/authen/v1/authorize`, {
      params: {
        client_id: app.appId,
        response_type: 'code',
        redirect_uri: redirect,
        state: 's1',
        ...more,
      },
      headers: { cookie },
      maxRedirects: 0,
      validateStatus: () => true,
    });
  const codeOf = async (fixture: Fixture, more: object = { as: 'ou_p2' }): Promise<string> => {
    const { headers } = await authorize(fixture, more);
    return new URL(String(headers['location'])).searchParams.get('code') ?? '';
  };
  const exchange = ({ url }: Fixture, body: object) =>
    axios.post(`${url}/open-apis/authen/v2/oauth/token`, {
      grant_type: 'authorization_code',
      client_id: app.appId,
      client_secret: app.appSecret,
      redirect_uri: redirect,
      ...body,
    });

  it('logs in the person of the query, or of the chat that was opened last', async () => {
    const fixture = await start();
    const code = await codeOf(fixture);
    const { data } = await exchange(fixture, { code });
    const info = await axios.get(`${fixture.url}/open-apis/authen/v1/user_info`, {
      headers: { Authorization: `Bearer ${data.access_token}` },
    });
    expect(info.data.data).toMatchObject({ open_id: 'ou_p2', tenant_key: app.tenantKey });
    const opened = await get(fixture, 'chats/ou_p1');
    const cookie = String(opened.headers['set-cookie']?.[0]).split(';')[0];
    const answer = await authorize(fixture, {}, cookie);
    expect(answer.status).toBe(302);
    expect(answer.headers['location']).toContain('state=s1');
    expect((await authorize(fixture, {})).status).toBe(401);
  });

  it('a code works once, for 5 minutes, for its address and with its verifier', async () => {
    const fixture = await start();
    const code = await codeOf(fixture);
    await exchange(fixture, { code });
    expect((await refusalOf(exchange(fixture, { code }))).code).toBe(20065);
    const old = await codeOf(fixture);
    fixture.clock.ms += 300_001;
    expect((await refusalOf(exchange(fixture, { code: old }))).code).toBe(20004);
    const elsewhere = exchange(fixture, {
      code: await codeOf(fixture),
      redirect_uri: 'http://127.0.0.1:9/else',
    });
    expect((await refusalOf(elsewhere)).code).toBe(20071);
    const proved = await codeOf(fixture, { as: 'ou_p2', code_challenge: 'abc' });
    expect((await refusalOf(exchange(fixture, { code: proved }))).code).toBe(20049);
    const wrong = exchange(fixture, { code: 'x', client_secret: 'x' });
    expect((await refusalOf(wrong)).code).toBe(20002);
  });
});

describe('snapshot', () => {
  it('chats, uploads, tokens and unfinished events survive a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    const statePath = join(folder, 'state.json');
    try {
      const before = await startSimulator({ statePath });
      const file = await before.client.im.v1.file.create({
        data: { file_type: 'stream', file_name: '台账.csv', file: Buffer.from('甲') },
      });
      await send(before, JSON.stringify({ file_key: file?.file_key }), { type: 'file' });
      await sendText(before, '好', { uuid: 'k' });
      const shown = await before.sim.client.chat('ou_p1');
      before.bot.answer = () => 500;
      await before.sim.client.enter('ou_p1');
      await before.close();

      const after = await startSimulator({ statePath });
      expect(await after.sim.client.chat('ou_p1')).toEqual(shown);
      expect((await get(after, `files/${file?.file_key}`)).data).toBe('甲');
      const again = await sendText(after, '好', { uuid: 'k' });
      expect(again.data?.message_id).toBe(shown?.[1]?.messageId);
      after.clock.ms += 15_000;
      after.sim.start();
      await expect.poll(() => after.delivered.length).toBe(1);
      await after.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
