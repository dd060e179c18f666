/** Deliveries as the platform would sign them, with whatever content a test wants: a client that plays by no rules. */

import { callbackValue, nodesOf } from '../../simulator/lark/card-walk.ts';
import { bareLabel, labelOf } from '../../simulator/lark/card-words.ts';
import { isField } from '../../simulator/lark/click-values.ts';
import { envelope, type Sealed, seal } from '../../simulator/lark/envelope.ts';
import { isJson, type Json, parseJson } from '../../simulator/lark/model.ts';
import type { House } from './house.ts';
import type { SeenCard } from './simulated-person.ts';

export type Answered = {
  readonly status: number;
  readonly toast: { readonly type: string; readonly content: string } | null;
  readonly card: Json | null;
};

/** A delivery as it travels, and the key under which it is answered once. */
export type SealedDelivery = Sealed & { readonly eventId: string };

/** Signs a delivery with the secrets of `house`. */
export function sealed(house: House, eventType: string, event: Json): SealedDelivery {
  const { lark } = house.config;
  if (lark === null) throw new Error('the house has no messenger');
  const app = { ...lark, tenantKey: 'tk_local' };
  const now = house.app.clock.now().getTime();
  const payload = envelope(app, eventType, event, now);
  const header = isJson(payload['header']) ? payload['header'] : {};
  return { ...seal(app, payload, now), eventId: `evt-${String(header['event_id'])}` };
}

/** A signed delivery that can be posted as often as a test likes. */
export function delivery(house: House, eventType: string, event: Json): () => Promise<Answered> {
  const { body, headers } = sealed(house, eventType, event);
  return async () => {
    const response = await fetch(`${house.url}/webhook/lark`, { method: 'POST', body, headers });
    return answered(response.status, parseJson(await response.text()) ?? {});
  };
}

function answered(status: number, body: Json): Answered {
  const { toast, card } = body;
  return {
    status,
    toast: isJson(toast)
      ? { type: String(toast['type']), content: String(toast['content']) }
      : null,
    card: isJson(card) && isJson(card['data']) ? card['data'] : null,
  };
}

/** A click on the button of `card` that starts with `words`, by anybody, with any values under the labels. */
export function forgedClick(
  house: House,
  by: string,
  card: SeenCard,
  words: string,
  values: Readonly<Record<string, unknown>> = {},
): () => Promise<Answered> {
  const nodes = nodesOf(card.card);
  const button = nodes.find(
    ({ node, tag }) =>
      tag === 'button' && isJson(node['text']) && String(node['text']['content']).startsWith(words),
  );
  if (button === undefined) throw new Error(`no button "${words}"`);
  const fields = nodes.filter(({ node }) => isField(node)).map(({ node }) => node);
  const nameOf = (label: string): string => {
    const field = fields.find((node) => labelOf(card.card, node) === bareLabel(label));
    return field === undefined ? label : String(field['name']);
  };
  const named = Object.entries(values).map(([label, value]) => [nameOf(label), value] as const);
  return delivery(house, 'card.action.trigger', {
    operator: { open_id: by, tenant_key: 'tk_local' },
    token: 'c-forged',
    action: {
      tag: 'button',
      name: button.node['name'],
      value: callbackValue(button.node),
      form_value: Object.fromEntries(named),
    },
    host: 'im_message',
    context: { open_message_id: card.messageId, open_chat_id: 'oc_forged' },
  });
}

/** A click that carries an action no card of this person shows. */
export const forgedAction = (
  house: House,
  by: string,
  action: { readonly a: string; readonly p: Json },
  values: Readonly<Record<string, unknown>> = {},
): (() => Promise<Answered>) =>
  delivery(house, 'card.action.trigger', {
    operator: { open_id: by, tenant_key: 'tk_local' },
    token: 'c-forged',
    action: { tag: 'button', value: action, form_value: values },
    context: { open_message_id: 'om_forged', open_chat_id: 'oc_forged' },
  });
