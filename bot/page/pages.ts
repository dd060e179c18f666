/** `/page/…`: the hosted pages. Who somebody is comes from the messenger's login alone; no page needs a script. */

import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { PROGRESS_PAGE } from '../../cards/link.ts';
import { pageNotices } from '../../cards/page-notices.ts';
import { createCookies } from './cookies.ts';
import { actOnForm, rescueTyped, showForm } from './form.ts';
import { loginPath, loginRoutes, safeReturn } from './login.ts';
import type { PagePorts } from './ports.ts';
import { readPosted } from './posted.ts';
import { showProgress } from './progress.ts';
import { createRate } from './rate.ts';
import { type House, notice, type PageContext, type PageEnv, type Seen } from './reply.ts';

/** Three texts of a thousand characters in the longest encoding, several times over. */
const BODY_LIMIT = 128 * 1024;
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:;|$)/i;
/** Nobody reads or clicks faster. */
const REQUESTS = { limit: 240, windowMs: 60_000 };
const REFERENCE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

export type PagesOptions = PagePorts & { readonly now: () => Date };

/** Builds the routes; nothing a visitor sends is answered with a 5xx. */
export function createPages(options: PagesOptions): Hono<PageEnv> {
  const secure = options.publicUrl.startsWith('https:');
  const house: House = { ports: options, cookies: createCookies(options.secret, secure) };
  const app = new Hono<PageEnv>();
  app.onError((error, c) => failed(house, error, c));
  app.use(headers(secure));
  app.get('/assets/page.css', styles());
  app.use(known(house));
  app.use(patient(house));
  app.use(limited(house));
  app.use(csrf({ origin: new URL(options.publicUrl).origin }));
  app.route('/login', loginRoutes(house, options.now));
  app.get('/', (c) => c.redirect(PROGRESS_PAGE, 302));
  app.get('/progress', (c) => asVisitor(house, c, (seen) => showProgress(house, c, seen)));
  app.get('/form/:id', (c) =>
    asVisitor(house, c, (seen) => showForm(house, c, seen, c.req.param('id'))),
  );
  app.post('/form/:id', (c) =>
    asVisitor(house, c, (seen) => actOnForm(house, c, seen, c.req.param('id'))),
  );
  app.post('/logout', (c) => leave(house, c));
  app.all('*', (c) => notice(house, c, 404, pageNotices.missing()));
  return app;
}

type Answer = Response | Promise<Response>;

/** Somebody who merely looks is sent to log in; what somebody has typed is shown to him first. */
function asVisitor(house: House, c: PageContext, answer: (seen: Seen) => Answer): Answer {
  const seen = c.get('seen');
  if (seen !== null) return answer(seen);
  const { pathname, search } = new URL(c.req.url);
  return c.req.method === 'POST'
    ? rescueTyped(house, c, safeReturn(pathname))
    : c.redirect(loginPath(pathname + search), 302);
}

/** Finds the visit behind the request; a cookie that was not signed here asks the database nothing. */
const known =
  ({ ports, cookies }: House): MiddlewareHandler<PageEnv> =>
  async (c, next) => {
    c.set('seen', null);
    const key = await cookies.visit(c);
    const visitor = key === undefined ? undefined : await ports.visits.visitor(key);
    if (key !== undefined && visitor !== undefined) c.set('seen', { visitor, key });
    await next();
  };

function patient(house: House): MiddlewareHandler<PageEnv> {
  const rate = createRate(REQUESTS.limit, REQUESTS.windowMs);
  return async (c, next) => {
    const seen = c.get('seen');
    if (seen === null || rate(seen.visitor.person)) return next();
    c.header('retry-after', String(REQUESTS.windowMs / 1000));
    return notice(house, c, 429, pageNotices.tooMany());
  };
}

function limited(house: House): MiddlewareHandler<PageEnv> {
  const limit = bodyLimit({
    maxSize: BODY_LIMIT,
    onError: (c) => {
      // The rest of the body is never read, so nobody may send another request behind it.
      c.header('connection', 'close');
      return notice(house, c, 413, pageNotices.tooLarge());
    },
  });
  return async (c, next) => {
    if (c.req.method !== 'POST') return next();
    if (!FORM_TYPE.test(c.req.header('content-type') ?? '')) {
      return notice(house, c, 415, pageNotices.unreadable());
    }
    return limit(c, next);
  };
}

async function leave(house: House, c: PageContext) {
  const seen = c.get('seen');
  if (seen === null) return notice(house, c, 200, pageNotices.left());
  const { token } = readPosted(await c.req.text());
  if (!house.cookies.isToken(seen.key, token)) {
    return notice(house, c, 403, pageNotices.forged(PROGRESS_PAGE));
  }
  await house.ports.visits.end(seen.key);
  house.cookies.dropVisit(c);
  c.set('seen', null);
  return notice(house, c, 200, pageNotices.left());
}

/** No script at all, nothing from elsewhere, nobody's frame; nothing is kept by the browser or a proxy. */
function headers(secure: boolean): MiddlewareHandler {
  const secured = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    // Without any referrer a browser would not say either where a form came from.
    referrerPolicy: 'same-origin',
    strictTransportSecurity: secure ? 'max-age=31536000' : false,
    xFrameOptions: 'DENY',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  });
  return async (c, next) => {
    c.header('cache-control', 'no-store');
    return secured(c, next);
  };
}

/** Later files refine earlier ones. */
const STYLES = ['base', 'blocks', 'fields', 'figures', 'narrow', 'print'];

function styles(): MiddlewareHandler {
  const folder = new URL('styles/', import.meta.url);
  const text = STYLES.map((name) => readFileSync(new URL(`${name}.css`, folder), 'utf8')).join('');
  const header = { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=600' };
  return async (c) => c.body(text, 200, header);
}

async function failed(house: House, error: Error, c: PageContext) {
  if (error instanceof HTTPException && error.status < 500) {
    return notice(house, c, error.status, pageNotices.forged(PROGRESS_PAGE));
  }
  // The sender went away in the middle of the body.
  if ('code' in error && error.code === 'ECONNRESET') {
    return notice(house, c, 400, pageNotices.unreadable());
  }
  const reference = Array.from({ length: 6 }, () => REFERENCE_LETTERS[randomInt(32)]).join('');
  const { name, stack } = error;
  const at = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  house.ports.logger.error({ reference, errorName: name, errorAt: at.slice(0, 8) }, 'page failed');
  return notice(house, c, 500, pageNotices.failed(), { reference });
}
