/** Answers one verified delivery: who is it, what is wanted, and all of it in one transaction. */
import type { Answer, InboundEvent, Receive } from '../bot/inbound.ts';
import type { Router } from '../bot/router.ts';
import type { Card, Reply } from '../cards/model.ts';
import { retiredCard } from '../cards/procedure.ts';
import { refusalToast } from '../cards/wording.ts';
import type { Message } from '../domain/effect.ts';
import type { Context, Store } from '../services/context.ts';
import { deliverOnce, type Handled } from '../services/delivery.ts';
import { greetOnce, identify, noteChat } from '../services/identity.ts';
import { noteReplaced, wasReplaced } from '../services/live-card.ts';
import type { UnitOfWork } from '../services/unit-of-work.ts';
import { cleanText, cleanValues } from './clean.ts';
import type { Commands } from './commands.ts';
import { welcome } from './lists.ts';
import type { Caller } from './reply.ts';

export type ReceiveOptions = {
  readonly db: Store;
  readonly now: () => Date;
  readonly zone: string;
  readonly router: Router<Caller>;
  readonly commands: Commands;
  /** Menu keys and the command each one runs. */
  readonly menu: Readonly<Record<string, string>>;
  /** Called after a commit: there may be something to send. */
  readonly committed: () => void;
};

const stranger = '您还没有登记为本单位人员，请联系系统管理员把您的账号加入人员名单。';
const unreadable = '暂时只能识别文字消息。请发送“帮助”查看可以使用的功能。';

export function createReceive(options: ReceiveOptions): Receive {
  return async (event) => {
    if (event.kind === 'ignored') return {};
    const now = options.now();
    const key = { platform: event.platform, eventId: event.eventId };
    const reply = await deliverOnce(options.db, key, now, (work) =>
      handle(options, event, now, work),
    );
    options.committed();
    return asAnswer(reply);
  };
}

async function handle(
  options: ReceiveOptions,
  event: InboundEvent,
  now: Date,
  work: UnitOfWork,
): Promise<Handled<Reply>> {
  const known = await identify(options.db, event.platform, event.userId);
  if (known === undefined) return answerStranger(event);
  if (event.chatRef !== undefined && event.chatRef !== known.chatRef) {
    await noteChat(await work.begin(), event.platform, event.userId, event.chatRef);
  }
  const messages: Message[] = [];
  const ctx: Context = {
    db: options.db,
    now,
    zone: options.zone,
    work,
    actor: { kind: 'person', code: known.personCode },
  };
  const caller: Caller = {
    ctx,
    person: known.personCode,
    eventId: event.eventId,
    send: (message) => messages.push(message),
  };
  if (event.kind === 'action') {
    const reply = await answerClick(options, caller, event);
    if (reply.replace !== undefined) {
      await noteReplaced(await work.begin(), event.platform, event.messageRef);
    }
    return { reply, messages };
  }
  const card = await answerWords(options, caller, event, known.name);
  if (card === null) return { reply: {}, messages };
  const message = {
    key: `answer-${event.platform}-${event.eventId}`,
    to: { person: caller.person },
    content: { kind: 'card' as const, card },
  };
  return { reply: {}, messages: [...messages, message] };
}

/** A message that a newer one has replaced no longer acts; its state may be looked up, its form not be sent. */
async function answerClick(
  options: ReceiveOptions,
  caller: Caller,
  event: Extract<InboundEvent, { kind: 'action' }>,
): Promise<Reply> {
  const acts = Object.hasOwn(event.payload, 'r');
  if (acts && (await wasReplaced(options.db, event.messageRef))) {
    return { toast: refusalToast({ code: 'stale' }), replace: retiredCard };
  }
  return options.router.run(caller, event.actionId, event.payload, cleanValues(event.values));
}

async function answerWords(
  options: ReceiveOptions,
  caller: Caller,
  event: InboundEvent,
  name: string,
): Promise<Card | null> {
  switch (event.kind) {
    case 'text':
      return options.commands.answer(caller, cleanText(event.text));
    case 'menu':
      return options.commands.answer(caller, wordOfKey(options.menu, event.key));
    case 'entered':
      return (await greetOnce(caller.ctx, event.platform, event.userId))
        ? welcome(caller, name, options.commands)
        : null;
    case 'unreadable':
      return {
        title: '廉哨',
        tone: 'neutral' as const,
        summary: unreadable,
        blocks: [{ kind: 'text' as const, text: unreadable }],
      };
    default:
      return null;
  }
}

/** The command a menu key runs; a key nobody configured is taken as typed words. */
const wordOfKey = (menu: Readonly<Record<string, string>>, key: string): string =>
  (Object.hasOwn(menu, key) ? menu[key] : undefined) ?? key;

/** Somebody the organisation does not know: a click gets a toast, words get one message, opening the chat nothing. */
function answerStranger(event: InboundEvent): Handled<Reply> {
  if (event.kind === 'action')
    return { reply: { toast: { tone: 'error', text: stranger } }, messages: [] };
  if (event.kind === 'entered') return { reply: {}, messages: [] };
  const card = {
    title: '廉哨',
    tone: 'neutral' as const,
    summary: stranger,
    blocks: [{ kind: 'text' as const, text: stranger }],
  };
  const to = { address: { platform: event.platform, userId: event.userId } };
  return {
    reply: {},
    messages: [
      { key: `answer-${event.platform}-${event.eventId}`, to, content: { kind: 'card', card } },
    ],
  };
}

/** What was stored came from here, through JSON. */
const asAnswer = (reply: unknown): Answer => reply as Answer;
