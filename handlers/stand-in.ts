/** The buttons of filing (备案), hand-over (转交) and recusal (回避). */
import type { Router } from '../bot/router.ts';
import { filingConfirm, reviewHandOver, reviewRecuse, reviewStandIn } from '../cards/actions.ts';
import { filingCard } from '../cards/filing.ts';
import type { FormValues } from '../cards/form.ts';
import type { Card, Reply } from '../cards/model.ts';
import { type StandInEntered, standInCard } from '../cards/stand-in.ts';
import { refusalToast } from '../cards/wording.ts';
import type { Refusal } from '../domain/refusal.ts';
import { confirmReceipt } from '../services/filing.ts';
import { handOverTo, recuseFrom, viewTakers } from '../services/stand-in.ts';
import { type Caller, done, reading, refused, viewFor } from './reply.ts';

type Payload = { readonly id: string; readonly r: number };
const refOf = ({ id, r }: Payload) => ({ procedureId: id, revision: r });

export function registerStandIn(router: Router<Caller>): void {
  router.on(reviewStandIn, async (caller, { id }) => {
    const card = await standIn(caller, id);
    return card === undefined ? { toast: refusalToast({ code: 'notYours' }) } : { replace: card };
  });
  router.on(reviewRecuse, async (caller, payload, values) => {
    const entered = enteredOf(values);
    const result = await recuseFrom(caller.ctx, refOf(payload), entered.reason);
    return result.ok
      ? done(caller, payload.id, '已回避，由其他人员接办')
      : again(caller, payload.id, entered, result.refusal);
  });
  router.on(reviewHandOver, async (caller, payload, values) => {
    const entered = enteredOf(values);
    const { to, reason } = entered;
    const result = await handOverTo(caller.ctx, refOf(payload), to, reason);
    return result.ok
      ? done(caller, payload.id, '已转交')
      : again(caller, payload.id, entered, result.refusal);
  });
  router.on(filingConfirm, confirm);
}

/** The card that asks; nothing for somebody who does not have the task. */
async function standIn(
  caller: Caller,
  id: string,
  entered?: StandInEntered,
): Promise<Card | undefined> {
  const view = await viewFor(caller, id);
  if (view?.mayAct !== true || view.isAuthor) return undefined;
  return standInCard(view, await viewTakers(await reading(caller), view), entered);
}

const retypable = ['fieldRequired', 'mayNotTake', 'nobodyStandsIn', 'deputyHandsOver'];

async function again(
  caller: Caller,
  id: string,
  entered: StandInEntered,
  refusal: Refusal,
): Promise<Reply> {
  const toast = refusalToast(refusal);
  if (refusal.code === 'fieldTooLong') return { toast };
  const card = retypable.includes(refusal.code) ? await standIn(caller, id, entered) : undefined;
  return card === undefined ? refused(caller, id, refusal) : { toast, replace: card };
}

async function confirm(
  caller: Caller,
  payload: Payload & { readonly n: number },
  values: FormValues,
): Promise<Reply> {
  const { id, n } = payload;
  const typed = (name: string) => textOf(values, `${name}${n}`);
  const receipt = { receivedOn: typed('receivedOn'), reference: typed('reference') };
  const result = await confirmReceipt(caller.ctx, { ...refOf(payload), index: n, ...receipt });
  if (result.ok) return done(caller, id, '已确认备案');
  const { refusal } = result;
  const isTyped = ['fieldRequired', 'fieldInvalid', 'fieldTooLong'].includes(refusal.code);
  const view = isTyped ? await viewFor(caller, id) : undefined;
  return view?.mayAct === true
    ? { toast: refusalToast(refusal), replace: filingCard(view, { ...receipt, n }) }
    : refused(caller, id, refusal);
}

const enteredOf = (values: FormValues): StandInEntered => ({
  to: textOf(values, 'to'),
  reason: textOf(values, 'reason'),
});

const textOf = (values: FormValues, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value : '';
};
