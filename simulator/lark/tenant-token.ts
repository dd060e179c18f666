/** tenant_access_token: the same one while 30 minutes are left, then a new one beside it (§5.1). */
import { randomBytes } from 'node:crypto';
import type { Core } from './core.ts';
import { gatewayFailure } from './failure.ts';

const lifeMs = 7200_000;
const renewBelowMs = 1800_000;

type IssuedToken = { readonly token: string; readonly expireSeconds: number };

/** The token to hand out now, with its remaining seconds. */
export function issueTenantToken(core: Core): IssuedToken {
  const now = core.nowMs();
  const tokens = core.store.tenantTokens;
  for (const [key, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(key);
  for (const { token, expiresAt } of tokens.values()) {
    const left = expiresAt - now;
    // A clock set back would stretch a token beyond its two hours.
    if (left >= renewBelowMs && left <= lifeMs) {
      return { token, expireSeconds: Math.floor(left / 1000) };
    }
  }
  const token = `t-${randomBytes(20).toString('hex')}`;
  tokens.set(token, { token, expiresAt: now + lifeMs });
  core.store.changed();
  return { token, expireSeconds: lifeMs / 1000 };
}

/** Checks an Authorization header. @throws LarkFailure 99991661, 99991671, 99991668 or 99991663 */
export function checkTenantToken(core: Core, authorization: string | undefined): void {
  if (authorization === undefined || !authorization.startsWith('Bearer ')) {
    throw gatewayFailure(99991661, 'Missing access token for authorization.');
  }
  const token = authorization.slice('Bearer '.length).trim();
  if (token.startsWith('u-')) {
    throw gatewayFailure(99991668, 'Invalid access token: a user token is not supported here.');
  }
  if (!token.startsWith('t-')) {
    throw gatewayFailure(99991671, 'Invalid access token format: it must start with "t-" or "u-".');
  }
  const known = core.store.tenantTokens.get(token);
  const valid = known !== undefined && known.expiresAt > core.nowMs();
  if (!valid || core.faults.strike('tokenRefused') !== null) {
    throw gatewayFailure(
      99991663,
      'Invalid access token for authorization. Please make a test attempt.',
    );
  }
}
