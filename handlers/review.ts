/** The reviewers' buttons, and reading a form. */
import type { Router } from '../bot/router.ts';
import {
  procedureHistory,
  procedureRead,
  procedureRefresh,
  reviewAgree,
  reviewReturn,
} from '../cards/actions.ts';
import { partCard } from '../cards/content.ts';
import type { FormValues } from '../cards/form.ts';
import { historyCard } from '../cards/history.ts';
import type { Card, Reply } from '../cards/model.ts';
import type { ProcedureCardView } from '../cards/procedure-view.ts';
import { reviewCard, reviewEntered } from '../cards/review.ts';
import { refusalToast } from '../cards/wording.ts';
import { type ReviewOutcome, reviewForm } from '../services/review.ts';
import { type Caller, currentCard, done, refused, viewFor } from './reply.ts';

type Payload = { readonly id: string; readonly r: number };

export function registerReview(router: Router<Caller>): void {
  router.on(reviewAgree, (caller, payload, values) => review(caller, payload, values, 'agree'));
  router.on(reviewReturn, (caller, payload, values) => review(caller, payload, values, 'return'));
  router.on(procedureRead, (caller, { id, n }) => page(caller, id, (view) => partCard(view, n)));
  router.on(procedureHistory, (caller, { id, n }) =>
    page(caller, id, (view) => historyCard(view, n)),
  );
  router.on(procedureRefresh, async (caller, { id }) => {
    const card = await currentCard(caller, id);
    return card === undefined ? { toast: refusalToast({ code: 'notYours' }) } : { replace: card };
  });
}

/** A page of what was written; who may only see how the form stands gets none (ORG-29). */
async function page(
  caller: Caller,
  procedureId: string,
  draw: (view: ProcedureCardView) => Card,
): Promise<Reply> {
  const view = await viewFor(caller, procedureId);
  return view?.access === 'full'
    ? { replace: draw(view) }
    : { toast: refusalToast({ code: 'notYours' }) };
}

function outcomeText({ action, registerNumbers, completed }: ReviewOutcome): string {
  if (action === 'returned') return '已退回填报人';
  if (registerNumbers.length > 0) return `已审定，登记${registerNumbers.length}个风险点`;
  if (action === 'decided') return '已审定';
  return completed ? '已办结' : '已签署同意';
}

const retypable = [
  'opinionRequired',
  'fieldRequired',
  'fieldInvalid',
  'meetingInFuture',
  'meetingBeforeSubmission',
  'attendeeUnknown',
  'attendeeRecused',
  'onlyAuthorAttended',
];

async function review(
  caller: Caller,
  payload: Payload,
  values: FormValues,
  verdict: 'agree' | 'return',
): Promise<Reply> {
  const entered = reviewEntered(values);
  const { opinion, heldOn, attendees } = entered;
  const meeting = { heldOn, attendees };
  const input = { procedureId: payload.id, revision: payload.r, verdict, opinion, meeting };
  const result = await reviewForm(caller.ctx, input);
  if (result.ok) {
    const text = outcomeText(result.value);
    return done(caller, payload.id, text);
  }
  if (result.refusal.code === 'fieldTooLong') return { toast: refusalToast(result.refusal) };
  if (retypable.includes(result.refusal.code)) {
    const view = await viewFor(caller, payload.id);
    if (view?.mayAct === true)
      return { toast: refusalToast(result.refusal), replace: reviewCard(view, entered) };
  }
  return refused(caller, payload.id, result.refusal);
}
