/** The page of one form: shown to its writer; its buttons take the way of a click in the chat. */
import { createHash, randomUUID } from 'node:crypto';
import type { Card, Toast } from '../../cards/model.ts';
import { pageNotices } from '../../cards/page-notices.ts';
import { renderCard } from '../../cards/render/page/card.ts';
import type { Kept } from '../../cards/render/page/notice.ts';
import type { Answer } from '../inbound.ts';
import type { FormSight } from './ports.ts';
import { keptOf, type Posted, readPosted, withTyped } from './posted.ts';
import { document, type House, notice, type PageContext, type Seen } from './reply.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const pathOf = (id: string): string => `/page/form/${id}`;

/** GET: the form as it stands. */
export async function showForm(house: House, c: PageContext, seen: Seen, id: string) {
  const sight = await sightOf(house, seen, id);
  return sight.kind === 'card'
    ? draw(house, c, seen, { id, card: sight.card, revision: sight.revision })
    : notice(house, c, 403, pageNotices.notYours(sight.text));
}

/** POST: one button was pressed. Whatever comes of it, what was typed stands on the page that answers. */
export async function actOnForm(house: House, c: PageContext, seen: Seen, id: string) {
  const posted = readPosted(await c.req.text());
  if (!house.cookies.isToken(seen.key, posted.token) || posted.once === null) {
    return notice(house, c, 403, pageNotices.forged(pathOf(id)), { typed: keptOf(posted.values) });
  }
  const before = await sightOf(house, seen, id);
  if (before.kind === 'refused') return notice(house, c, 403, pageNotices.notYours(before.text));
  if (posted.action === null) return notice(house, c, 400, pageNotices.unreadable());
  const answer = await house.ports.receive(eventOf(seen, posted.once, posted.action, posted));
  return answerForm(house, c, seen, { id, posted, answer });
}

/** A visit that is over: nothing is done, and nothing that was typed is lost. */
export async function rescueTyped(house: House, c: PageContext, returnTo: string) {
  const { values } = readPosted(await c.req.text());
  return notice(house, c, 401, pageNotices.expired(returnTo), { typed: keptOf(values) });
}

async function sightOf({ ports }: House, seen: Seen, id: string): Promise<FormSight> {
  // An id that cannot be one is answered like the id of somebody else's form.
  return ports.views.form(seen.visitor.person, UUID.test(id) ? id : NOBODYS);
}

const NOBODYS = '00000000-0000-0000-0000-000000000000';

/** The same form sent again is answered as before; the key of the visit keeps others away from that answer. */
const eventOf = (
  { visitor, key }: Seen,
  once: string,
  action: NonNullable<Posted['action']>,
  { values }: Posted,
) => ({
  kind: 'action' as const,
  platform: visitor.platform,
  eventId: `page-${createHash('sha256').update(`${key} ${once}`).digest('base64url')}`,
  userId: visitor.userId,
  actionId: action.id,
  payload: action.payload,
  values,
  messageRef: null,
});

type Answered = { readonly id: string; readonly posted: Posted; readonly answer: Answer };

async function answerForm(house: House, c: PageContext, seen: Seen, answered: Answered) {
  const { id, posted, answer } = answered;
  const now = await sightOf(house, seen, id);
  if (now.kind === 'refused') return notice(house, c, 403, pageNotices.notYours(now.text));
  const { revision } = now;
  const shown = { id, revision, ...(answer.toast === undefined ? {} : { toast: answer.toast }) };
  if (answer.replace !== undefined) return draw(house, c, seen, { ...shown, card: answer.replace });
  if (answer.toast?.tone === 'success') return draw(house, c, seen, { ...shown, card: now.card });
  // Typed on the state that still holds it can simply go on; else it would overwrite what came in between.
  return posted.revision === revision
    ? draw(house, c, seen, { ...shown, card: withTyped(now.card, posted.values) })
    : draw(house, c, seen, { ...shown, card: now.card, typed: keptOf(posted.values) });
}

type Drawing = {
  readonly id: string;
  readonly card: Card;
  readonly revision: number;
  readonly toast?: Toast;
  readonly typed?: readonly Kept[];
};

function draw(house: House, c: PageContext, seen: Seen, { id, ...drawing }: Drawing) {
  const body = renderCard({
    ...drawing,
    here: pathOf(id),
    token: house.cookies.tokenOf(seen.key),
    once: randomUUID(),
  });
  return document(house, c, { title: drawing.card.title, body });
}
