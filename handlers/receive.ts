/** Answers one verified delivery: who is it, what is wanted, and all of it in one transaction. */
import type { Answer, Handle, InboundEvent } from '../bot/inbound.ts';
import type { Router } from '../bot/router.ts';
import { isActing } from '../cards/acting.ts';
import type { Card, Reply } from '../cards/model.ts';
import { retiredCard } from '../cards/procedure.ts';
import { refusalToast } from '../cards/wording.ts';
import { dayOf } from '../domain/calendar.ts';
import type { Message } from '../domain/effect.ts';
import type { Context, Store } from '../services/context.ts';
import { deliverOnce, type Handled } from '../services/delivery.ts';
import { greetOnce, noteChat, readSender } from '../services/identity.ts';
import { procedureSubject } from '../services/task.ts';
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

export function createReceive(options: ReceiveOptions): Handle {
  return async (event) => {
    if (event.kind === 'ignored') return { answer: {}, person: null, repeated: false };
    const now = options.now();
    const key = { platform: event.platform, eventId: event.eventId };
    let fresh: (Handled<Reply> & { readonly person: string | null }) | undefined;
    const reply = await deliverOnce(options.db, key, now, async (work) => {
      fresh = await handle(options, event, now, work);
      return fresh;
    });
    options.committed();
    return {
      answer: asAnswer(reply),
      person: fresh?.person ?? null,
      repeated: reply !== fresh?.reply,
    };
  };
}

async function handle(
  options: ReceiveOptions,
  event: InboundEvent,
  now: Date,
  work: UnitOfWork,
): Promise<Handled<Reply> & { readonly person: string | null }> {
  const {
    sender: known,
    replaced: isReplaced,
    dossier,
  } = await readSender(options.db, subjectOf(event), dayOf(now, options.zone));
  if (known === undefined) return { ...answerStranger(event), person: null };
  if (dossier !== undefined) work.know(dossier);
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
    const reply = await answerClick(options, caller, event, isReplaced);
    const { messageRef } = event;
    const { replace } = reply;
    const replaced =
      replace === undefined || messageRef === null
        ? {}
        : { replaced: { messageRef, hasForm: hasForm(replace) } };
    const { procedureId } = subjectOf(event);
    const onPage = messageRef === null && procedureId !== null && reply.toast !== undefined;
    // The answer changes the page; the card in the chat learns of the same by itself.
    if (onPage) messages.push(refreshCard(caller, procedureId));
    return { reply, messages, person: caller.person, ...replaced };
  }
  const card = await answerWords(options, caller, event, known.name);
  if (card === null) return { reply: {}, messages, person: caller.person };
  const message = {
    key: `answer-${event.platform}-${event.eventId}`,
    to: { person: caller.person },
    content: { kind: 'card' as const, card },
  };
  return { reply: {}, messages: [...messages, message], person: caller.person };
}

const hasForm = ({ blocks }: Card): boolean => blocks.some(({ kind }) => kind === 'form');

const refreshCard = (caller: Caller, procedureId: string): Message => ({
  key: `page-${caller.eventId}`,
  to: { person: caller.person },
  content: { kind: 'refresh', subject: procedureSubject(procedureId) },
});

/** Whom and what the delivery names; a click names its form by id. */
function subjectOf(event: InboundEvent) {
  const { platform, userId } = event;
  if (event.kind !== 'action') return { platform, userId, messageRef: null, procedureId: null };
  const id = Object.hasOwn(event.payload, 'id') ? event.payload['id'] : null;
  const procedureId = typeof id === 'string' && UUID.test(id) ? id : null;
  return { platform, userId, messageRef: event.messageRef, procedureId };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A message that a newer one has replaced no longer acts. Its state may be looked up, but neither can its form be sent
 * nor does looking bring its buttons back: whoever saw it before it was replaced may still click in it.
 */
async function answerClick(
  options: ReceiveOptions,
  caller: Caller,
  event: Extract<InboundEvent, { kind: 'action' }>,
  replaced: boolean,
): Promise<Reply> {
  const outdated: Reply = { toast: refusalToast({ code: 'stale' }), replace: retiredCard };
  if (replaced && Object.hasOwn(event.payload, 'r')) return outdated;
  const { actionId, payload, values } = event;
  const reply = await options.router.run(caller, actionId, payload, cleanValues(values));
  return replaced && reply.replace !== undefined && isActing(reply.replace) ? outdated : reply;
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
