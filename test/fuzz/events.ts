/** Validly signed events: typed words, menu entries, opened chats, and what the product never asked for. */
import type { Known } from './known.ts';
import type { Random } from './random.ts';
import { hostileText, hostileValue } from './texts.ts';

export type Event = { readonly type: string; readonly event: unknown };

const WORDS = [
  '待办',
  '自查',
  '进度',
  '台账',
  '帮助',
  '发起自查',
  '同意',
  '？',
  '//待办 ',
  '@_user_1 待办',
];
const KEYS = [
  'todo',
  'register',
  '__proto__',
  'constructor',
  'toString',
  'todo\u202e',
  'x'.repeat(200),
  '=1+1',
];
const MESSAGE = 'im.message.receive_v1';
const MENU = 'application.bot.menu_v6';
const ENTERED = 'im.chat.access_event.bot_p2p_chat_entered_v1';

/** One event of somebody known or unknown. */
export function makeEvent(known: Known, random: Random, id: string): Event {
  const { world } = known;
  const senders = [...world.attacked.members, ...world.idle.members];
  const sender = random.pick(senders);
  const openId = random.chance(0.85) ? sender.openId : random.pick(world.strangers);
  const torn = (): unknown => hostileValue(random, sender.code);
  return random.weighed<() => Event>([
    [8, () => message(random, openId, id, sender.code)],
    [3, () => ({ type: MENU, event: menuOf(openId, random.pick(KEYS)) })],
    [
      2,
      () => ({ type: ENTERED, event: { operator_id: { open_id: openId }, chat_id: `oc_${id}` } }),
    ],
    [1, () => ({ type: MENU, event: menuOf(openId, torn()) })],
    [1, () => ({ type: MENU, event: menuOf(torn(), 'todo') })],
    [1, () => ({ type: ENTERED, event: { operator_id: torn(), chat_id: torn() } })],
    [1, () => ({ type: random.pick([MESSAGE, MENU, ENTERED]), event: torn() })],
    [
      1,
      () => ({
        type: random.pick([
          'im.message.message_read_v1',
          'x',
          '__proto__',
          'contact.user.deleted_v3',
        ]),
        event: torn(),
      }),
    ],
  ])();
}

const menuOf = (openId: unknown, key: unknown) => ({
  operator: { operator_id: { open_id: openId } },
  event_key: key,
});

function message(random: Random, openId: string, id: string, code: string): Event {
  const text = random.chance(0.5) ? random.pick(WORDS) : hostileText(random, code);
  const content = random.weighed<() => unknown>([
    [8, () => JSON.stringify({ text })],
    [1, () => JSON.stringify({ text: hostileValue(random, code) })],
    [1, () => hostileText(random, code)],
    [1, () => hostileValue(random, code)],
  ])();
  const mentions = random.weighed<() => unknown>([
    [6, () => undefined],
    [1, () => [{ key: '@_user_1', name: hostileText(random, code), mentioned_type: 'bot' }]],
    [1, () => manyMentions(random, text)],
    [1, () => hostileValue(random, code)],
  ])();
  return {
    type: MESSAGE,
    event: {
      sender: {
        sender_id: { open_id: openId },
        sender_type: random.pick(['user', 'user', 'user', 'app']),
      },
      message: {
        message_id: `om_${id}`,
        chat_id: random.pick(['oc_fuzz', `oc_${id}`, null]),
        chat_type: random.pick(['p2p', 'p2p', 'group', '__proto__']),
        message_type: random.pick(['text', 'text', 'text', 'post', 'image', 'toString']),
        content,
        ...(mentions === undefined ? {} : { mentions }),
      },
    },
  };
}

/** Names that put each other's keys into the text, and a key that occurs everywhere in it. */
const manyMentions = (random: Random, text: string): unknown =>
  Array.from({ length: random.pick([2, 40, 500, 501]) }, (_, n) => ({
    key: random.pick([`@_user_${n}`, text.slice(0, 1) || 'x', '!', '@']),
    name: random.pick([`@_user_${n + 1} @_user_${n + 1}`, text.slice(0, 40), 'x'.repeat(3_000)]),
    mentioned_type: random.pick(['user', 'bot', 'x']),
  }));
