/** The messenger of a run: the simulated Feishu behind one port, its record of what was sent, and its troubles. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { AppCredentials, SimulatedPerson, StoredMessage } from '../../simulator/lark/model.ts';
import { createLarkSimulator, type LarkSimulator } from '../../simulator/lark/simulator.ts';
import { createDoor, type Door } from './door.ts';
import type { Random } from './random.ts';
import type { Fault } from './schedule.ts';

export type Platform = {
  readonly url: string;
  readonly lark: LarkSimulator;
  readonly door: Door;
  /** Every message in the form in which it first appeared in a chat. */
  readonly ledger: readonly StoredMessage[];
  /** Refuses new messages for a while, as it does while the clock is being moved. */
  readonly pauseSending: (ms: number) => void;
  readonly trouble: (fault: Extract<Fault, { kind: 'platform' }>) => void;
  /** Ends all troubles. */
  readonly calm: () => void;
  readonly close: () => Promise<void>;
};

export type PlatformOptions = {
  readonly credentials: AppCredentials;
  readonly people: readonly SimulatedPerson[];
  readonly now: () => Date;
  readonly webPorts: () => readonly number[];
  readonly random: Random;
};

/** Longer than the product waits for an answer, or nearly so. */
const LATE_MS = [2_000, 12_000] as const;

/** Starts it on a free loopback port. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { random, credentials } = options;
  const ledger: StoredMessage[] = [];
  const door = createDoor(credentials.encryptKey, options.webPorts, random);
  const root = new Hono();
  let late = 0;
  let pausedUntil = 0;
  root.post('/open-apis/im/v1/messages', async (c, next) => {
    if (performance.now() < pausedUntil) return c.json({ code: 2200, msg: 'Internal Error' }, 500);
    return next();
  });
  root.use('/open-apis/im/*', async (_c, next) => {
    await next();
    if (late <= 0) return;
    late -= 1;
    await new Promise((resolve) => setTimeout(resolve, random.between(...LATE_MS)));
  });
  root.post('/door', async (c) => door.pass(c.req.raw.headers, await c.req.text()));
  const listening = await listen(root);
  const lark = createLarkSimulator({
    app: credentials,
    webhookUrl: `${listening.url}/door`,
    now: options.now,
    people: () => Promise.resolve(options.people),
    menu: [],
    onMessage: (message) => ledger.push(message),
  });
  root.route('/', lark.app);
  lark.start();
  return {
    url: listening.url,
    lark,
    door,
    ledger,
    pauseSending: (ms) => {
      pausedUntil = performance.now() + ms;
    },
    trouble: ({ fault, times, on }) => {
      if (fault === 'late') late += times;
      else lark.faults.set({ kind: fault, times, target: on });
    },
    calm: () => {
      late = 0;
      lark.faults.clear();
    },
    close: async () => {
      await lark.close();
      await listening.close();
    },
  };
}

function listen(
  root: Hono,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: root.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      }),
    );
  });
}
