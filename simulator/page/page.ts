/** The page of the local messenger: one HTML shell, its styles and its browser modules. */
import { Hono } from 'hono';
import { loadAsset } from './assets.ts';
import { shell } from './shell.ts';

const ASSETS = '/simulator/assets/';

/** Card text is hostile: even if the page built markup from it, nothing foreign could run or load. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const COMMON_HEADERS = {
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Serves `GET /` and everything below `/simulator/assets/`; the JSON API beside it is not ours. */
export function createSimulatorPage(): Hono {
  const app = new Hono();
  app.get('/', (c) =>
    c.html(shell(ASSETS), 200, {
      ...COMMON_HEADERS,
      'content-security-policy': CONTENT_SECURITY_POLICY,
    }),
  );
  app.get(`${ASSETS}*`, async (c) => {
    const asset = await loadAsset(c.req.path.slice(ASSETS.length));
    if (asset === null) return c.notFound();
    return c.body(asset.text, 200, { ...COMMON_HEADERS, 'content-type': asset.contentType });
  });
  return app;
}
