/** `wire`: what it costs to know that a card callback is genuine and what it says, in one thread, without HTTP. */
import { createDecipheriv, createHash, createSecretKey, timingSafeEqual } from 'node:crypto';
import { EventDispatcher, LoggerLevel } from '@larksuiteoapi/node-sdk';
import { createVerifier } from '../../bot/lark/verify.ts';
import { readDelivery } from '../../bot/lark/wire.ts';
import { APP, agreeClick } from './callback.ts';
import type { RoundOptions } from './click.ts';
import { type BenchContext, type Measurement, median, type Scenario } from './scenario.ts';

const TARGET = 0.9;
const DELIVERIES = 512;
/** Rounds are short, so that a disturbance of the machine spoils few of them; three of them make one asked for. */
const ROUNDS_PER_ROUND = 3;

export const wireScenario = (options: RoundOptions): Scenario => ({
  name: 'wire',
  about: 'verify, decrypt and parse a 1.5 kB card callback in one thread',
  run: (bench) => measureWire(bench, options.rounds * ROUNDS_PER_ROUND),
});

type Delivery = { readonly raw: Uint8Array; readonly headers: Headers };

/** What a click says, as all three read it. */
type Read = {
  readonly eventId: string;
  readonly userId: string;
  readonly actionId: string;
  readonly formId: unknown;
  readonly opinion: unknown;
  readonly messageRef: string;
};

type Reader = (delivery: Delivery) => Read | Promise<Read>;

async function measureWire(bench: BenchContext, rounds: number): Promise<readonly Measurement[]> {
  const deliveries = Array.from({ length: DELIVERIES }, (_, n) => deliveryOf(n));
  const readers = { ours: ours(), floor: handWritten(), sdk: nodeSdk() };
  for (const delivery of deliveries) await agree(Object.values(readers), delivery);
  const times = { ours: [] as number[], floor: [] as number[], sdk: [] as number[] };
  const forMs = bench.short ? 20 : 1000;
  for (let round = -1; round < rounds; round += 1) {
    for (const name of ['ours', 'floor', 'sdk'] as const) {
      const micros = await timed(readers[name], deliveries, forMs);
      // The first round only warms up.
      if (round >= 0) times[name].push(micros);
    }
  }
  return report(times, deliveries[0]?.raw.length ?? 0);
}

function report(
  times: Readonly<Record<'ours' | 'floor' | 'sdk', readonly number[]>>,
  bytes: number,
): readonly Measurement[] {
  const against = (other: readonly number[]): number =>
    median(times.ours.map((micros, round) => (other[round] ?? 0) / micros));
  const [value, floor, sdk] = [times.ours, times.floor, times.sdk].map((each) => median(each));
  const ratio = against(times.floor);
  const perSecond = (micros = 0): number => 1e6 / micros;
  return [
    {
      measure: 'callbacks',
      unit: '1/s',
      value: perSecond(value),
      floor: perSecond(floor),
      ratio,
      target: `>= ${TARGET} x floor`,
      met: ratio >= TARGET,
      note: `wire: a callback of ${bytes} bytes; floor = hand-written with node:crypto and JSON.parse`,
    },
    {
      measure: 'against node-sdk',
      unit: '1/s',
      value: perSecond(value),
      floor: perSecond(sdk),
      ratio: against(times.sdk),
    },
  ];
}

/** Microseconds of this thread's processor time per delivery: what other processes do meanwhile does not count. */
async function timed(
  read: Reader,
  deliveries: readonly Delivery[],
  forMs: number,
): Promise<number> {
  const began = process.threadCpuUsage();
  const until = performance.now() + forMs;
  let done = 0;
  while (performance.now() < until) {
    for (const delivery of deliveries) {
      const result = read(delivery);
      if (result instanceof Promise) await result;
    }
    done += deliveries.length;
  }
  const used = process.threadCpuUsage(began);
  return (used.user + used.system) / done;
}

/** A reader that is fast because it reads something else would prove nothing. */
async function agree(readers: readonly Reader[], delivery: Delivery): Promise<void> {
  const all = await Promise.all(readers.map((read) => read(delivery)));
  const texts = new Set(all.map((each) => JSON.stringify(each)));
  if (texts.size !== 1) throw new Error(`the readers disagree: ${[...texts].join(' | ')}`);
}

function deliveryOf(n: number): Delivery {
  const form = {
    procedureId: `0198c2f0-7a55-7c3e-8f00-${String(n).padStart(12, '0')}`,
    revision: 2,
    head: `h${n}`,
    leader: 'l1',
    author: `s${n}`,
    messageRef: `om_${String(n).padStart(32, '0')}`,
  };
  const { body, headers } = agreeClick(form, new Date());
  return { raw: Buffer.from(body), headers: new Headers(headers) };
}

function ours(): Reader {
  const verify = createVerifier(APP);
  return (delivery) => {
    const verdict = verify(delivery, new Date());
    const event = verdict.kind === 'delivery' ? readDelivery(verdict.envelope) : null;
    if (event?.kind !== 'action') throw new Error('our reader refused a genuine click');
    return {
      eventId: event.eventId,
      userId: event.userId,
      actionId: event.actionId,
      formId: event.payload['id'],
      opinion: event.values['opinion'],
      messageRef: event.messageRef ?? '',
    };
  };
}

function handWritten(): Reader {
  const key = createSecretKey(createHash('sha256').update(APP.encryptKey).digest());
  return ({ raw, headers }) => {
    const wanted = createHash('sha256')
      .update(
        `${headers.get('x-lark-request-timestamp')}${headers.get('x-lark-request-nonce')}${APP.encryptKey}`,
      )
      .update(raw)
      .digest();
    const given = Buffer.from(headers.get('x-lark-signature') ?? '', 'hex');
    if (!timingSafeEqual(wanted, given)) throw new Error('signature');
    const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8');
    const sealed = Buffer.from(JSON.parse(text).encrypt, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', key, sealed.subarray(0, 16));
    const plain = decipher.update(sealed.subarray(16), undefined, 'utf8') + decipher.final('utf8');
    return picked(JSON.parse(plain));
  };
}

type Envelope = {
  readonly header: { readonly event_id: string };
  readonly event: {
    readonly operator: { readonly open_id: string };
    readonly action: {
      readonly value: { readonly a: string; readonly p: { readonly id: string } };
      readonly form_value: { readonly opinion: string };
    };
    readonly context: { readonly open_message_id: string };
  };
};

const picked = ({ header, event }: Envelope): Read => ({
  eventId: `evt-${header.event_id}`,
  userId: event.operator.open_id,
  actionId: event.action.value.a,
  formId: event.action.value.p.id,
  opinion: event.action.form_value.opinion,
  messageRef: event.context.open_message_id,
});

/** The platform's own library as its receiver calls it; it spreads header and event over one object. */
function nodeSdk(): Reader {
  const dispatcher = new EventDispatcher({
    encryptKey: APP.encryptKey,
    verificationToken: APP.verificationToken,
    loggerLevel: LoggerLevel.error,
  }).register({
    'card.action.trigger': (data: Envelope['event'] & Envelope['header']): Read =>
      picked({ header: { event_id: data.event_id }, event: data }),
  });
  return async ({ raw, headers }) => {
    const named = Object.fromEntries(headers);
    const body = JSON.parse(Buffer.from(raw).toString('utf8'));
    return dispatcher.invoke(Object.assign(Object.create({ headers: named }), body));
  };
}
