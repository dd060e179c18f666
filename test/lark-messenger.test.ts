import { afterEach, describe, expect, test } from 'vitest';
import { markerOf } from '../bot/lark/messenger.ts';
import { card, closePlatforms, SEND, sent, setUp } from './fixtures/lark/platform.ts';
import { config } from './fixtures/lark/sealed.ts';

afterEach(closePlatforms);

describe('sending (§4.1, §4.4, §4.10)', () => {
  test('a card goes out as JSON text with the key as uuid and a marker inside', async () => {
    const { messenger, asked } = await setUp(() => ({ json: sent }));
    expect(await messenger.send('ou_1', card, 'key-1')).toEqual({
      ok: true,
      value: { messageRef: 'om_1', chatRef: 'oc_1' },
    });
    const [call] = asked(SEND);
    expect(call?.query).toEqual({ receive_id_type: 'open_id' });
    expect(call?.headers.authorization).toBe('Bearer t-1');
    const body = JSON.parse(call?.body ?? '');
    expect(body).toMatchObject({ receive_id: 'ou_1', msg_type: 'interactive', uuid: 'key-1' });
    const drawn = JSON.parse(body.content);
    expect(drawn.config.update_multi).toBe(true);
    expect(drawn.body.elements[0].element_id).toBe(markerOf('key-1'));
    expect(markerOf('key-1')).toMatch(/^k[0-9a-f]{18}$/);
  });

  test('a text cannot call everybody', async () => {
    const { messenger, asked } = await setUp(() => ({ json: sent }));
    await messenger.sendText('ou_1', '1 < 2 <at user_id="all"></at>', 'key-1');
    const text = JSON.parse(JSON.parse(asked(SEND)[0]?.body ?? '').content).text;
    expect(text).toContain('1 < 2');
    expect(text).not.toContain('<at');
    expect(text).not.toContain('</at');
  });

  test('a file is uploaded with its type, then sent by its key', async () => {
    const { messenger, asked } = await setUp(({ api }) =>
      api === 'POST im/v1/files'
        ? { json: { code: 0, data: { file_key: 'file_v3_1' } } }
        : { json: sent },
    );
    const bytes = new TextEncoder().encode('内容');
    expect(await messenger.sendFile('ou_1', { name: '台账.xlsx', bytes }, 'key-1')).toMatchObject({
      ok: true,
    });
    const upload = asked('POST im/v1/files')[0];
    expect(upload?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    for (const part of [
      'name="file_type"\r\n\r\nxls\r\n',
      '台账.xlsx',
      'filename="file"',
      '内容',
    ]) {
      expect(upload?.body).toContain(part);
    }
    const message = JSON.parse(asked(SEND)[0]?.body ?? '');
    expect(message).toMatchObject({ msg_type: 'file', content: '{"file_key":"file_v3_1"}' });
  });

  test('an empty file is refused without a call', async () => {
    const { messenger, calls } = await setUp(() => ({ json: sent }));
    const answer = await messenger.sendFile(
      'ou_1',
      { name: 'a.pdf', bytes: new Uint8Array() },
      'k',
    );
    expect(answer).toEqual({ ok: false, failure: { kind: 'malformed', code: '234010' } });
    expect(calls).toEqual([]);
  });

  test('an update replaces the card of one message', async () => {
    const { messenger, asked } = await setUp(() => ({ json: { code: 0, data: {} } }));
    expect(await messenger.update('om_1', card)).toEqual({ ok: true, value: null });
    const [call] = asked('PATCH im/v1/messages/om_1');
    expect(JSON.parse(JSON.parse(call?.body ?? '').content).config.update_multi).toBe(true);
  });

  test('the figures stay below the platform’s and let 5,000 cards out at 95 % of its speed', async () => {
    const { messenger } = await setUp(() => ({ json: sent }));
    const { limits } = messenger;
    expect(limits.sendsPerSecond).toBeLessThan(50);
    expect(limits.sendsPerMinute).toBeLessThan(1000);
    expect(Math.min(limits.sendsPerMinute, limits.sendsPerSecond * 60)).toBeGreaterThanOrEqual(950);
    expect(limits.sendsPerSecondPerPerson).toBeLessThan(5);
    expect(limits.updatesPerSecondPerMessage).toBeLessThan(5);
  });
});

describe('failures', () => {
  const LIMITED = { code: 99991400, msg: 'request trigger frequency limit' };

  test('a rate limit tells how long to wait', async () => {
    const headers = { 'x-ogw-ratelimit-limit': '50', 'x-ogw-ratelimit-reset': '7' };
    const { messenger } = await setUp(() => ({ status: 429, headers, json: LIMITED }));
    expect(await messenger.send('ou_1', card, 'k')).toEqual({
      ok: false,
      failure: { kind: 'rateLimited', retryAfterMs: 7000, scope: 'app', code: '99991400' },
    });
  });

  test('neither the message nor a token is logged when a call fails', async () => {
    const { messenger, lines, server } = await setUp(() => ({
      status: 400,
      json: { code: 230013, msg: '请在截止前填写' },
    }));
    expect(await messenger.send('ou_1', card, 'k')).toMatchObject({
      failure: { kind: 'unreachable' },
    });
    server.closeAllConnections();
    server.close();
    expect(await messenger.send('ou_1', card, 'k')).toMatchObject({
      failure: { kind: 'unavailable' },
    });
    const log = lines.join('\n');
    expect(log).toContain('230013');
    for (const secret of ['t-1', '请在截止前填写', config.appSecret])
      expect(log).not.toContain(secret);
  });

  test('an answer that is none leaves the outcome open', async () => {
    for (const json of ['<html>', '', { code: 0, data: {} }, { code: 0 }, []]) {
      const { messenger } = await setUp(() => ({ json }));
      expect(await messenger.send('ou_1', card, 'k')).toMatchObject({
        failure: { kind: 'unavailable' },
      });
    }
  });
});
