/** The two cookies of the hosted pages: the key of a visit, and a login that is under way. Both are signed. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { z } from 'zod';

export type Pending = {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
  /** ms since 1970. */
  readonly startedAt: number;
};

export type Cookies = {
  readonly visit: (c: Context) => Promise<string | undefined>;
  readonly keepVisit: (c: Context, key: string) => Promise<void>;
  readonly dropVisit: (c: Context) => void;
  /** The login under way; it can be taken once. */
  readonly takePending: (c: Context) => Promise<Pending | undefined>;
  readonly keepPending: (c: Context, pending: Pending) => Promise<void>;
  /** The token that forms of this visit carry. */
  readonly tokenOf: (key: string) => string;
  readonly isToken: (key: string, token: string) => boolean;
};

const VISIT = 'lianshao_visit';
const PENDING = 'lianshao_login';
const PENDING_SECONDS = 600;

const pendingSchema = z.strictObject({
  state: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  startedAt: z.number(),
});

/**
 * `secure`: the pages are reached by https; then the visit's cookie is bound to this very host. Lax, not Strict: a link
 * in the messenger and the way back from its login are visits from elsewhere.
 */
export function createCookies(secret: string, secure: boolean): Cookies {
  const shared = { httpOnly: true, sameSite: 'Lax', secure, path: '/' } as const;
  const bound = secure ? ({ prefix: 'host' } as const) : {};
  const prefix = secure ? 'host' : undefined;
  const tokenOf = (key: string): string =>
    createHmac('sha256', secret).update(`form ${key}`).digest('base64url');
  const drop = (c: Context, name: string): void => {
    deleteCookie(c, name, { ...shared, ...bound });
  };
  const read = async (c: Context, name: string): Promise<string | undefined> => {
    const value = await getSignedCookie(c, secret, name, prefix);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    visit: (c) => read(c, VISIT),
    keepVisit: (c, key) => setSignedCookie(c, VISIT, key, secret, { ...shared, ...bound }),
    dropVisit: (c) => drop(c, VISIT),
    takePending: async (c) => {
      const text = await read(c, PENDING);
      drop(c, PENDING);
      return text === undefined ? undefined : pendingSchema.safeParse(jsonOf(text)).data;
    },
    keepPending: (c, pending) =>
      setSignedCookie(c, PENDING, JSON.stringify(pending), secret, {
        ...shared,
        ...bound,
        maxAge: PENDING_SECONDS,
      }),
    tokenOf,
    isToken: (key, token) => sameText(tokenOf(key), token),
  };
}

function sameText(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
