/** Tokens and web login: tenant_access_token, authorize, oauth/token, user_info (§5). */
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { z } from 'zod';
import type { Core } from './core.ts';
import { LarkFailure } from './failure.ts';
import { type ApiContext, type ApiEnv, ok, readBody } from './http.ts';
import { parseJson } from './model.ts';
import { createLogin, type Login } from './oauth.ts';
import { issueTenantToken } from './tenant-token.ts';

/** The cookie that says as whom the browser is looking; the page API sets it. */
export const personCookie = 'simulator_person';

const tenantBody = z.object({ app_id: z.string(), app_secret: z.string() });
const authorizeQuery = z.object({
  client_id: z.string(),
  response_type: z.literal('code'),
  redirect_uri: z.url({ protocol: /^https?$/ }),
  state: z.string().optional(),
  scope: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.enum(['S256', 'plain']).default('plain'),
  as: z.string().optional(),
});
const tokenBody = z.object({
  grant_type: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
  code: z.string(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
});

async function tenantToken(core: Core, c: ApiContext): Promise<Response> {
  const { app_id: id, app_secret: secret } = await readBody(c, tenantBody);
  const { app } = core.options;
  if (id !== app.appId) throw new LarkFailure({ code: 10003, msg: 'invalid app_id' });
  if (secret !== app.appSecret) throw new LarkFailure({ code: 10014, msg: 'app secret invalid' });
  const { token, expireSeconds } = issueTenantToken(core);
  return c.json({ code: 0, msg: 'ok', tenant_access_token: token, expire: expireSeconds });
}

async function authorize(core: Core, login: Login, c: ApiContext): Promise<Response> {
  const read = authorizeQuery.safeParse(c.req.query());
  if (!read.success || read.data.client_id !== core.options.app.appId) {
    return c.text('登录地址有误，请联系应用的开发者。', 400);
  }
  const query = read.data;
  const openId = query.as ?? getCookie(c, personCookie);
  const person = openId === undefined ? undefined : await core.directory.find('open_id', openId);
  if (person === undefined) return c.text('请先在聊天页面选择一个人，再打开此链接。', 401);
  const code = login.issueCode({
    openId: person.openId,
    redirectUri: query.redirect_uri,
    challenge: query.code_challenge ?? null,
    plainChallenge: query.code_challenge_method === 'plain',
  });
  const target = new URL(query.redirect_uri);
  target.searchParams.set('code', code);
  if (query.state !== undefined) target.searchParams.set('state', query.state);
  return c.redirect(target.toString(), 302);
}

const oauthError = (c: ApiContext, code: number, description: string): Response =>
  c.json({ code, error: 'invalid_grant', error_description: description }, 400);

async function userToken(login: Login, c: ApiContext): Promise<Response> {
  const read = tokenBody.safeParse(parseJson(await c.req.text()));
  if (!read.success) return oauthError(c, 20001, 'a parameter is missing');
  const answer = login.exchange({
    grantType: read.data.grant_type,
    clientId: read.data.client_id,
    clientSecret: read.data.client_secret,
    code: read.data.code,
    redirectUri: read.data.redirect_uri,
    verifier: read.data.code_verifier,
  });
  if (!answer.ok) return oauthError(c, answer.code, answer.description);
  return c.json({
    code: 0,
    access_token: answer.token,
    expires_in: answer.expiresIn,
    token_type: 'Bearer',
    scope: '',
  });
}

async function userInfo(core: Core, login: Login, c: ApiContext): Promise<Response> {
  const token = (c.req.header('authorization') ?? '').replace(/^Bearer /, '');
  const person = await login.personOf(token);
  if (person === null) {
    throw new LarkFailure({ code: 99991668, msg: 'Invalid access token for authorization.' });
  }
  return ok(c, {
    open_id: person.openId,
    union_id: person.unionId,
    user_id: person.userId,
    name: person.name,
    en_name: '',
    avatar_url: '',
    tenant_key: core.options.app.tenantKey,
  });
}

/** Routes below `/open-apis`; none of them asks for a tenant token. */
export function authRoutes(core: Core): Hono<ApiEnv> {
  const login = createLogin(core);
  const routes = new Hono<ApiEnv>();
  routes.post('/auth/v3/tenant_access_token/internal', (c) => tenantToken(core, c));
  routes.get('/authen/v1/authorize', (c) => authorize(core, login, c));
  routes.post('/authen/v2/oauth/token', (c) => userToken(login, c));
  routes.get('/authen/v1/user_info', (c) => userInfo(core, login, c));
  return routes;
}
