/**
 * What stands between the platform and the web processes: it takes them in turns, tries the other one where nobody
 * listens, repeats some deliveries with the same event id, and writes down what was sent and what was answered.
 */
import { request } from 'node:http';
import { decrypt } from '../../simulator/lark/envelope.ts';
import { isJson, type Json, parseJson } from '../../simulator/lark/model.ts';
import type { Random } from './random.ts';

export type DoorAnswer = {
  /** 0 = the connection broke, or nothing came. */
  readonly status: number;
  readonly tone: string | null;
  readonly text: string;
};

export type Delivery = {
  readonly eventId: string;
  readonly type: string;
  readonly openId: string;
  /** The clicked message or the typed one. */
  readonly messageId: string;
  /** What a click asks for; null for everything else. */
  readonly action: { readonly id: string; readonly payload: Json } | null;
  readonly answers: DoorAnswer[];
};

export type Door = {
  /** Hands a delivery in and returns what goes back to the platform. */
  readonly pass: (headers: Headers, body: string) => Promise<Response>;
  /** Every delivery by its event id, in the order of their first arrival. */
  readonly record: ReadonlyMap<string, Delivery>;
  /** Resolves when no answer is outstanding. */
  readonly quiet: () => Promise<void>;
};

type Raw = { readonly status: number; readonly text: string; readonly reached: boolean };

const PATIENCE_MS = 45_000;
const REPEATED = 0.06;
const LONGEST_REPEAT_MS = 3_000;

export function createDoor(
  encryptKey: string,
  ports: () => readonly number[],
  random: Random,
): Door {
  const record = new Map<string, Delivery>();
  const outstanding = new Set<Promise<unknown>>();
  let turn = 0;

  const hand = async (headers: Headers, body: string, delivery: Delivery): Promise<Raw> => {
    turn += 1;
    const open = ports();
    let result: Raw = { status: 0, text: '', reached: false };
    for (let tried = 0; tried < open.length && !result.reached; tried += 1) {
      result = await post(open[(turn + tried) % open.length] ?? 0, headers, body);
    }
    if (result.reached) delivery.answers.push(answerOf(result));
    return result;
  };
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    outstanding.add(work);
    void work.finally(() => outstanding.delete(work));
    return work;
  };

  return {
    record,
    pass: async (headers, body) => {
      const delivery = noted(record, encryptKey, body);
      const first = tracked(hand(headers, body, delivery));
      if (random.chance(REPEATED)) {
        const wait = random.chance(0.5) ? 0 : random.between(1, LONGEST_REPEAT_MS);
        void tracked(later(wait, () => hand(headers, body, delivery)));
      }
      const { status, text } = await first;
      if (status === 0) return new Response('', { status: 502 });
      return new Response(text, { status, headers: { 'content-type': 'application/json' } });
    },
    quiet: async () => {
      while (outstanding.size > 0) await Promise.allSettled(outstanding);
    },
  };
}

async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return work();
}

function noted(record: Map<string, Delivery>, encryptKey: string, body: string): Delivery {
  const payload = parseJson(decrypt(encryptKey, String(parseJson(body)?.['encrypt'] ?? ''))) ?? {};
  const delivery = deliveryOf(payload);
  const known = record.get(delivery.eventId);
  if (known !== undefined) return known;
  record.set(delivery.eventId, delivery);
  return delivery;
}

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isJson(inner) ? inner[key] : undefined), value);
const textAt = (value: unknown, ...path: readonly string[]): string =>
  String(at(value, ...path) ?? '');

function deliveryOf(payload: Json): Delivery {
  const value = at(payload, 'event', 'action', 'value');
  const asked = at(value, 'p');
  return {
    eventId: textAt(payload, 'header', 'event_id'),
    type: textAt(payload, 'header', 'event_type'),
    openId:
      textAt(payload, 'event', 'operator', 'open_id') ||
      textAt(payload, 'event', 'sender', 'sender_id', 'open_id') ||
      textAt(payload, 'event', 'operator_id', 'open_id'),
    messageId:
      textAt(payload, 'event', 'context', 'open_message_id') ||
      textAt(payload, 'event', 'message', 'message_id'),
    action: isJson(value) ? { id: textAt(value, 'a'), payload: isJson(asked) ? asked : {} } : null,
    answers: [],
  };
}

function answerOf({ status, text }: Raw): DoorAnswer {
  const toast = at(parseJson(text), 'toast');
  return {
    status,
    tone: isJson(toast) ? textAt(toast, 'type') : null,
    text: isJson(toast) ? textAt(toast, 'content') : '',
  };
}

/** One attempt on a connection of its own, so that a dead process is not met through an old one. */
function post(port: number, headers: Headers, body: string): Promise<Raw> {
  return new Promise((resolve) => {
    let connected = false;
    const end = (status: number, text = ''): void => {
      resolve({ status, text, reached: connected });
    };
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path: '/webhook/lark',
        method: 'POST',
        agent: false,
        timeout: PATIENCE_MS,
        headers: { ...platformHeaders(headers), 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => end(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
        response.on('error', () => end(0));
      },
    );
    call.on('socket', (socket) => socket.once('connect', () => (connected = true)));
    call.on('timeout', () => call.destroy());
    call.on('error', () => end(0));
    call.end(body);
  });
}

const platformHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    [...headers].filter(([name]) => name === 'content-type' || name.startsWith('x-')),
  );
