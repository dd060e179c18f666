/** Server-Sent Events for open pages. */
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { BusEvent } from './lark/bus.ts';
import type { Core } from './lark/core.ts';
import type { ApiEnv } from './lark/http.ts';

/** Below the half minute after which proxies tend to cut a silent connection. */
const heartbeatMs = 15_000;

const concerns = (event: BusEvent, openId: string | undefined): boolean =>
  !('openId' in event) || openId === undefined || event.openId === openId;

/** Streams what happens until the page or the stand-in closes. */
export function eventStream(core: Core, c: Context<ApiEnv>): Response {
  const openId = c.req.query('openId');
  return streamSSE(c, async (stream) => {
    const end = new AbortController();
    const ending = AbortSignal.any([end.signal, core.closing.signal]);
    stream.onAbort(() => end.abort());
    const leave = core.bus.subscribe((event) => {
      if (concerns(event, openId)) void stream.writeSSE({ data: JSON.stringify(event) });
    });
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), heartbeatMs);
    await stream.write(': open\n\n');
    await new Promise<void>((resolve) => {
      if (ending.aborted) resolve();
      else ending.addEventListener('abort', () => resolve(), { once: true });
    });
    clearInterval(heartbeat);
    leave();
  });
}
