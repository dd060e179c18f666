/** What the API's routes share: reading, answering, faults, and the middle layers. */
import type { ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { Core } from './core.ts';
import { failureBody, fieldFailure, LarkFailure, rateFailure } from './failure.ts';
import type { FaultTarget } from './faults.ts';
import { parseJson } from './model.ts';
import { newId } from './store.ts';
import { checkTenantToken } from './tenant-token.ts';

export type ApiEnv = {
  Bindings: { outgoing?: ServerResponse };
  Variables: { logId: string; dropped: boolean; upload: string };
};
export type ApiContext = Context<ApiEnv>;
type Layer = MiddlewareHandler<ApiEnv>;

/** The platform's success body. */
export const ok = (c: ApiContext, data: unknown) => c.json({ code: 0, msg: 'success', data });

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw fieldFailure(issue?.path.join('.') ?? '', '', issue?.message ?? 'invalid');
}

/** The JSON body. @throws LarkFailure 99992402 */
export async function readBody<T>(c: ApiContext, schema: z.ZodType<T>): Promise<T> {
  return checked(schema, parseJson(await c.req.text()) ?? {});
}

/** The query, single-valued. @throws LarkFailure 99992402 */
export const readQuery = <T>(c: ApiContext, schema: z.ZodType<T>): T =>
  checked(schema, c.req.query());

// Every status of this file comes from a fixed list of 4xx and 5xx, all of which carry a body.
const withBody = (status: number): ContentfulStatusCode => status as ContentfulStatusCode;

/** Turns a refusal into the platform's answer; anything else is the stand-in's own error. */
export function answerError(error: Error, c: ApiContext): Response {
  const failure =
    error instanceof LarkFailure
      ? error
      : new LarkFailure({ code: 2200, msg: 'Internal Error', status: 500, error: {} });
  for (const [name, value] of Object.entries(failure.headers)) c.header(name, value);
  return c.json(failureBody(failure, c.get('logId')), withBody(failure.status));
}

/** Gives every answer its log id. */
export const withLogId: Layer = async (c, next) => {
  const logId = newId('log').slice('log_'.length).toUpperCase();
  c.set('logId', logId);
  await next();
  c.res.headers.set('x-tt-logid', logId);
  c.res.headers.set('x-request-id', logId);
};

/** Writes every request into the wire log. */
export const withWireLog =
  (core: Core): Layer =>
  async (c, next) => {
    const started = performance.now();
    const isText = (type: string | null | undefined): boolean => type?.includes('json') === true;
    const request = isText(c.req.header('content-type')) ? await c.req.text() : '';
    await next();
    const response = isText(c.res.headers.get('content-type')) ? await c.res.clone().text() : '';
    const { pathname, search } = new URL(c.req.url);
    core.wire.add({
      direction: 'in',
      method: c.req.method,
      path: pathname.startsWith('/open-apis/authen') ? pathname : pathname + search,
      status: c.get('dropped') === true ? 0 : c.res.status,
      ms: Math.round(performance.now() - started),
      request: parseJson(request) ?? c.get('upload') ?? null,
      response: parseJson(response),
    });
  };

/** Bearer check, then the API's share of the rate (§4.11). */
export const guarded =
  (core: Core, api: string): Layer =>
  async (c, next) => {
    checkTenantToken(core, c.req.header('authorization'));
    core.limits.gateway(api);
    await next();
  };

function closed(core: Core, c: ApiContext): Promise<void> {
  const signal = AbortSignal.any([core.closing.signal, c.req.raw.signal]);
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Ends the exchange without an answer: the socket is cut, or, without one, nothing is ever said. */
async function drop(core: Core, c: ApiContext): Promise<Response> {
  c.set('dropped', true);
  const socket = c.env?.outgoing?.socket;
  if (socket === undefined || socket === null) await closed(core, c);
  else socket.destroy();
  return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
}

/** Lets the switched-on faults strike calls that write messages. */
export const faulty =
  (core: Core, target: FaultTarget): Layer =>
  async (c, next) => {
    if (core.faults.strike('error500', target) !== null) {
      throw new LarkFailure({ code: 2200, msg: 'Internal Error', status: 500, error: {} });
    }
    const limited = core.faults.strike('rateLimited', target);
    if (limited !== null) throw rateFailure(50, limited.resetSeconds);
    if (core.faults.strike('hang', target) !== null) {
      await closed(core, c);
      return drop(core, c);
    }
    const lost = core.faults.strike('lost', target) !== null;
    await next();
    if (lost) c.res = await drop(core, c);
    return undefined;
  };
