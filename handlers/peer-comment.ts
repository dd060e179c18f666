/** The buttons of the peer-help step (大家帮, 群众帮). */
import type { Router } from '../bot/router.ts';
import {
  commentAccept,
  commentAdd,
  commentClose,
  commentExplain,
  commentShow,
} from '../cards/actions.ts';
import type { FormValues } from '../cards/form.ts';
import type { Reply } from '../cards/model.ts';
import { answerCard, askCard } from '../cards/peer-comment.ts';
import { refusalToast } from '../cards/wording.ts';
import { addComment, answerComment, closeComments } from '../services/peer-comment.ts';
import { type Caller, done, refused, viewFor } from './reply.ts';

type Payload = { readonly id: string; readonly r: number };
const refOf = ({ id, r }: Payload) => ({ procedureId: id, revision: r });

export function registerPeerComment(router: Router<Caller>): void {
  router.on(commentAdd, add);
  router.on(commentShow, async (caller, { id, n }) => {
    const view = await viewFor(caller, id);
    return view?.access === 'full'
      ? { replace: answerCard(view, n) }
      : { toast: refusalToast({ code: 'notYours' }) };
  });
  router.on(commentAccept, (caller, payload, values) =>
    answer(caller, payload, values, 'accepted'),
  );
  router.on(commentExplain, (caller, payload, values) =>
    answer(caller, payload, values, 'explained'),
  );
  router.on(commentClose, async (caller, payload) => {
    const result = await closeComments(caller.ctx, refOf(payload));
    return result.ok
      ? done(caller, payload.id, '已结束征求意见，进入下一步')
      : refused(caller, payload.id, result.refusal);
  });
}

async function add(caller: Caller, payload: Payload, values: FormValues): Promise<Reply> {
  const text = textOf(values, 'comment');
  const result = await addComment(caller.ctx, refOf(payload), text);
  if (result.ok) return done(caller, payload.id, '补充意见已提交');
  const toast = refusalToast(result.refusal);
  if (result.refusal.code === 'fieldTooLong') return { toast };
  const retypable = ['fieldRequired', 'tooManyComments'].includes(result.refusal.code);
  const view = retypable ? await viewFor(caller, payload.id) : undefined;
  return view?.mayAct === true
    ? { toast, replace: askCard(view, caller.person, text) }
    : refused(caller, payload.id, result.refusal);
}

async function answer(
  caller: Caller,
  payload: Payload & { readonly n: number },
  values: FormValues,
  verdict: 'accepted' | 'explained',
): Promise<Reply> {
  const reply = textOf(values, 'reply');
  const ref = { ...refOf(payload), index: payload.n };
  const result = await answerComment(caller.ctx, ref, verdict, reply);
  if (result.ok) {
    const text = verdict === 'accepted' ? '已采纳，请把它写进表格' : '已答复';
    return done(caller, payload.id, text);
  }
  const toast = refusalToast(result.refusal);
  if (result.refusal.code === 'fieldTooLong') return { toast };
  const isShown = ['fieldRequired', 'stale'].includes(result.refusal.code);
  const view = isShown ? await viewFor(caller, payload.id) : undefined;
  return view?.isAuthor === true
    ? { toast, replace: answerCard(view, payload.n, reply) }
    : refused(caller, payload.id, result.refusal);
}

const textOf = (values: FormValues, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value : '';
};
