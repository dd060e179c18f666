/** Logging in: to the platform with a state and a proof key, and back with a code (sheet of the platform, contract §3). */
import { createHash, randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { PROGRESS_PAGE } from '../../cards/link.ts';
import { pageNotices } from '../../cards/page-notices.ts';
import { createRate } from './rate.ts';
import { type House, notice, type PageContext, type PageEnv } from './reply.ts';

const CALLBACK = '/page/login/callback';
/** §5.4: the code lives five minutes; the visitor may take a little longer to agree. */
const LONGEST_MS = 600_000;
const CODE = /^[\x21-\x7e]{1,2048}$/;
/** Every look at the platform costs one of its answers. */
const LOGINS = { limit: 600, windowMs: 10_000 };

/** Pages of ours a login may lead back to; anything else would make us a relay to anywhere. */
const RETURN = /^\/page\/(?:form\/[0-9a-f-]{36}|progress(?:\?[\w=&%.-]{1,300})?)$/;

export const safeReturn = (path: string | undefined): string =>
  path !== undefined && RETURN.test(path) ? path : PROGRESS_PAGE;

/** Where a visitor without a visit is sent. */
export const loginPath = (returnTo: string): string =>
  `/page/login?to=${encodeURIComponent(safeReturn(returnTo))}`;

/** `/login` sends the browser to the platform, `/login/callback` is where it comes back. */
export function loginRoutes(house: House, now: () => Date): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  const rate = createRate(LOGINS.limit, LOGINS.windowMs);
  routes.get('/', (c) => begin(house, now, c));
  routes.get('/callback', (c) =>
    rate('all') ? comeBack(house, now, c) : notice(house, c, 429, pageNotices.tooMany()),
  );
  return routes;
}

const token = (): string => randomBytes(32).toString('base64url');

async function begin({ ports, cookies }: House, now: () => Date, c: PageContext) {
  const [state, verifier] = [token(), token()];
  const returnTo = safeReturn(c.req.query('to'));
  await cookies.keepPending(c, { state, verifier, returnTo, startedAt: now().getTime() });
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const back = `${ports.publicUrl}${CALLBACK}`;
  return c.redirect(ports.login.addressOf({ state, challenge, returnTo: back }), 302);
}

async function comeBack(house: House, now: () => Date, c: PageContext) {
  const { ports, cookies } = house;
  const pending = await cookies.takePending(c);
  const { code, state, error } = c.req.query();
  const age = pending === undefined ? LONGEST_MS : now().getTime() - pending.startedAt;
  // Without this browser's own state somebody else may have begun this login.
  if (pending === undefined || state !== pending.state || age < 0 || age >= LONGEST_MS) {
    return notice(house, c, 400, pageNotices.loginFailed(pending?.returnTo ?? PROGRESS_PAGE));
  }
  if (error !== undefined) return notice(house, c, 403, pageNotices.denied());
  if (code === undefined || !CODE.test(code)) {
    return notice(house, c, 400, pageNotices.loginFailed(pending.returnTo));
  }
  const returnTo = `${ports.publicUrl}${CALLBACK}`;
  const found = await ports.login.identify({ code, verifier: pending.verifier, returnTo });
  if (found.ok) return enter(house, c, found.userId, pending.returnTo);
  return found.reason === 'refused'
    ? notice(house, c, 400, pageNotices.loginFailed(pending.returnTo))
    : notice(house, c, 503, pageNotices.loginUnavailable(pending.returnTo));
}

async function enter(house: House, c: PageContext, userId: string, returnTo: string) {
  const { ports, cookies } = house;
  const user = { platform: ports.login.platform, userId };
  const key = await ports.visits.open(user);
  if (key === null) {
    ports.logger.warn({ platform: user.platform }, 'page login of a stranger');
    return notice(house, c, 403, pageNotices.stranger());
  }
  // A new key with every login: one that was planted before it is worth nothing.
  await cookies.keepVisit(c, key);
  ports.logger.info({ platform: user.platform }, 'page visit opened');
  return c.redirect(returnTo, 303);
}
