/** Every card and toast that crossed the wire, as the people on the other side could read them. */
import { nodesOf } from '../../simulator/lark/card-walk.ts';
import { wordsOf } from '../../simulator/lark/card-words.ts';
import { isJson, type Json } from '../../simulator/lark/model.ts';
import type { House } from './house.ts';

export type Seen = { readonly cards: readonly Json[]; readonly toasts: readonly string[] };

const isCard = (value: unknown): value is Json => isJson(value) && value['schema'] === '2.0';

const dataOf = (card: unknown): unknown => (isJson(card) ? card['data'] : undefined);

/** What the messenger's log holds at this moment: the last 500 exchanges. */
export function seenOnWire(house: House): Seen {
  const cards: Json[] = [];
  const toasts: string[] = [];
  for (const { direction, request, response } of house.lark.wire.entries()) {
    const body = direction === 'in' ? request : response;
    if (!isJson(body)) continue;
    const card = direction === 'in' ? body['content'] : dataOf(body['card']);
    if (isCard(card)) cards.push(card);
    if (isJson(body['toast'])) toasts.push(String(body['toast']['content']));
  }
  return { cards, toasts };
}

/** All words of a card, the line of the chat list and the phone's notification included. */
export function allWords(card: Json): string {
  const config = isJson(card['config']) ? card['config'] : {};
  const summary = isJson(config['summary']) ? String(config['summary']['content'] ?? '') : '';
  return [summary, ...wordsOf(card)].join('\n');
}

/** The texts of all buttons. */
export const buttonsOf = (card: Json): readonly string[] =>
  nodesOf(card).flatMap(({ node, tag }) =>
    tag === 'button' && isJson(node['text']) ? [String(node['text']['content'])] : [],
  );
