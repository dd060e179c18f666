/**
 * Another library's receiver with an empty handler: `click-peer-run.ts node-sdk` or `click-peer-run.ts satori <folder>`.
 * What it costs to receive a click when nothing is done with it.
 */
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { adaptDefault, EventDispatcher, LoggerLevel } from '@larksuiteoapi/node-sdk';
import { APP } from './callback.ts';

const [, , peer, folder = ''] = process.argv;
const port = Number(process.env['PORT']);
const host = '127.0.0.1';
const POLL_MS = 50;
const ready = (): boolean => process.stdout.write('peer ready\n');

if (peer === 'satori') startSatori();
else startNodeSdk();

function startNodeSdk(): void {
  const dispatcher = new EventDispatcher({
    encryptKey: APP.encryptKey,
    verificationToken: APP.verificationToken,
    loggerLevel: LoggerLevel.error,
  }).register({ 'card.action.trigger': () => ({}) });
  createServer(adaptDefault('/webhook/lark', dispatcher)).listen(port, host, ready);
}

/** It fetches a token and the bot's name before it listens to anybody, so it gets a platform that knows both. */
function startSatori(): void {
  const load = createRequire(join(folder, 'package.json'));
  const platform: Server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    const bot = { open_id: 'ou_bot', app_name: 'bench' };
    response.end(JSON.stringify({ code: 0, tenant_access_token: 't', expire: 7200, bot }));
  }).listen(0, host, () => {
    const address = platform.address();
    const platformPort = typeof address === 'object' ? address?.port : 0;
    const { Context, HTTP } = load('@satorijs/core');
    const ctx = new Context();
    ctx.plugin(HTTP);
    ctx.plugin(load('@cordisjs/plugin-server').default, { host, port });
    ctx.plugin(load('@satorijs/adapter-lark').default, {
      protocol: 'http',
      platform: 'feishu',
      appId: APP.appId,
      appSecret: APP.appSecret,
      endpoint: `http://${host}:${platformPort}`,
      path: '/webhook/lark',
      selfUrl: `http://${host}:${port}`,
      encryptKey: APP.encryptKey,
      verificationToken: APP.verificationToken,
      verifyToken: true,
      verifySignature: true,
    });
    ctx.on('interaction/button', () => undefined);
    ctx.start();
    void untilRouted().then(ready);
  });
}

/** Its route appears some time after its server listens; until then it knows no such page. */
async function untilRouted(): Promise<void> {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'ready' });
  const headers = { 'content-type': 'application/json' };
  for (;;) {
    const url = `http://${host}:${port}/webhook/lark`;
    const answer = await fetch(url, { method: 'POST', body, headers }).catch(() => null);
    if (answer?.status === 200) return;
    await setTimeout(POLL_MS);
  }
}
