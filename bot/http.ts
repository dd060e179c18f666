/** The HTTP face of the product: webhooks for the messengers, pages for people, health and metrics for those who run it. */
import { Hono } from 'hono';
import type { PageEnv } from './page/reply.ts';

export type HttpPorts = {
  /** Webhook applications by path. */
  readonly webhooks: Readonly<Record<string, Hono>>;
  /** The hosted pages; null without a messenger that tells who a visitor is. */
  readonly pages: Hono<PageEnv> | null;
  /** Null = ready, else why not. */
  readonly notReady: () => Promise<string | null>;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  /** True once the process is about to end. */
  readonly draining: () => boolean;
};

/** What messengers reach; with `monitored` also everything of `createMonitor`. */
export function createHttp(ports: HttpPorts, { monitored }: { readonly monitored: boolean }): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    // A connection kept alive beyond the end of the process would lose the next request sent on it.
    if (ports.draining()) c.header('connection', 'close');
  });
  for (const [path, webhook] of Object.entries(ports.webhooks)) app.route(path, webhook);
  if (ports.pages !== null) app.route('/page', ports.pages);
  if (monitored) app.route('/', createMonitor(ports));
  return app;
}

/** Health and figures, for a port that only the operators' network reaches. */
export function createMonitor(ports: Omit<HttpPorts, 'webhooks' | 'pages'>): Hono {
  const app = new Hono();
  app.get('/healthz', (c) =>
    ports.draining() ? c.json({ status: 'draining' }, 503) : c.json({ status: 'alive' }),
  );
  app.get('/readyz', async (c) => {
    const reason = ports.draining() ? 'draining' : await ports.notReady();
    return reason === null
      ? c.json({ status: 'ready' })
      : c.json({ status: 'notReady', reason }, 503);
  });
  app.get('/metrics', async (c) => {
    const { type, text } = await ports.metrics();
    return c.body(text, 200, { 'content-type': type });
  });
  return app;
}
