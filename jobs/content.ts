/** Turns a waiting message into what is to be shown, from the state of things at the moment of sending. */

import type { OutgoingFile } from '../bot/messenger.ts';
import type { Card } from '../cards/model.ts';
import { lapsedCard, procedureCard, retiredCard } from '../cards/procedure.ts';
import { registerTable } from '../cards/register-table.ts';
import { reminderCard } from '../cards/reminder.ts';
import { othersTitle, ownTitle } from '../cards/title.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import type { MessageContent } from '../domain/effect.ts';
import type { SendWindow } from '../domain/send-window.ts';
import type { Store } from '../services/context.ts';
import { viewReminders, viewUnitRegister } from '../services/message-view.ts';
import { viewProcedure } from '../services/procedure-view.ts';
import { toXlsx } from '../services/spreadsheet.ts';
import { procedureOfSubject } from '../services/task.ts';

export type Prepared =
  | { readonly kind: 'card'; readonly card: Card }
  | {
      readonly kind: 'live';
      readonly card: Card;
      readonly subject: string;
      readonly window: SendWindow;
      readonly mode: 'announce' | 'refresh';
      /** What the card is to the person: may act, may look, concerns him no longer. */
      readonly stake: 'acts' | 'reads' | 'none';
      /** When the form was last handed on; null = never, or it is not for the person to know. */
      readonly movedAt: Date | null;
    }
  | {
      readonly kind: 'update';
      readonly card: Card;
      readonly platform: string;
      readonly messageRef: string;
    }
  | { readonly kind: 'file'; readonly file: OutgoingFile }
  /** Nothing to show any more. */
  | { readonly kind: 'nothing' };

/** What `content` shows `person` now. */
export async function prepare(
  db: Store,
  content: MessageContent,
  person: string | null,
  at: { readonly now: Date; readonly zone: string },
): Promise<Prepared> {
  switch (content.kind) {
    case 'card':
      return { kind: 'card', card: asCard(content.card) };
    case 'announce':
    case 'refresh':
      return person === null ? nothing : live(db, content, person, at);
    case 'retire':
      return {
        kind: 'update',
        card: retiredCard,
        platform: content.platform,
        messageRef: content.messageRef,
      };
    case 'digest':
      return digest(db, content.reminderIds, person, dayOf(at.now, at.zone));
    case 'registerFile':
      return registerFile(db, content.unitCode, at.zone);
  }
}

const nothing: Prepared = { kind: 'nothing' };

async function live(
  db: Store,
  content: { readonly kind: 'announce' | 'refresh'; readonly subject: string },
  person: string,
  at: { readonly now: Date; readonly zone: string },
): Promise<Prepared> {
  const procedureId = procedureOfSubject(content.subject);
  const view = procedureId === null ? undefined : await viewProcedure(db, procedureId, person, at);
  if (view === undefined) return nothing;
  const shown = { ...view, zone: at.zone };
  const card = view.mayRead ? procedureCard(shown, person) : lapsedCard(shown);
  return {
    kind: 'live',
    card,
    subject: content.subject,
    window: view.profile.settings.sendWindow,
    mode: content.kind,
    stake: view.mayAct ? 'acts' : view.mayRead ? 'reads' : 'none',
    movedAt: view.history.at(-1)?.at ?? null,
  };
}

async function digest(
  db: Store,
  ids: readonly string[],
  person: string | null,
  today: Day,
): Promise<Prepared> {
  const reminders = await viewReminders(db, ids);
  if (reminders.length === 0) return nothing;
  const lines = reminders.map((reminder) => ({
    ...reminder,
    title: reminder.subjectCode === person ? ownTitle(reminder) : othersTitle(reminder),
  }));
  return { kind: 'card', card: reminderCard(lines, today) };
}

async function registerFile(db: Store, unitCode: string, zone: string): Promise<Prepared> {
  const table = registerTable(await viewUnitRegister(db, unitCode), zone);
  const name = '廉政风险点登记册';
  return { kind: 'file', file: { name: `${name}.xlsx`, bytes: await toXlsx(table, name) } };
}

/** Only handlers put cards into messages; what comes back from the outbox is what they built. */
const asCard = (value: unknown): Card => value as Card;
