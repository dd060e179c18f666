/** The author's buttons: open, write, submit, withdraw. */

import type { Router } from '../bot/router.ts';
import {
  selfCheckAddPoint,
  selfCheckDropPoint,
  selfCheckEditPoint,
  selfCheckOpen,
  selfCheckSaveDraft,
  selfCheckSubmit,
  selfCheckWithdraw,
} from '../cards/actions.ts';
import type { FormValues } from '../cards/form.ts';
import type { Reply } from '../cards/model.ts';
import { procedureCard } from '../cards/procedure.ts';
import { fillCard, pointOf } from '../cards/self-check-form.ts';
import { refusalToast } from '../cards/wording.ts';
import { isWriting } from '../domain/profile-steps.ts';
import type { Refusal, Result } from '../domain/refusal.ts';
import { placeFor } from '../domain/self-check.ts';
import {
  addPoint,
  dropPoint,
  editPoint,
  saveDraft,
  submitForm,
  withdrawForm,
} from '../services/self-check.ts';
import { type Caller, done, refused, viewFor } from './reply.ts';

type Payload = { readonly id: string; readonly r: number };
const refOf = ({ id, r }: Payload) => ({ procedureId: id, revision: r });

export function registerSelfCheck(router: Router<Caller>): void {
  router.on(selfCheckOpen, openForm);
  router.on(selfCheckAddPoint, async (caller, payload, values) =>
    afterEdit(
      caller,
      payload,
      values,
      '已添加，请继续填写下一个风险点',
      await addPoint(caller.ctx, refOf(payload), pointOf(values)),
    ),
  );
  router.on(selfCheckSaveDraft, async (caller, payload, values) =>
    afterEdit(
      caller,
      payload,
      values,
      '草稿已保存，可随时继续填写',
      await saveDraft(caller.ctx, refOf(payload), pointOf(values)),
    ),
  );
  router.on(selfCheckEditPoint, async (caller, payload, values) =>
    afterEdit(
      caller,
      payload,
      values,
      `请修改第${payload.n + 1}个风险点`,
      await editPoint(caller.ctx, refOf(payload), pointOf(values), payload.n),
    ),
  );
  router.on(selfCheckDropPoint, async (caller, payload, values) =>
    afterEdit(caller, payload, values, '已删除', await dropPoint(caller.ctx, refOf(payload))),
  );
  router.on(selfCheckSubmit, async (caller, payload, values) => {
    const result = await submitForm(caller.ctx, refOf(payload), pointOf(values));
    if (!result.ok) return afterEdit(caller, payload, values, '', result);
    const view = await viewFor(caller, payload.id);
    const collecting = view?.current?.kind === 'comment';
    return done(caller, payload.id, collecting ? '已提交，正在征求意见' : '已提交，正在送审');
  });
  router.on(selfCheckWithdraw, async (caller, payload) => {
    const result = await withdrawForm(caller.ctx, refOf(payload));
    return result.ok
      ? done(caller, payload.id, '已撤回，可以修改后重新提交')
      : refused(caller, payload.id, result.refusal);
  });
}

async function openForm(caller: Caller, payload: Payload): Promise<Reply> {
  const view = await viewFor(caller, payload.id);
  if (view === undefined || !view.isAuthor) return { toast: refusalToast({ code: 'notYours' }) };
  if (!isWriting(view.current) || view.row.state.status !== 'open') {
    const code = view.row.state.status === 'scheduled' ? 'stageNotOpen' : 'alreadyDecided';
    return { toast: refusalToast({ code }), replace: procedureCard(view, caller.person) };
  }
  return { replace: fillCard(view) };
}

/** Shows the form again; a refused answer is kept as the draft first, so that nothing typed is lost. */
async function afterEdit(
  caller: Caller,
  payload: Payload,
  values: FormValues,
  text: string,
  result: Result<null>,
): Promise<Reply> {
  if (result.ok) {
    const view = await viewFor(caller, payload.id);
    const toast = { tone: 'success' as const, text };
    return view === undefined ? { toast } : { toast, replace: fillCard(view) };
  }
  // Too long an answer cannot be kept; without a new card the typed text stays where it is.
  if (result.refusal.code === 'fieldTooLong') return { toast: refusalToast(result.refusal) };
  if (result.refusal.code === 'stale') return outdated(caller, payload, values, result.refusal);
  const fixable = ['fieldRequired', 'fieldInvalid', 'tooManyRiskPoints'];
  if (!fixable.includes(result.refusal.code)) return refused(caller, payload.id, result.refusal);
  await saveDraft(caller.ctx, refOf(payload), pointOf(values));
  const view = await viewFor(caller, payload.id);
  const toast = refusalToast(result.refusal);
  return view === undefined ? { toast } : { toast, replace: fillCard(view) };
}

/**
 * The form has moved on, e.g. because an answer got lost. What was typed becomes part of the draft if that overwrites
 * nothing; otherwise there is no new card, so that the text stays where it was typed.
 */
async function outdated(
  caller: Caller,
  payload: Payload,
  values: FormValues,
  refusal: Refusal,
): Promise<Reply> {
  const view = await viewFor(caller, payload.id);
  if (view === undefined || !view.isAuthor || !isWriting(view.current)) {
    return refused(caller, payload.id, refusal);
  }
  const typed = pointOf(values);
  const place = placeFor(view.draft, typed);
  if (place === 'kept') return { toast: refusalToast(refusal), replace: fillCard(view) };
  if (place === 'taken') return { toast: { tone: 'warning', text: notKept } };
  const ref = { procedureId: payload.id, revision: view.row.state.revision };
  const saved = await saveDraft(caller.ctx, ref, typed);
  if (!saved.ok) return { toast: refusalToast(saved.refusal) };
  const now = await viewFor(caller, payload.id);
  return {
    toast: { tone: 'warning', text: kept },
    ...(now === undefined ? {} : { replace: fillCard(now) }),
  };
}

export const kept = '此卡片已更新，您刚才写的内容已存为草稿，请核对后继续。';
export const notKept =
  '此卡片已更新，您刚才写的内容没有保存。请先复制这些内容，再发送“待办”打开最新的表格。';
