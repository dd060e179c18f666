/** Web login with Feishu: authorisation code with PKCE (sheet §5.4). Only the identity is asked for, so no scope is. */
import { z } from 'zod';
import type { LarkConfig } from '../../config.ts';
import type { Identified, Login, LoginAnswer, LoginRequest } from '../login.ts';
import type { Log } from './log.ts';

const TIMEOUT_MS = 8_000;
const CLOUD = /^https:\/\/open\.(feishu\.cn|larksuite\.com)$/;

/** §5.4: what is wrong with the code or its bearer; every other code is a matter for an administrator. */
const REFUSED: readonly number[] = [
  20001, 20003, 20004, 20008, 20010, 20024, 20049, 20063, 20065, 20066, 20071,
];

const tokenSchema = z.looseObject({ code: z.literal(0), access_token: z.string().min(1) });
const userSchema = z.looseObject({
  code: z.literal(0),
  data: z.looseObject({ open_id: z.string().min(1) }),
});
const refusalSchema = z.looseObject({ code: z.number() });

/** The login; nothing of the answer is kept but the person's id, the user's token is forgotten at once. */
export function createLarkLogin({
  config,
  logger,
}: {
  readonly config: LarkConfig;
  readonly logger: Log;
}): Login {
  const api = `${config.baseUrl.replace(/\/+$/, '')}/open-apis`;
  const identify = async (answer: LoginAnswer): Promise<Identified> => {
    const issued = await call(`${api}/authen/v2/oauth/token`, tokenRequest(config, answer));
    const token = tokenSchema.safeParse(issued);
    if (!token.success) return failureOf(issued);
    const headers = { authorization: `Bearer ${token.data.access_token}` };
    const told = await call(`${api}/authen/v1/user_info`, { headers });
    const user = userSchema.safeParse(told);
    return user.success ? { ok: true, userId: user.data.data.open_id } : failureOf(told);
  };
  return {
    platform: 'lark',
    addressOf: (request) => authorizeAddress(config, request),
    identify: async (answer) => {
      const identified = await identify(answer);
      if (!identified.ok) {
        const { reason, code } = identified;
        logger.warn({ reason, code }, 'lark login failed');
      }
      return identified;
    },
  };
}

function authorizeAddress(config: LarkConfig, request: LoginRequest): string {
  const address = new URL(`${accountsOf(config.baseUrl)}/open-apis/authen/v1/authorize`);
  const { state, challenge, returnTo } = request;
  const query = {
    client_id: config.appId,
    response_type: 'code',
    redirect_uri: returnTo,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address.href;
}

/** The clouds log people in at a host of its own; a stand-in does it where everything else is. */
const accountsOf = (baseUrl: string): string =>
  baseUrl.replace(/\/+$/, '').replace(CLOUD, 'https://accounts.$1');

const tokenRequest = (config: LarkConfig, answer: LoginAnswer): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({
    grant_type: 'authorization_code',
    client_id: config.appId,
    client_secret: config.appSecret,
    code: answer.code,
    redirect_uri: answer.returnTo,
    code_verifier: answer.verifier,
  }),
});

/** The answer's JSON; null when there was none. A redirect could carry the secret to another host. */
async function call(address: string, request: RequestInit): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(address, { ...request, redirect: 'error', signal });
    return await response.json();
  } catch {
    return null;
  }
}

function failureOf(answer: unknown): Identified {
  const refusal = refusalSchema.safeParse(answer);
  if (!refusal.success) return { ok: false, reason: 'unavailable', code: 'answer' };
  const { code } = refusal.data;
  return {
    ok: false,
    reason: REFUSED.includes(code) ? 'refused' : 'unavailable',
    code: String(code),
  };
}
