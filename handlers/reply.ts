/** What every handler shares: who clicked, and how a refusal is answered. */
import type { Card, Reply } from '../cards/model.ts';
import { lapsedCard, procedureCard } from '../cards/procedure.ts';
import { refusalToast } from '../cards/wording.ts';
import type { Message } from '../domain/effect.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Context, Store } from '../services/context.ts';
import { shownTo } from '../services/dispatch.ts';
import { type ProcedureView, viewProcedure } from '../services/procedure-view.ts';
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

/** Where to read: inside the delivery's transaction, so that a card shows what has just been decided. */
export const reading = async (caller: Caller): Promise<Store> =>
  caller.ctx.work === undefined ? caller.ctx.db : caller.ctx.work.begin();

/** The procedure as the caller may see it, with the zone its dates are written in. */
export async function viewFor(
  caller: Caller,
  procedureId: string,
): Promise<(ProcedureView & { readonly zone: string }) | undefined> {
  const { ctx, person } = caller;
  const view = await viewProcedure(await reading(caller), procedureId, person, ctx);
  return view?.mayRead === true ? { ...view, zone: ctx.zone } : undefined;
}

/** The caller's card about a procedure as it stands now. */
export async function currentCard(caller: Caller, procedureId: string): Promise<Card | undefined> {
  const view = await viewFor(caller, procedureId);
  return view === undefined ? undefined : procedureCard(view, caller.person);
}

/** A refusal: the toast says why; the card is brought up to date if the caller may see it. */
export async function refused(
  caller: Caller,
  procedureId: string,
  refusal: Refusal,
): Promise<Reply> {
  const toast = refusalToast(refusal);
  const outdated =
    refusal.code === 'stale' || refusal.code === 'alreadyDecided' || refusal.code === 'wrongState';
  if (!outdated) return { toast };
  const card = (await currentCard(caller, procedureId)) ?? (await lapsed(caller, procedureId));
  return card === undefined ? { toast } : { toast, replace: card };
}

/** For somebody who was asked once and no longer is; a stranger to the form learns nothing. */
async function lapsed(caller: Caller, procedureId: string): Promise<Card | undefined> {
  const { ctx, person } = caller;
  const db = await reading(caller);
  if ((await shownTo(db, person, procedureSubject(procedureId))) === undefined) return undefined;
  const view = await viewProcedure(db, procedureId, person, ctx);
  return view === undefined ? undefined : lapsedCard({ ...view, zone: ctx.zone });
}

/** A success: toast and the caller's card as it stands now. */
export async function done(caller: Caller, procedureId: string, text: string): Promise<Reply> {
  const toast = { tone: 'success' as const, text };
  const card = await currentCard(caller, procedureId);
  return card === undefined ? { toast } : { toast, replace: card };
}
