/** One HTTP exchange with Feishu through its SDK, without the SDK's token cache and logs (sheet §8.4). */
import { createRequire } from 'node:module';
import type { HttpInstance } from '@larksuiteoapi/node-sdk';
import type { AxiosInstance } from 'axios';
import { z } from 'zod';
import type { LarkConfig } from '../../config.ts';
import type { Delivery } from '../messenger.ts';
import { classify, type Exchange, noAnswer } from './failure.ts';
import type { Log } from './log.ts';

export type LarkCall = {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below `/open-apis/`, parameters already encoded. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly multipart?: boolean;
};

export type Answered = { readonly exchange: Exchange; readonly body: unknown };

type Transport = (request: LarkCall, token: string | null) => Promise<Delivery<Answered>>;

const TIMEOUT = 10_000;

const responseSchema = z.object({
  status: z.number(),
  headers: z.unknown(),
  data: z.unknown().optional(),
});
const headersSchema = z.object({
  'x-ogw-ratelimit-reset': z.coerce.number().nonnegative().optional().catch(undefined),
  'x-tt-logid': z.string().optional().catch(undefined),
});
const bodySchema = z.looseObject({ code: z.number().int(), msg: z.string().optional() });

export function createTransport(config: LarkConfig, logger: Log): Transport {
  let sdk: Promise<Send> | null = null;
  return async (request, token) => {
    const api = `${request.method} ${request.path}`;
    try {
      sdk ??= openSdk(config).catch((error: unknown) => {
        // Files that could not be read once, for want of memory or handles, may be there at the next call.
        sdk = null;
        throw error;
      });
      const send = await sdk;
      const answer = readResponse(await send(request, token));
      const { status, code } = answer.exchange;
      const fields = { api, status, code, logId: answer.logId };
      if (classify(answer.exchange) !== null) logger.warn(fields, 'lark call refused');
      return { ok: true, value: answer };
    } catch (error) {
      const code = networkCode(error);
      logger.warn({ api, code }, 'lark call got no answer');
      return { ok: false, failure: noAnswer(code) };
    }
  };
}

const require = createRequire(import.meta.url);

type Send = (request: LarkCall, token: string | null) => Promise<unknown>;

/**
 * Every status resolves, so that HTTP errors and codes inside a 200 take the same way (§8.4).
 * The SDK keeps no token: its cache has neither our clock nor a way to drop one. It is loaded with the first call,
 * because it is the largest part of a process, and a process that only receives never calls. `import()` would keep the
 * text of this CommonJS package twice, eleven megabytes more.
 */
async function openSdk(config: LarkConfig): Promise<Send> {
  const { Client, withTenantToken } =
    require('@larksuiteoapi/node-sdk') as typeof import('@larksuiteoapi/node-sdk');
  const { default: axios } = await import('axios');
  const http = axios.create({
    timeout: TIMEOUT,
    // A redirect could carry the token to another host.
    maxRedirects: 0,
    validateStatus: () => true,
    // The form data of the SDK's dependency cannot carry a file name beside bytes.
    env: { FormData },
  });
  const client = new Client({
    appId: config.appId,
    appSecret: config.appSecret,
    domain: config.baseUrl.replace(/\/+$/, ''),
    disableTokenCache: true,
    httpInstance: asHttpInstance(http),
    logger: SILENT,
  });
  return (request, token) =>
    client.request<unknown>(
      payloadOf(request),
      token === null ? undefined : withTenantToken(token),
    );
}

/**
 * The SDK's types were written for an older axios. Only `request` is ever called, and
 * `readResponse` checks what it resolves to.
 */
const asHttpInstance = (http: AxiosInstance): HttpInstance => http as unknown as HttpInstance;

/** What the SDK logs contains the app's secret, tokens and whole messages (§8.4); calls are logged here instead. */
const SILENT = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

const payloadOf = (request: LarkCall) => ({
  method: request.method,
  url: `/open-apis/${request.path}`,
  ...(request.params === undefined ? {} : { params: request.params }),
  ...(request.data === undefined ? {} : { data: request.data }),
  ...(request.multipart === true ? { headers: { 'Content-Type': 'multipart/form-data' } } : {}),
});

function readResponse(response: unknown): Answered & { readonly logId: string | undefined } {
  const { status, headers, data } = responseSchema.parse(response);
  const known = headersSchema.safeParse(headers).data;
  const body = bodySchema.safeParse(data);
  return {
    body: data,
    logId: known?.['x-tt-logid'],
    exchange: {
      status,
      code: body.data?.code ?? null,
      message: body.data?.msg ?? '',
      resetSeconds: known?.['x-ogw-ratelimit-reset'] ?? null,
    },
  };
}

/** The error itself is never logged: it carries the request with its token and body. */
function networkCode(error: unknown): string {
  const known = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return known ? String(error.code) : 'network';
}
