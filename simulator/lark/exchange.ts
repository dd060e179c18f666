/** One request from the platform to the bot: 3 s, no redirects (§1.7). */
import type { Core } from './core.ts';
import type { Sealed } from './envelope.ts';
import { type Json, parseJson } from './model.ts';

export type Exchange =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'timeout' | 'refused' | 'unresolved' | 'notConfigured' };

const deadlineMs = 3000;

function failureKind(error: unknown): Exchange {
  if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'timeout' };
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return { kind: code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'unresolved' : 'refused' };
}

async function post(core: Core, sealed: Sealed): Promise<Exchange> {
  const { webhookUrl } = core.options;
  if (webhookUrl === '') return { kind: 'notConfigured' };
  try {
    const response = await fetch(webhookUrl, {
      method: 'POST',
      headers: sealed.headers,
      body: sealed.body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(deadlineMs), core.closing.signal]),
    });
    return { kind: 'answered', status: response.status, text: await response.text() };
  } catch (error) {
    return failureKind(error);
  }
}

/** Sends a sealed body and logs it with `plain`, its readable form. Never throws. */
export async function exchange(core: Core, sealed: Sealed, plain: Json): Promise<Exchange> {
  const started = performance.now();
  const result = await post(core, sealed);
  const answered = result.kind === 'answered';
  core.wire.add({
    direction: 'out',
    method: 'POST',
    path: URL.canParse(core.options.webhookUrl) ? new URL(core.options.webhookUrl).pathname : '',
    status: answered ? result.status : 0,
    ms: Math.round(performance.now() - started),
    request: plain,
    response: answered ? (parseJson(result.text) ?? result.text) : result.kind,
  });
  return result;
}
