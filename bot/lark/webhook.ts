/** `POST /webhook/lark`: events and card callbacks of Feishu. */
import { randomInt } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { renderLarkCard } from '../../cards/render/lark.ts';
import type { LarkCardJson } from '../../cards/render/lark-node.ts';
import type { LarkConfig } from '../../config.ts';
import { type Answer, CLICK_DEADLINE_MS, type InboundEvent, type Receive } from '../inbound.ts';
import { markerOfClick } from './action-wire.ts';
import { CARD_ACTION, instantOf, type LarkEnvelope } from './envelope.ts';
import { type Log, traceOf } from './log.ts';
import { createVerifier } from './verify.ts';
import { readDelivery } from './wire.ts';

type LarkWebhookOptions = {
  readonly config: LarkConfig;
  /** The business clock; replay windows are judged by it. */
  readonly now: () => Date;
  readonly receive: Receive;
  readonly logger: Log;
  /** How long a click may wait for its answer, ms; the platform gives up after 3 s (sheet §1.7). */
  readonly deadlineMs?: number;
  /** Where the product's pages stand; missing = cards carry no links to them. */
  readonly pagesAt?: string;
  /** Told of every delivery that was turned away; `reason` is one of a short list. */
  readonly refused?: (reason: string) => void;
};

type ToastType = 'success' | 'info' | 'warning' | 'error';

type CallbackAnswer = {
  readonly toast?: { readonly type: ToastType; readonly content: string };
  readonly card?: { readonly type: 'raw'; readonly data: LarkCardJson };
};

const BODY_LIMIT = 1024 * 1024;
const REFERENCE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const REFERENCE_LENGTH = 6;

/**
 * Builds the route. Forged or malformed bodies get 400, 401 or 413 with an empty object. An event is
 * acknowledged only after `receive` has resolved, and 500 makes the platform repeat it; a click is
 * always answered with 200, because the platform shows any other status as its own error (§2.11).
 */
export function createLarkWebhook(options: LarkWebhookOptions): Hono {
  const verify = createVerifier(options.config);
  const app = new Hono();
  app.onError((error, c) => {
    if (isCutOff(error)) {
      options.refused?.('body');
      options.logger.warn({ reason: 'body' }, 'lark delivery refused');
      return c.json({}, 400);
    }
    options.logger.error({ ...traceOf(error) }, 'lark webhook failed');
    return c.json({}, 500);
  });
  // The rest of the body is never read, so nobody may send another request behind it.
  const tooLarge = (c: Context) => {
    options.refused?.('size');
    return c.json({}, 413, { connection: 'close' });
  };
  const limit = bodyLimit({ maxSize: BODY_LIMIT, onError: tooLarge });
  app.post('/', (c, next) => (isShort(c) ? next() : limit(c, next)));
  app.post('/', async (c) => {
    const raw = new Uint8Array(await c.req.arrayBuffer());
    const verdict = verify({ raw, headers: c.req.raw.headers }, options.now());
    if (verdict.kind === 'challenge') return c.json({ challenge: verdict.challenge });
    if (verdict.kind === 'refused') {
      options.refused?.(verdict.reason);
      options.logger.warn({ reason: verdict.reason }, 'lark delivery refused');
      return c.json({}, verdict.status);
    }
    return answerDelivery(c, verdict.envelope, options);
  });
  return app;
}

/**
 * A body whose announced length is small; the HTTP server reads no byte beyond it. The middleware would build a second
 * request with a stream around every one, which costs a click a twentieth of its processor time.
 */
function isShort(c: Context): boolean {
  const length = c.req.header('content-length');
  if (length === undefined || c.req.header('transfer-encoding') !== undefined) return false;
  return /^\d{1,7}$/.test(length) && Number(length) <= BODY_LIMIT;
}

/** The sender went away in the middle of the body; what `receive` throws is caught where it is called. */
const isCutOff = (error: Error): boolean => 'code' in error && error.code === 'ECONNRESET';

async function answerDelivery(c: Context, envelope: LarkEnvelope, options: LarkWebhookOptions) {
  const { event_type: type, create_time: createTime } = envelope.header;
  const event = readDelivery(envelope);
  if (event === null) {
    options.refused?.('event');
    options.logger.warn({ reason: 'event', type }, 'lark delivery refused');
    return c.json({}, 400);
  }
  const sentAt = instantOf(createTime);
  const delayMs = sentAt === null ? null : options.now().getTime() - sentAt.getTime();
  options.logger.debug({ type, eventId: event.eventId, delayMs }, 'lark delivery');
  if (type === CARD_ACTION) {
    return c.json(await answerClick(event, markerOfClick(envelope.event), options));
  }
  return acknowledge(c, event, options);
}

async function acknowledge(c: Context, event: InboundEvent, options: LarkWebhookOptions) {
  try {
    await options.receive(event);
    return c.json({});
  } catch (error) {
    const fields = { eventId: event.eventId, ...traceOf(error) };
    options.logger.error(fields, 'lark event failed, the platform will repeat it');
    return c.json({}, 500);
  }
}

async function answerClick(
  event: InboundEvent,
  marker: string | undefined,
  options: LarkWebhookOptions,
): Promise<CallbackAnswer> {
  const work = receiveClick(event, marker, options);
  const late = Symbol('late');
  const { promise: deadline, resolve: ring } = Promise.withResolvers<typeof late>();
  const timer = setTimeout(() => ring(late), options.deadlineMs ?? CLICK_DEADLINE_MS);
  const first = await Promise.race([work, deadline]);
  clearTimeout(timer);
  if (first !== late) return first;
  options.logger.warn({ eventId: event.eventId }, 'lark click answered before it was done');
  return toast('info', '正在处理，请稍候刷新');
}

/** Never rejects, so that a failure after the deadline is logged too. */
async function receiveClick(
  event: InboundEvent,
  marker: string | undefined,
  options: LarkWebhookOptions,
): Promise<CallbackAnswer> {
  try {
    const answer = await options.receive(event);
    const { pagesAt } = options;
    return event.kind === 'ignored' ? unknownClick(answer) : render(answer, { marker, pagesAt });
  } catch (error) {
    const reference = newReference();
    const fields = { reference, eventId: event.eventId, ...traceOf(error) };
    options.logger.error(fields, 'lark click failed');
    return toast('error', `系统繁忙，请稍后再试（编号 ${reference}）`);
  }
}

function render(
  answer: Answer,
  {
    marker,
    pagesAt,
  }: { readonly marker?: string | undefined; readonly pagesAt?: string | undefined },
): CallbackAnswer {
  const carried = {
    ...(marker === undefined ? {} : { marker }),
    ...(pagesAt === undefined ? {} : { pagesAt }),
  };
  return {
    ...(answer.toast === undefined ? {} : toast(answer.toast.tone, answer.toast.text)),
    ...(answer.replace === undefined
      ? {}
      : { card: { type: 'raw', data: renderLarkCard(answer.replace, carried) } }),
  };
}

/** A click without an action of ours must not look as if it had worked. */
function unknownClick(answer: Answer): CallbackAnswer {
  const rendered = render(answer, {});
  return rendered.toast === undefined && rendered.card === undefined
    ? toast('warning', '这张卡片已失效，请发送“待办”获取新的卡片')
    : rendered;
}

const toast = (type: ToastType, content: string): CallbackAnswer => ({ toast: { type, content } });

/** Six letters that cannot be mistaken for each other when read out on the telephone. */
function newReference(): string {
  const letter = () => REFERENCE_LETTERS[randomInt(REFERENCE_LETTERS.length)] ?? 'X';
  return Array.from({ length: REFERENCE_LENGTH }, letter).join('');
}
