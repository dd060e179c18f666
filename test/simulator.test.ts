/** The stand-in's tokens and messages as the SDK sees them, lark.md §4.1-§4.3, §5.1. */
import axios from 'axios';
import { describe, expect, it } from 'vitest';
import {
  app,
  cardOf,
  hello,
  original,
  patch,
  person,
  refusalOf,
  send,
  sendText,
  useSimulators,
} from './support/simulator-fixture.ts';

const start = useSimulators();

const minute = 60_000;
const tokenCall = (url: string) =>
  axios.post(`${url}/open-apis/auth/v3/tenant_access_token/internal`, {
    app_id: app.appId,
    app_secret: app.appSecret,
  });

describe('§5.1 tenant_access_token', () => {
  it('stays the same while 30 minutes are left, then a new one lives beside it', async () => {
    const { url, clock } = await start();
    const first = await tokenCall(url);
    expect(first.data).toMatchObject({ code: 0, expire: 7200 });
    clock.ms += 90 * minute;
    const same = await tokenCall(url);
    expect(same.data).toMatchObject({
      tenant_access_token: first.data.tenant_access_token,
      expire: 1800,
    });
    clock.ms += 1000;
    const next = await tokenCall(url);
    expect(next.data.tenant_access_token).not.toBe(first.data.tenant_access_token);
    const info = (token: string) =>
      axios.get(`${url}/open-apis/bot/v3/info`, { headers: { Authorization: `Bearer ${token}` } });
    expect((await info(first.data.tenant_access_token)).data.bot.activate_status).toBe(2);
    clock.ms += 30 * minute;
    expect(await refusalOf(info(first.data.tenant_access_token))).toMatchObject({
      status: 400,
      code: 99991663,
    });
    expect((await info(next.data.tenant_access_token)).status).toBe(200);
  });

  it.each([
    ['no header', undefined, 99991661],
    ['another format', 'Bearer abc', 99991671],
    ['a user token', 'Bearer u-abc', 99991668],
    ['an unknown token', 'Bearer t-abc', 99991663],
  ])('refuses %s', async (_, authorization, code) => {
    const { url } = await start();
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const refusal = await refusalOf(axios.get(`${url}/open-apis/bot/v3/info`, { headers }));
    expect(refusal).toMatchObject({ status: 400, code });
    expect(refusal.headers['x-tt-logid']).toMatch(/^\w+$/);
  });

  it.each([
    [{ app_id: 'cli_x', app_secret: app.appSecret }, 10003],
    [{ app_id: app.appId, app_secret: 'x' }, 10014],
  ])('refuses wrong credentials %#', async (body, code) => {
    const { url } = await start();
    const call = axios.post(`${url}/open-apis/auth/v3/tenant_access_token/internal`, body);
    expect((await refusalOf(call)).code).toBe(code);
  });
});

describe('§4.1-§4.3 messages', () => {
  it('sends, reads back in both forms, lists and recalls', async () => {
    const fixture = await start();
    const sent = await send(fixture);
    const id = sent.data?.message_id ?? '';
    expect(sent).toMatchObject({
      code: 0,
      data: { msg_type: 'interactive', sender: { id: app.appId, sender_type: 'app' } },
    });
    expect((await original(fixture, id))?.body?.content).toBe(hello);
    const lossy = await fixture.client.im.v1.message.get({ path: { message_id: id } });
    expect(lossy.data?.items?.[0]?.body?.content).toContain('elements');
    await fixture.client.im.v1.message.delete({ path: { message_id: id } });
    expect(await original(fixture, id)).toMatchObject({ deleted: true });
    expect((await refusalOf(patch(fixture, id))).code).toBe(230011);
  });

  it('replies in the same chat', async () => {
    const fixture = await start();
    const sent = await send(fixture);
    const reply = await fixture.client.im.v1.message.reply({
      path: { message_id: sent.data?.message_id ?? '' },
      data: { msg_type: 'text', content: '{"text":"收到"}' },
    });
    expect(reply.data).toMatchObject({
      chat_id: sent.data?.chat_id,
      parent_id: sent.data?.message_id,
    });
  });

  it('pages the history in both orders; a token serves its own query only', async () => {
    const fixture = await start();
    const sent = [];
    for (let n = 0; n < 5; n += 1) {
      fixture.clock.ms += 1000;
      sent.push((await sendText(fixture, `第${n}条`)).data);
    }
    const chat = sent[0]?.chat_id ?? '';
    const list = (more: object) =>
      fixture.client.im.v1.message.list({
        params: { container_id_type: 'chat', container_id: chat, page_size: 2, ...more },
      });
    const texts = [];
    let token: string | undefined;
    do {
      const page = await list(token === undefined ? {} : { page_token: token });
      texts.push(...(page.data?.items ?? []).map((item) => item.body?.content));
      token = page.data?.page_token;
      expect(page.data?.has_more).toBe(token !== undefined);
    } while (token !== undefined);
    expect(texts).toEqual([0, 1, 2, 3, 4].map((n) => JSON.stringify({ text: `第${n}条` })));
    const newest = await list({ sort_type: 'ByCreateTimeDesc' });
    expect(newest.data?.items?.[0]?.message_id).toBe(sent[4]?.message_id);
    const foreign = list({ page_token: newest.data?.page_token });
    expect((await refusalOf(foreign)).code).toBe(40012);
    const since = Math.floor(Number(sent[3]?.create_time) / 1000);
    const late = await list({ start_time: String(since) });
    expect(late.data?.items).toHaveLength(2);
  });

  it.each([
    ['an unknown person', 'ou_nobody', 99992351],
    ['an id of another form', 'nobody', 230034],
  ])('refuses %s', async (_, to, code) => {
    expect(await refusalOf(sendText(await start(), '好', { to }))).toMatchObject({
      status: 400,
      code,
    });
  });

  it('230013 for a person who has left', async () => {
    const fixture = await start();
    await sendText(fixture);
    fixture.people.list = [person(2)];
    expect((await refusalOf(sendText(fixture))).code).toBe(230013);
    expect((await sendText(fixture, '好', { to: 'ou_p2' })).code).toBe(0);
  });

  it.each([
    ['a text above 150 KB', 'text', JSON.stringify({ text: 'a'.repeat(150 * 1024) }), 230025],
    ['an empty text', 'text', '{"text":""}', 230001],
    ['content that is no JSON', 'text', '好', 230001],
    ['a type it does not know', 'hongbao', '{}', 230001],
    ['a file of somebody else', 'file', '{"file_key":"file_x"}', 230017],
    ['a card with an unknown member', 'interactive', cardOf([{ tag: 'hr', x: 1 }]), 230099],
  ])('refuses %s', async (_, type, content, code) => {
    expect((await refusalOf(send(await start(), content, { type }))).code).toBe(code);
  });

  it('99992402 names the missing member', async () => {
    const fixture = await start();
    const call = fixture.client.request({
      method: 'POST',
      url: '/open-apis/im/v1/messages',
      params: { receive_id_type: 'open_id' },
      data: { msg_type: 'text', content: '{}' },
    });
    const refusal = await refusalOf(call);
    expect(refusal.code).toBe(99992402);
    expect(refusal.data.error.field_violations[0].field).toBe('receive_id');
  });
});

describe('§4.1 uuid', () => {
  it('sends once within an hour, whatever the content, and again after it', async () => {
    const fixture = await start();
    const first = await sendText(fixture, '一', { uuid: 'key-1' });
    fixture.clock.ms += 59 * minute;
    const again = await sendText(fixture, '二', { uuid: 'key-1' });
    expect(again.data?.message_id).toBe(first.data?.message_id);
    fixture.clock.ms += minute;
    const fresh = await sendText(fixture, '三', { uuid: 'key-1' });
    expect(fresh.data?.message_id).not.toBe(first.data?.message_id);
    expect(await fixture.sim.client.chat('ou_p1')).toHaveLength(2);
  });

  it('is not used up by a failed send', async () => {
    const fixture = await start();
    await refusalOf(send(fixture, cardOf([{ tag: 'slider' }]), { uuid: 'key-2' }));
    expect((await send(fixture, hello, { uuid: 'key-2' })).code).toBe(0);
  });

  it('has at most 50 characters', async () => {
    const fixture = await start();
    expect((await sendText(fixture, '好', { uuid: 'a'.repeat(50) })).code).toBe(0);
    const long = sendText(fixture, '好', { uuid: 'a'.repeat(51) });
    expect((await refusalOf(long)).code).toBe(99992402);
  });

  it('concurrent sends with one uuid make one message', async () => {
    const fixture = await start();
    await sendText(fixture, '先取凭证');
    const all = await Promise.all([1, 2, 3].map(() => sendText(fixture, '好', { uuid: 'key-3' })));
    expect(new Set(all.map((item) => item.data?.message_id)).size).toBe(1);
  });
});
