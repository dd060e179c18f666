import { once } from 'node:events';
import { createConnection } from 'node:net';
import { serve } from '@hono/node-server';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Answer, InboundEvent } from '../bot/inbound.ts';
import { createLarkWebhook } from '../bot/lark/webhook.ts';
import {
  click,
  config,
  type Delivery,
  deliver,
  envelope,
  known,
  knownHeaders,
  seal,
  sign,
} from './fixtures/lark/sealed.ts';

const now = new Date(Number(known.card.timestamp) * 1000);

function setUp(receive: (event: InboundEvent) => Promise<Answer>, deadlineMs = 2500) {
  const lines: string[] = [];
  const write = (fields: object, text: string) => lines.push(JSON.stringify({ ...fields, text }));
  const logger = { debug: write, info: write, warn: write, error: write };
  const app = createLarkWebhook({ config, now: () => now, receive, logger, deadlineMs });
  const post = async ({ body, headers }: Delivery) => {
    const response = await app.request('/', { method: 'POST', body, headers });
    return { status: response.status, json: JSON.parse(await response.text()) };
  };
  return { app, post, lines };
}

const nothing = async (): Promise<Answer> => ({});
const value = { a: 'review.agree', p: { id: 'f1' } };
const clicked = () =>
  deliver(JSON.stringify(click({ value, form_value: { opinion: '不公开的意见' } })), now);
const receipt = () => deliver(JSON.stringify(envelope('im.message.message_read_v1', {})), now);

describe('answers (§1.7, §2.11)', () => {
  test('the address check is answered with its challenge', async () => {
    const { post } = setUp(nothing);
    const answer = await post({ body: known.url_verification.raw_body, headers: {} });
    expect(answer).toEqual({ status: 200, json: { challenge: 'c7a1f0d2-demo' } });
  });

  test('an event is acknowledged only after it was received', async () => {
    const gate = Promise.withResolvers<Answer>();
    const { post } = setUp(() => gate.promise);
    let answered = false;
    const answer = post({ body: known.message.raw_body, headers: knownHeaders(known.message) });
    void answer.then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(answered).toBe(false);
    gate.resolve({});
    expect(await answer).toEqual({ status: 200, json: {} });
  });

  test('an event that could not be received gets 500, so that it is repeated', async () => {
    const { post, lines } = setUp(async () => {
      throw new Error('secret-detail');
    });
    expect(await post(receipt())).toEqual({ status: 500, json: {} });
    expect(lines.join()).not.toContain('secret-detail');
  });

  test('a click gets its toast and the raw card', async () => {
    const seen: InboundEvent[] = [];
    const { post } = setUp(async (event) => {
      seen.push(event);
      const replace = { title: '自查表', tone: 'success', summary: '已同意', blocks: [] } as const;
      return { toast: { tone: 'success', text: '已同意' }, replace };
    });
    const { status, json } = await post(clicked());
    expect(status).toBe(200);
    expect(json.toast).toEqual({ type: 'success', content: '已同意' });
    expect(json.card).toMatchObject({ type: 'raw', data: { schema: '2.0' } });
    expect(seen).toMatchObject([{ kind: 'action', actionId: 'review.agree', userId: 'ou_1' }]);
  });

  test('an empty answer leaves the card as it is', async () => {
    const { post } = setUp(nothing);
    expect(await post(clicked())).toEqual({ status: 200, json: {} });
  });

  test('a click that fails gets a toast whose number is in the log', async () => {
    const { post, lines } = setUp(async () => {
      throw new Error('不公开的意见');
    });
    const { status, json } = await post(clicked());
    expect(status).toBe(200);
    expect(json.toast.type).toBe('error');
    const reference = /^系统繁忙，请稍后再试（编号 ([A-Z2-9]{6})）$/.exec(json.toast.content)?.[1];
    expect(reference).toBeDefined();
    expect(lines.join('\n')).toContain(`"reference":"${reference}"`);
    expect(lines.join('\n')).not.toContain('不公开的意见');
  });

  test('a slow click is answered at the deadline, and its late failure is logged', async () => {
    const gate = Promise.withResolvers<Answer>();
    const { post, lines } = setUp(() => gate.promise, 20);
    const { json } = await post(clicked());
    expect(json).toEqual({ toast: { type: 'info', content: '正在处理，请稍候刷新' } });
    gate.reject(new Error('late'));
    await expect.poll(() => lines.join('\n')).toContain('lark click failed');
  });

  test('a click without an action of ours does not look as if it had worked', async () => {
    const { post } = setUp(nothing);
    const headers = knownHeaders(known.card);
    const { json } = await post({ body: known.card.raw_body, headers });
    expect(json.toast.type).toBe('warning');
  });
});

describe('refusals', () => {
  const refuse = async (delivery: Delivery) => {
    const receive = vi.fn(nothing);
    const { post } = setUp(receive);
    const answer = await post(delivery);
    expect(receive).not.toHaveBeenCalled();
    expect(answer.json).toEqual({});
    return answer.status;
  };

  test('more than 1 MiB gets 413, 300 kB do not', async () => {
    expect(await refuse({ body: 'x'.repeat(1024 * 1024 + 1), headers: {} })).toBe(413);
    const { post } = setUp(nothing);
    const text = '字'.repeat(100_000);
    const body = JSON.parse(known.message.plaintext);
    body.event.message.content = JSON.stringify({ text });
    expect((await post(deliver(JSON.stringify(body), now))).status).toBe(200);
  });

  test('behind a body that is too large nothing more is read from the connection', async () => {
    const { app } = setUp(nothing);
    const body = 'x'.repeat(1024 * 1024 + 1);
    const response = await app.request('/', { method: 'POST', body });
    expect(response.headers.get('connection')).toBe('close');
  });

  test.each([{}, { 'content-length': '100' }])(
    'a sender who goes away in the middle of the body is no error of ours (%j)',
    async (headers) => {
      const levels: string[] = [];
      const at = (level: string) => () => void levels.push(level);
      const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
      const app = createLarkWebhook({ config, now: () => now, receive: nothing, logger });
      const gone = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      const body = new ReadableStream({ start: (controller) => controller.error(gone) });
      const request = { method: 'POST', headers, body, duplex: 'half' } as const;
      const response = await app.request('/', request);
      expect(response.status).toBe(400);
      expect(levels).toEqual(['warn']);
    },
  );

  test.each(['content-length: 100', 'transfer-encoding: chunked'])(
    'a connection that ends in the middle of the body is no error of ours (%s)',
    async (length) => {
      const levels: string[] = [];
      const at = (level: string) => () => void levels.push(level);
      const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
      const app = createLarkWebhook({ config, now: () => now, receive: nothing, logger });
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const socket = createConnection(port, '127.0.0.1');
      socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${length}\r\n\r\n5\r\n{"enc\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
      await vi.waitFor(() => expect(levels).toEqual(['warn']));
      server.close();
    },
  );

  test('forged → 401, malformed → 400, too old → 401', async () => {
    const good = clicked();
    const forged = { ...good.headers, 'X-Lark-Signature': 'f'.repeat(64) };
    expect(await refuse({ body: good.body, headers: forged })).toBe(401);
    expect(await refuse({ body: good.body, headers: {} })).toBe(401);
    expect(await refuse(deliver(JSON.stringify(click(undefined)), now))).toBe(400);
    expect(
      await refuse(deliver(JSON.stringify(click({ value })), new Date(now.getTime() - 601_000))),
    ).toBe(401);
    expect(await refuse({ body: '{', headers: sign('{', now) })).toBe(400);
  });

  test('2,000 mutated bodies never get a 5xx', async () => {
    const { post } = setUp(nothing);
    const plain = fc.constantFrom(
      known.message.plaintext,
      known.card.plaintext,
      JSON.stringify(click({ value })),
    );
    const cut = fc.record({
      at: fc.nat(700),
      drop: fc.nat(40),
      put: fc.oneof(fc.string(), fc.json(), fc.constantFrom('null', '"', '{}', '\\u0000')),
    });
    const mutate = (text: string, cuts: { at: number; drop: number; put: string }[]) =>
      cuts.reduce((now, { at, drop, put }) => now.slice(0, at) + put + now.slice(at + drop), text);
    const how = fc.constantFrom('inside', 'outside', 'signed-outside');
    const mutated = fc
      .tuple(plain, fc.array(cut, { minLength: 1, maxLength: 3 }), how)
      .map(([text, cuts, where]): Delivery => {
        if (where === 'inside') return deliver(mutate(text, cuts), now);
        const body = mutate(seal(text), cuts);
        return {
          body,
          headers: where === 'outside' ? deliver(text, now).headers : sign(body, now),
        };
      });
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(mutated, async (delivery) => {
        const { status } = await post(delivery);
        statuses.add(status);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 2000 },
    );
    expect([...statuses].sort()).toEqual([200, 400, 401]);
  });

  test('random values in every place of a signed click never get a 5xx', async () => {
    const { post } = setUp(nothing);
    const action = fc.record(
      {
        value: fc.jsonValue(),
        name: fc.jsonValue(),
        form_value: fc.jsonValue(),
        option: fc.jsonValue(),
        options: fc.jsonValue(),
        checked: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(action, async (given) => {
        const { status } = await post(deliver(JSON.stringify(click(given)), now));
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 500 },
    );
  });
});
