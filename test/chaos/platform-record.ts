/** What the platform knows at the end of a run: what it took, what its chats show now, what people clicked and typed. */
import { callbackValue, nodesOf } from '../../simulator/lark/card-walk.ts';
import { isJson, type Json, parseJson } from '../../simulator/lark/model.ts';
import type { Delivery } from './door.ts';
import type { Platform } from './platform.ts';

export type SentMessage = {
  readonly messageId: string;
  readonly openId: string;
  readonly type: string;
  /** The mark in which a card carries the key of its message; '' when there is none. */
  readonly mark: string;
};

export type CardButton = {
  readonly action: string;
  readonly form: string;
  readonly revision: number;
};

export type ShownCard = {
  readonly messageId: string;
  readonly openId: string;
  readonly title: string;
  readonly tag: string;
  /** Only those that change something: they carry the revision that was shown. */
  readonly acting: readonly CardButton[];
};

export type PlatformRecord = {
  readonly now: Date;
  readonly sent: readonly SentMessage[];
  readonly cards: readonly ShownCard[];
  readonly deliveries: readonly Delivery[];
};

/** Reads chats and ledger of a run's platform. */
export async function recordOf(
  { lark, ledger, door }: Pick<Platform, 'lark' | 'ledger' | 'door'>,
  now: Date,
): Promise<PlatformRecord> {
  const fromBot = ledger.filter(({ from }) => from === 'bot');
  const cards: ShownCard[] = [];
  for (const openId of new Set(fromBot.map((message) => message.openId))) {
    for (const { messageId, card, from } of (await lark.client.chat(openId)) ?? []) {
      if (card !== undefined && from === 'bot') cards.push(shownCard(messageId, openId, card));
    }
  }
  return {
    now,
    sent: fromBot.map(({ messageId, openId, type, content }) => ({
      messageId,
      openId,
      type,
      mark: markOf(parseJson(content) ?? {}),
    })),
    cards,
    deliveries: [...door.record.values()],
  };
}

function markOf(card: Json): string {
  const body = isJson(card['body']) ? card['body'] : {};
  const elements = Array.isArray(body['elements']) ? body['elements'] : [];
  const [first] = elements;
  return isJson(first) ? String(first['element_id'] ?? '') : '';
}

const contentAt = (value: unknown): string => (isJson(value) ? String(value['content'] ?? '') : '');

function shownCard(messageId: string, openId: string, card: Json): ShownCard {
  const header = isJson(card['header']) ? card['header'] : {};
  const tags = Array.isArray(header['text_tag_list']) ? header['text_tag_list'] : [];
  const [tag] = tags;
  return {
    messageId,
    openId,
    title: contentAt(header['title']),
    tag: isJson(tag) ? contentAt(tag['text']) : '',
    acting: nodesOf(card).flatMap(({ node, tag: name }) =>
      name === 'button' ? actingButton(callbackValue(node)) : [],
    ),
  };
}

function actingButton(value: unknown): readonly CardButton[] {
  if (!isJson(value) || !isJson(value['p'])) return [];
  const { id, r } = value['p'];
  if (id === undefined || r === undefined) return [];
  return [{ action: String(value['a']), form: String(id), revision: Number(r) }];
}
