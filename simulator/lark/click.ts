/** A click on a card: the client's own checks, one callback of at most 3 s, and what it changes (§2.11). */
import { randomBytes } from 'node:crypto';
import { readAnswer, type Toast } from './callback-answer.ts';
import { actionOf, type ClickInput, findTarget } from './click-action.ts';
import { type Core, cardLifeMs } from './core.ts';
import { envelope, seal } from './envelope.ts';
import { exchange } from './exchange.ts';
import { replaceCard } from './messages.ts';
import {
  isJson,
  type Json,
  parseJson,
  type SimulatedPerson,
  type StoredMessage,
  type UpdateToken,
} from './model.ts';

export type ClickOutcome = {
  readonly toast?: Toast;
  readonly error?: { readonly code: string; readonly text: string };
};

const local = (code: string, text: string): ClickOutcome => ({ error: { code, text } });

/** Whether the message's card is too old to be clicked. */
export const isExpired = (core: Core, message: StoredMessage): boolean =>
  message.type === 'interactive' && core.nowMs() - message.createdAt > cardLifeMs;

/** The `config` of a card. */
export function configOf(content: string): Json {
  const config = parseJson(content)?.['config'];
  return isJson(config) ? config : {};
}

function refusalOf(core: Core, message: StoredMessage | undefined): ClickOutcome | null {
  if (message === undefined || message.type !== 'interactive') {
    return local('notFound', '找不到这张卡片');
  }
  if (message.deleted) return local('recalled', '消息已撤回');
  if (isExpired(core, message)) return local('expired', '卡片已过期，无法操作');
  // Only an explicit refusal counts: a bot must withstand copies whose client lets the click through.
  if (message.forwarded && configOf(message.content)['enable_forward_interaction'] === false) {
    return local('forwarded', '转发的卡片不支持操作');
  }
  return null;
}

function issueToken(core: Core, messageId: string): UpdateToken {
  const issuedAt = core.nowMs();
  const tokens = core.store.updateTokens;
  for (const [key, token] of tokens) {
    if (issuedAt - token.issuedAt > cardLifeMs) tokens.delete(key);
  }
  const token = { token: `c-${randomBytes(20).toString('hex')}`, messageId, issuedAt };
  const issued: UpdateToken = { ...token, uses: 0, answered: false };
  tokens.set(issued.token, issued);
  core.store.changed();
  return issued;
}

async function callBack(
  core: Core,
  person: SimulatedPerson,
  message: StoredMessage,
  action: Json,
): Promise<ClickOutcome> {
  const { app } = core.options;
  const token = issueToken(core, message.messageId);
  const payload = envelope(
    app,
    'card.action.trigger',
    {
      operator: {
        tenant_key: app.tenantKey,
        user_id: person.userId,
        open_id: person.openId,
        union_id: person.unionId,
      },
      token: token.token,
      action,
      host: 'im_message',
      context: { open_message_id: message.messageId, open_chat_id: message.chatId },
    },
    core.nowMs(),
  );
  core.locked.add(message.messageId);
  const result = await exchange(core, seal(app, payload, core.nowMs()), payload);
  core.locked.delete(message.messageId);
  const dropped = core.faults.strike('dropCallbackAnswer') !== null;
  const answer = readAnswer(core, dropped ? { kind: 'timeout' } : result);
  if (!answer.ok) return { error: { code: answer.code, text: answer.text } };
  token.answered = true;
  if (answer.card !== undefined) replaceCard(core, message, JSON.stringify(answer.card));
  core.store.changed();
  return answer.toast === undefined ? {} : { toast: answer.toast };
}

/** What happens when `person` clicks a card in their chat with the bot. */
export async function click(
  core: Core,
  person: SimulatedPerson,
  input: ClickInput,
): Promise<ClickOutcome> {
  const message = core.store.messages.get(input.messageId);
  const own = message?.openId === person.openId ? message : undefined;
  const refusal = refusalOf(core, own);
  if (refusal !== null || own === undefined) return refusal ?? {};
  const shown = [own.content, ...own.earlier].map(parseJson).filter((card) => card !== null);
  const target = findTarget(shown, input);
  if (target === null) return local('notFound', '卡片已更新，请刷新后重试');
  const action = actionOf(target, input);
  if (action.kind === 'refused') return local(action.code, action.text);
  if (action.kind === 'local') return {};
  return callBack(core, person, own, action.action);
}
