/** Calls to Feishu's open API: one function, one answer type, no exceptions (sheet §5, §8.4). */
import { z } from 'zod';
import type { LarkConfig } from '../../config.ts';
import type { Delivery } from '../messenger.ts';
import { classify, noAnswer, STALE_TOKEN } from './failure.ts';
import type { Log } from './log.ts';
import { createTokens, type IssuedToken } from './token.ts';
import { type Answered, createTransport, type LarkCall } from './transport.ts';

export type LarkClient = {
  /** Makes the call and checks the answer's `data` with `schema`; an answer of another shape is `unavailable`. */
  readonly call: <T>(request: LarkCall, schema: z.ZodType<T>) => Promise<Delivery<T>>;
};

export type LarkClientOptions = {
  readonly config: LarkConfig;
  readonly now: () => Date;
  readonly logger: Log;
};

type Attempt = { readonly answer: Delivery<unknown>; readonly stale: boolean };

const TOKEN_PATH = 'auth/v3/tenant_access_token/internal';

const tokenSchema = z.looseObject({
  tenant_access_token: z.string().min(1),
  expire: z.number().positive(),
});
const envelopeSchema = z.looseObject({ data: z.unknown().optional() });

/** Opens the client; a token the platform has lost is replaced and the call repeated once (§4.12, 99991663). */
export function createLarkClient({ config, now, logger }: LarkClientOptions): LarkClient {
  const exchange = createTransport(config, logger);

  const issue = async (): Promise<Delivery<IssuedToken>> => {
    const data = { app_id: config.appId, app_secret: config.appSecret };
    const answer = settle(await exchange({ method: 'POST', path: TOKEN_PATH, data }, null));
    if (!answer.ok) return answer;
    const issued = tokenSchema.safeParse(answer.value);
    if (!issued.success) return { ok: false, failure: noAnswer('answer') };
    const { tenant_access_token: token, expire: expiresInSeconds } = issued.data;
    return { ok: true, value: { token, expiresInSeconds } };
  };
  const tokens = createTokens(issue, now);

  const attempt = async (request: LarkCall): Promise<Attempt> => {
    const token = await tokens.get();
    if (!token.ok) return { answer: token, stale: false };
    const given = await exchange(request, token.value);
    const stale = given.ok && STALE_TOKEN.includes(given.value.exchange.code ?? 0);
    if (stale) tokens.drop(token.value);
    return { answer: settle(given), stale };
  };

  return {
    async call(request, schema) {
      const first = await attempt(request);
      const { answer } = first.stale ? await attempt(request) : first;
      if (!answer.ok) return answer;
      const envelope = envelopeSchema.safeParse(answer.value);
      const parsed = schema.safeParse(envelope.data?.data);
      if (parsed.success) return { ok: true, value: parsed.data };
      logger.warn({ api: request.path }, 'lark answered in an unknown shape');
      return { ok: false, failure: noAnswer('answer') };
    },
  };
}

function settle(answer: Delivery<Answered>): Delivery<unknown> {
  if (!answer.ok) return answer;
  const failure = classify(answer.value.exchange);
  return failure === null ? { ok: true, value: answer.value.body } : { ok: false, failure };
}
