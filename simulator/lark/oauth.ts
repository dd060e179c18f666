/** Web login: authorisation codes and user tokens (§5.4). */
import { createHash, randomBytes } from 'node:crypto';
import type { Core } from './core.ts';
import type { SimulatedPerson } from './model.ts';

type CodeGrant = {
  readonly openId: string;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly plainChallenge: boolean;
};

type Code = CodeGrant & { readonly issuedAt: number; used: boolean };

type TokenRequest = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly grantType: string;
  readonly code: string;
  readonly redirectUri: string | undefined;
  readonly verifier: string | undefined;
};

type TokenAnswer =
  | { readonly ok: true; readonly token: string; readonly expiresIn: number }
  | { readonly ok: false; readonly code: number; readonly description: string };

export type Login = {
  issueCode(grant: CodeGrant): string;
  exchange(request: TokenRequest): TokenAnswer;
  /** The person a user token stands for, while it is valid. */
  personOf(token: string): Promise<SimulatedPerson | null>;
};

const codeLifeMs = 300_000;
const tokenLifeMs = 7200_000;

const refuse = (code: number, description: string): TokenAnswer => ({
  ok: false,
  code,
  description,
});

function proves(code: Code, verifier: string | undefined): boolean {
  if (code.challenge === null) return true;
  if (verifier === undefined) return false;
  const hashed = createHash('sha256').update(verifier).digest('base64url');
  return code.challenge === (code.plainChallenge ? verifier : hashed);
}

function refusalOf(core: Core, code: Code, request: TokenRequest): TokenAnswer | null {
  if (code.used) return refuse(20065, 'the code has been used');
  if (core.nowMs() - code.issuedAt > codeLifeMs) return refuse(20004, 'the code is expired');
  if ((request.redirectUri ?? code.redirectUri) !== code.redirectUri) {
    return refuse(20071, 'redirect_uri does not match');
  }
  return proves(code, request.verifier) ? null : refuse(20049, 'PKCE verification failed');
}

function credentialProblem(core: Core, request: TokenRequest): TokenAnswer | null {
  const { app } = core.options;
  if (request.grantType !== 'authorization_code') return refuse(20036, 'grant_type is unsupported');
  if (request.clientId !== app.appId) return refuse(20048, 'the app does not exist');
  return request.clientSecret === app.appSecret ? null : refuse(20002, 'client_secret is invalid');
}

/** The login of one stand-in; codes and user tokens do not survive a restart. */
export function createLogin(core: Core): Login {
  const codes = new Map<string, Code>();
  const tokens = new Map<string, { readonly openId: string; readonly expiresAt: number }>();
  return {
    issueCode: (grant) => {
      const code = randomBytes(24).toString('base64url');
      codes.set(code, { ...grant, issuedAt: core.nowMs(), used: false });
      return code;
    },
    exchange: (request) => {
      const wrong = credentialProblem(core, request);
      if (wrong !== null) return wrong;
      const code = codes.get(request.code);
      if (code === undefined) return refuse(20003, 'the code is unknown');
      const refusal = refusalOf(core, code, request);
      if (refusal !== null) return refusal;
      code.used = true;
      const token = `u-${randomBytes(24).toString('base64url')}`;
      tokens.set(token, { openId: code.openId, expiresAt: core.nowMs() + tokenLifeMs });
      return { ok: true, token, expiresIn: tokenLifeMs / 1000 };
    },
    personOf: async (token) => {
      const known = tokens.get(token);
      if (known === undefined || known.expiresAt <= core.nowMs()) return null;
      return (await core.directory.find('open_id', known.openId)) ?? null;
    },
  };
}
