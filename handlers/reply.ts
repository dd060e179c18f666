/** What every handler shares: who clicked, and how a refusal is answered. */
import type { Card, Reply } from '../cards/model.ts';
import { lapsedCard, procedureCard } from '../cards/procedure.ts';
import { refusalToast } from '../cards/wording.ts';
import type { Message } from '../domain/effect.ts';
import type { Refusal, RefusalCode } from '../domain/refusal.ts';
import type { Context, Store } from '../services/context.ts';
import { shownTo } from '../services/dispatch.ts';
import { type ProcedureView, viewKnown } from '../services/procedure-view.ts';
import { procedureSubject } from '../services/task.ts';

/** The person on whose behalf a handler works; roles are looked up anew by every verb. */
export type Caller = {
  readonly ctx: Context;
  readonly person: string;
  /** The delivery being answered; messages that answer it derive their keys from it. */
  readonly eventId: string;
  /** Sends a message with the delivery's transaction. */
  readonly send: (message: Message) => void;
};

/** Where to read: inside the delivery's transaction if it has opened one. */
export const reading = async (caller: Caller): Promise<Store> =>
  caller.ctx.work === undefined ? caller.ctx.db : caller.ctx.work.reader();

/** The procedure as the caller may see it, with the zone its dates are written in. */
export async function viewFor(
  caller: Caller,
  procedureId: string,
): Promise<(ProcedureView & { readonly zone: string }) | undefined> {
  const view = await viewAny(caller, procedureId);
  return view?.mayRead === true ? view : undefined;
}

/** Like `viewFor`, also for somebody who may see nothing of it. */
async function viewAny(
  caller: Caller,
  procedureId: string,
): Promise<(ProcedureView & { readonly zone: string }) | undefined> {
  const { ctx, person } = caller;
  const view = await viewKnown(ctx, procedureId, person);
  return view === undefined ? undefined : { ...view, zone: ctx.zone };
}

/** The caller's card about a procedure as it stands now. */
export async function currentCard(caller: Caller, procedureId: string): Promise<Card | undefined> {
  const view = await viewFor(caller, procedureId);
  return view === undefined ? undefined : procedureCard(view, caller.person);
}

/** Refusals that tell how the form stands. */
const telling: readonly RefusalCode[] = ['stale', 'alreadyDecided', 'wrongState', 'stageNotOpen'];

/**
 * A refusal: the toast says why, and the card is brought up to date. Whoever may not see the form is only told that it
 * is not his, also when he sends its id by himself (ORG-29).
 */
export async function refused(
  caller: Caller,
  procedureId: string,
  refusal: Refusal,
): Promise<Reply> {
  const toast = refusalToast(refusal);
  if (!telling.includes(refusal.code)) return { toast };
  const card = (await currentCard(caller, procedureId)) ?? (await lapsed(caller, procedureId));
  return card === undefined
    ? { toast: refusalToast({ code: 'notYours' }) }
    : { toast, replace: card };
}

/** For somebody who was asked once and no longer is; a stranger to the form learns nothing. */
async function lapsed(caller: Caller, procedureId: string): Promise<Card | undefined> {
  const db = await reading(caller);
  const shown = await shownTo(db, caller.person, procedureSubject(procedureId));
  const view = shown === undefined ? undefined : await viewAny(caller, procedureId);
  return view === undefined ? undefined : lapsedCard(view);
}

/** A success: toast and the caller's card as it stands now. */
export async function done(caller: Caller, procedureId: string, text: string): Promise<Reply> {
  const toast = { tone: 'success' as const, text };
  const card = await currentCard(caller, procedureId);
  return card === undefined ? { toast } : { toast, replace: card };
}
