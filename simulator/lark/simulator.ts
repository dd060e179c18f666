/** A local stand-in for Feishu: its API, its pushes and the clients of the people who use it. */
import { Hono } from 'hono';
import { pageApi } from '../page-api.ts';
import { authRoutes } from './api-auth.ts';
import { cardRoutes } from './api-cards.ts';
import { contactRoutes } from './api-contacts.ts';
import { fileRoutes } from './api-files.ts';
import { messageRoutes } from './api-messages.ts';
import { createClient, type PersonClient } from './client.ts';
import { type Core, createCore } from './core.ts';
import { createDelivery, type EventDelivery } from './deliver.ts';
import type { Faults } from './faults.ts';
import { type ApiEnv, answerError, withLogId, withWireLog } from './http.ts';
import type { LarkSimulatorOptions } from './model.ts';
import type { WireLog } from './wire-log.ts';

export type LarkSimulator = {
  /** `/open-apis/…` for the bot, `/simulator/api/…` for the page. */
  readonly app: Hono<ApiEnv>;
  /** What a person does in their client. */
  readonly client: PersonClient;
  readonly faults: Faults;
  readonly wire: WireLog;
  /** Starts repeating events as the business clock moves. */
  start(): void;
  /** Ends everything that waits and saves the snapshot. */
  close(): Promise<void>;
};

const pollMs = 200;
/** A business clock that strays this far from the machine's between two polls has been moved. */
const jumpMs = 2000;

function watchClock(core: Core): () => void {
  let business = core.nowMs();
  let machine = performance.now();
  return () => {
    const strayed = core.nowMs() - business - (performance.now() - machine);
    business = core.nowMs();
    machine = performance.now();
    if (Math.abs(strayed) > jumpMs) core.bus.publish({ type: 'clock' });
  };
}

function poller(core: Core, delivery: EventDelivery): { start(): void; stop(): void } {
  const clock = watchClock(core);
  let timer: NodeJS.Timeout | null = null;
  return {
    start: () => {
      timer ??= setInterval(() => {
        clock();
        void delivery.retryDue();
      }, pollMs);
    },
    stop: () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}

function openApis(core: Core): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  api.use(withWireLog(core), withLogId);
  api.onError(answerError);
  api.route('/', authRoutes(core));
  api.route('/im/v1', messageRoutes(core));
  api.route('/im/v1', fileRoutes(core));
  api.route('/', cardRoutes(core));
  api.route('/', contactRoutes(core));
  return api;
}

/** Builds a stand-in; serve `app` yourself and call `start` once the bot listens. */
export function createLarkSimulator(options: LarkSimulatorOptions): LarkSimulator {
  const core = createCore(options);
  const delivery = createDelivery(core);
  const client = createClient(core, delivery);
  const polling = poller(core, delivery);
  const app = new Hono<ApiEnv>();
  app.route('/open-apis', openApis(core));
  app.route('/simulator/api', pageApi(core, client));
  return {
    app,
    client,
    faults: core.faults,
    wire: core.wire,
    start: () => {
      // Whoever is known from the start can be told from a stranger after leaving.
      void core.directory.people().catch(() => {});
      polling.start();
    },
    close: async () => {
      polling.stop();
      core.closing.abort();
      await core.store.close();
    },
  };
}
