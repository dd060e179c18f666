/** The HTTP face of the product: webhooks, health, metrics. */
import { Hono } from 'hono';

export type HttpPorts = {
  /** Webhook applications by path. */
  readonly webhooks: Readonly<Record<string, Hono>>;
  /** Null = ready, else why not. */
  readonly notReady: () => Promise<string | null>;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
};

export function createHttp(ports: HttpPorts): Hono {
  const app = new Hono();
  for (const [path, webhook] of Object.entries(ports.webhooks)) app.route(path, webhook);
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.get('/readyz', async (c) => {
    const reason = await ports.notReady();
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
