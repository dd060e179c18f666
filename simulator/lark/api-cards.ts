/** Changing a card that was sent: PATCH, and the delayed update by callback token (§4.4, §4.5). */
import { Hono } from 'hono';
import { z } from 'zod';
import { ownMessage } from './api-messages.ts';
import { cardFailure, checkCard, saysUpdateMulti } from './card-check.ts';
import { type Core, cardLifeMs } from './core.ts';
import { type LarkFailure, serviceFailure } from './failure.ts';
import { type ApiContext, type ApiEnv, faulty, guarded, ok, readBody } from './http.ts';
import { replaceCard } from './messages.ts';
import { parseJson, type StoredMessage, type UpdateToken } from './model.ts';

const patchBody = z.object({ content: z.string() });
const delayedBody = z.object({ token: z.string(), card: z.record(z.string(), z.unknown()) });

/** 30 min and 2 uses (§4.5). */
const tokenLifeMs = 1800_000;
const tokenUses = 2;

const lockedFailure = (): LarkFailure =>
  cardFailure({ code: 11310, message: 'card action is lock' });

function checkPatch(core: Core, message: StoredMessage, content: string): void {
  if (message.type !== 'interactive') {
    throw serviceFailure(230001, 'only card messages can be updated.');
  }
  if (core.nowMs() - message.createdAt > cardLifeMs) {
    throw serviceFailure(230031, 'The message was sent more than 14 days ago.');
  }
  if (
    parseJson(message.content)?.['schema'] === '2.0' &&
    parseJson(content)?.['schema'] !== '2.0'
  ) {
    throw cardFailure({ code: 200830, message: 'a 2.0 card cannot become a 1.0 card' });
  }
  const verdict = checkCard(content, core.cardFacts);
  if (!verdict.ok) throw verdict.failure;
  if (!saysUpdateMulti(message.content) || !saysUpdateMulti(content)) {
    throw cardFailure({
      code: 300302,
      message: 'update_multi must be true in the old and new card',
    });
  }
  if (core.locked.has(message.messageId)) throw lockedFailure();
}

async function patch(core: Core, c: ApiContext): Promise<Response> {
  const message = ownMessage(core, c.req.param('message_id') ?? '');
  const { content } = await readBody(c, patchBody);
  core.limits.message(message.messageId);
  checkPatch(core, message, content);
  replaceCard(core, message, content);
  return ok(c, {});
}

function usableToken(core: Core, token: string): UpdateToken {
  const known = core.store.updateTokens.get(token);
  if (known === undefined) throw serviceFailure(300020, 'token format is invalid');
  if (core.nowMs() - known.issuedAt > tokenLifeMs) {
    throw serviceFailure(300030, 'token is expired');
  }
  if (known.uses >= tokenUses) throw serviceFailure(300040, 'token has been used up');
  if (!known.answered) throw serviceFailure(11310, 'card action is lock');
  return known;
}

async function delayed(core: Core, c: ApiContext): Promise<Response> {
  const body = delayedBody.safeParse(parseJson(await c.req.text()));
  if (!body.success) throw serviceFailure(10002, 'parameter is invalid: token or card');
  const token = usableToken(core, body.data.token);
  const message = core.store.messages.get(token.messageId);
  if (message === undefined || message.deleted) {
    throw serviceFailure(200000, 'the message is recalled');
  }
  const content = JSON.stringify(body.data.card);
  const verdict = checkCard(content, core.cardFacts);
  if (!verdict.ok) throw verdict.failure;
  token.uses += 1;
  replaceCard(core, message, content);
  return ok(c, {});
}

/** Routes below `/open-apis`. */
export function cardRoutes(core: Core): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.patch('/im/v1/messages/:message_id', guarded(core, 'patch'), faulty(core, 'update'), (c) =>
    patch(core, c),
  );
  routes.post(
    '/interactive/v1/card/update',
    guarded(core, 'cardUpdate'),
    faulty(core, 'update'),
    (c) => delayed(core, c),
  );
  return routes;
}
