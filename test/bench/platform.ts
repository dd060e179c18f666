/** The local messenger on a port, with a record of when each call reached it. */
import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { SimulatedPerson } from '../../simulator/lark/model.ts';
import { createLarkSimulator, type LarkSimulator } from '../../simulator/lark/simulator.ts';

export type Call = {
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
  /** `POST /open-apis/…`, ids replaced. */
  readonly api: string;
  readonly status: number;
  /** To whom, for a message that was sent. */
  readonly receiver: string | null;
};

export type Platform = {
  readonly lark: LarkSimulator;
  /** What a worker needs to send through it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly calls: readonly Call[];
  readonly close: () => Promise<void>;
};

const APP_ID = 'cli_1a2b3c4d5e6f7081';
const SEND = 'POST /open-apis/im/v1/messages';

/** Starts it with the platform's real limits. */
export async function startPlatform(
  people: readonly SimulatedPerson[],
  now: () => Date,
): Promise<Platform> {
  const secret = (): string => randomBytes(24).toString('hex');
  const secrets = { appSecret: secret(), encryptKey: secret(), verificationToken: secret() };
  const lark = createLarkSimulator({
    app: { appId: APP_ID, tenantKey: 'tk_bench', ...secrets },
    webhookUrl: '',
    now,
    people: async () => people,
    menu: [],
  });
  const calls: Call[] = [];
  const root = new Hono();
  root.use(async (c, next) => {
    const at = performance.now();
    const path = c.req.path.replace(/om_[0-9a-f]+/, ':id');
    const api = `${c.req.method} ${path}`;
    const receiver = api === SEND ? receiverOf(await c.req.text()) : null;
    await next();
    calls.push({ at, api, status: c.res.status, receiver });
  });
  root.route('/', lark.app);
  const { port, close } = await listen(root);
  lark.start();
  return {
    lark,
    calls,
    settings: {
      LARK_APP_ID: APP_ID,
      LARK_APP_SECRET: secrets.appSecret,
      LARK_ENCRYPT_KEY: secrets.encryptKey,
      LARK_VERIFICATION_TOKEN: secrets.verificationToken,
      LARK_BASE_URL: `http://127.0.0.1:${port}`,
      SESSION_SECRET: secret(),
    },
    close: async () => {
      await lark.close();
      await close();
    },
  };
}

const receiverOf = (body: string): string => /"receive_id":"([^"]*)"/.exec(body)?.[1] ?? '';

function listen(root: Hono) {
  return new Promise<{ readonly port: number; readonly close: () => Promise<void> }>((resolve) => {
    const server = serve({ fetch: root.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({
        port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      }),
    );
  });
}
