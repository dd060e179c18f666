import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTransport } from '../bot/lark/transport.ts';

let server: Server;
beforeAll(async () => {
  server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ code: 0, msg: 'ok' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test('a client that could not be opened once is opened at the next call', async () => {
  const { port } = server.address() as AddressInfo;
  let opened = 0;
  const config = {
    appId: 'cli_0123456789abcdef',
    appSecret: 'secret',
    encryptKey: 'key',
    verificationToken: 'token',
    get baseUrl(): string {
      opened += 1;
      if (opened === 1) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      return `http://127.0.0.1:${port}`;
    },
  };
  const send = createTransport(config, pino({ level: 'silent' }));
  const request = { method: 'GET', path: 'bot/v3/info' } as const;
  expect(await send(request, null)).toMatchObject({ ok: false, failure: { code: 'EMFILE' } });
  expect(await send(request, null)).toMatchObject({ ok: true, value: { body: { msg: 'ok' } } });
  expect(await send(request, null)).toMatchObject({ ok: true });
  expect(opened).toBe(2);
});
