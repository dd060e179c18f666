/** What a waiting message comes to at the moment of sending: a message, a change of one, or nothing any more. */
import type { Messenger } from '../bot/messenger.ts';
import type { Card } from '../cards/model.ts';
import type { Store } from '../services/context.ts';
import { type LiveCard, shownTo, type WaitingMessage } from '../services/dispatch.ts';
import { contentHash, showsForm } from '../services/live-card.ts';
import { type Prepared, prepare } from './content.ts';
import type { DeliverOptions, Target } from './delivery.ts';

export type Ready =
  | Extract<Prepared, { kind: 'update' | 'nothing' }>
  | {
      readonly kind: 'send';
      readonly messenger: Messenger;
      readonly prepared: Extract<Prepared, { kind: 'card' | 'live' | 'file' }>;
    }
  /** A live card that no longer shows what it should. */
  | {
      readonly kind: 'change';
      readonly messenger: Messenger;
      readonly card: Card;
      readonly person: string;
      readonly shown: LiveCard;
    }
  /** A message that nobody should have any more, if it has arrived. */
  | { readonly kind: 'takeBack'; readonly messenger: Messenger; readonly card: Card };

const nothing: Ready = { kind: 'nothing' };

/** What has to be done for `row`, which goes to `target`, as things stand. */
export async function read(
  options: DeliverOptions,
  row: WaitingMessage,
  target: Target,
): Promise<Ready> {
  const { db, zone } = options;
  const messenger = options.messengers.get(target.platform);
  const prepared = await prepare(db, row.content, row.personCode, { now: options.now(), zone });
  if (messenger === undefined) return nothing;
  if (prepared.kind === 'nothing' || prepared.kind === 'update') return prepared;
  if (prepared.kind !== 'live') return { kind: 'send', messenger, prepared };
  if (prepared.mode === 'refresh') return readShown(db, row, messenger, prepared);
  if (prepared.stake !== 'none') return { kind: 'send', messenger, prepared };
  // An earlier attempt may have arrived all the same, with buttons.
  return row.attempts > 1 ? { kind: 'takeBack', messenger, card: prepared.card } : nothing;
}

async function readShown(
  db: Store,
  row: WaitingMessage,
  messenger: Messenger,
  { card, subject, stake }: Extract<Prepared, { kind: 'live' }>,
): Promise<Ready> {
  const person = row.personCode;
  const shown = person === null ? undefined : await shownTo(db, person, subject);
  if (person === null || shown === undefined || shown.contentHash === contentHash(card))
    return nothing;
  // Whoever was shown the form by a click and may still send it in is perhaps writing: the platform empties the fields
  // of a card that is replaced. A click that changes whose turn it is is never answered with a form, so no news is kept back.
  if (showsForm(shown) && stake === 'acts') return nothing;
  return { kind: 'change', messenger, card, person, shown };
}
