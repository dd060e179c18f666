/** Typed words from many people through kept-alive connections, sent as a proxy sends them to several web processes. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Json } from '../../simulator/lark/model.ts';
import { type SealedDelivery, sealed } from './forged.ts';
import type { House } from './house.ts';

export type Load = {
  /** Event keys of everything that was answered with 200. */
  readonly answered: readonly string[];
  /** What was not, and why. */
  readonly failed: readonly string[];
  readonly slowestMs: number;
};

export type Target = { readonly url: string; readonly monitor: string };

type Outcome = { readonly status: number } | { readonly refusedConnection: boolean };

/** A text message; its key is the message's id. */
export function words(house: House, person: string, text: string): SealedDelivery {
  const messageId = `om_${randomUUID()}`;
  const event: Json = {
    sender: { sender_id: { open_id: `ou_demo_${person}` }, sender_type: 'user' },
    message: {
      message_id: messageId,
      chat_id: `oc_${person}`,
      chat_type: 'p2p',
      message_type: 'text',
      content: JSON.stringify({ text }),
    },
  };
  return { ...sealed(house, 'im.message.receive_v1', event), eventId: `msg-${messageId}` };
}

/**
 * Keeps `lanes` connections busy until `until` resolves. Like a proxy it asks every address for its health and sends
 * nothing to one that is leaving; when a connection is refused it turns to the next one, and only then: everything
 * else that is no answer counts as failed.
 */
export async function underLoad(
  house: House,
  options: {
    readonly targets: readonly Target[];
    readonly people: readonly string[];
    readonly lanes: number;
    readonly pauseMs: number;
    readonly until: Promise<unknown>;
  },
): Promise<Load> {
  // Idle connections are closed from here, long before the server may do it just as something is sent.
  const agent = new Agent({ keepAlive: true, maxSockets: options.lanes, timeout: IDLE_MS });
  const answered: string[] = [];
  const failed: string[] = [];
  let slowestMs = 0;
  let over = false;
  let next = 0;
  let healthy = options.targets.map(({ url }) => url);
  const look = async (): Promise<void> => {
    while (!over) {
      const targets = [...options.targets];
      const well = await Promise.all(targets.map(isWell));
      healthy = targets.flatMap(({ url }, index) => (well[index] ? url : []));
      await new Promise((resolve) => setTimeout(resolve, HEALTH_MS));
    }
  };
  const lane = async (number: number): Promise<void> => {
    while (!over) {
      const person = options.people[number % options.people.length] ?? '';
      const delivery = words(house, person, '帮助');
      const began = performance.now();
      const outcome = await deliver(agent, healthy, next++, delivery);
      slowestMs = Math.max(slowestMs, performance.now() - began);
      if (outcome === 200) answered.push(delivery.eventId);
      else failed.push(`${delivery.eventId} ${outcome}`);
      await new Promise((resolve) => setTimeout(resolve, options.pauseMs));
    }
  };
  const lanes = Array.from({ length: options.lanes }, (_, number) => lane(number));
  const looking = look();
  await options.until.finally(() => {
    over = true;
  });
  await Promise.all([...lanes, looking]);
  agent.destroy();
  return { answered, failed, slowestMs };
}

const HEALTH_MS = 500;
const IDLE_MS = 1_500;

const isWell = ({ monitor }: Target): Promise<boolean> =>
  fetch(`${monitor}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

async function deliver(
  agent: Agent,
  urls: readonly string[],
  first: number,
  delivery: SealedDelivery,
): Promise<number | string> {
  for (let tried = 0; tried < urls.length; tried += 1) {
    const url = urls[(first + tried) % urls.length] ?? '';
    const outcome = await post(agent, url, delivery);
    if ('status' in outcome) return outcome.status;
    if (!outcome.refusedConnection) return 'connection lost';
  }
  return 'nobody listens';
}

function post(agent: Agent, url: string, { body, headers }: SealedDelivery): Promise<Outcome> {
  return new Promise((resolve) => {
    const call = request(
      `${url}/webhook/lark`,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        response.once('end', () => resolve({ status: response.statusCode ?? 0 }));
        response.once('error', () => resolve({ refusedConnection: false }));
      },
    );
    call.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ refusedConnection: error.code === 'ECONNREFUSED' }),
    );
    call.end(body);
  });
}
