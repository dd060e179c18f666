/** 批量同意: several signatures with one opinion. */
import type { Router } from '../bot/router.ts';
import { reviewAgreeAll } from '../cards/actions.ts';
import { bulkCard, bulkDoneCard } from '../cards/bulk-review.ts';
import type { FormValues } from '../cards/form.ts';
import type { Card, Reply } from '../cards/model.ts';
import { refusalToast } from '../cards/wording.ts';
import { agreeToAll, viewSignable } from '../services/bulk-review.ts';
import type { FormRef } from '../services/writing.ts';
import type { Command } from './commands.ts';
import { type Caller, reading } from './reply.ts';

export const bulkCommands: readonly Command[] = [
  {
    word: '批量同意',
    aliases: ['批量审核', '批量签署', '全部同意'],
    text: '一次签署同意几份表格',
    run: (caller) => card(caller),
  },
];

export function registerBulkReview(router: Router<Caller>): void {
  router.on(reviewAgreeAll, (caller, { forms }, values) => agree(caller, forms, values));
}

async function card(caller: Caller, typed = ''): Promise<Card> {
  const views = await viewSignable(await reading(caller), caller.person, caller.ctx);
  const { zone } = caller.ctx;
  return bulkCard(
    views.map((view) => ({ ...view, zone })),
    typed,
  );
}

async function agree(caller: Caller, forms: string, values: FormValues): Promise<Reply> {
  const refs = refsOf(forms);
  if (refs === null) return { toast: refusalToast({ code: 'notFound' }) };
  const given = values['opinion'];
  const opinion = typeof given === 'string' ? given : '';
  const result = await agreeToAll(caller.ctx, refs, opinion);
  if (!result.ok) {
    const toast = refusalToast(result.refusal);
    const isTooLong = result.refusal.code === 'fieldTooLong';
    return isTooLong ? { toast } : { toast, replace: await card(caller, opinion) };
  }
  const refused = result.value.filter(({ refusal }) => refusal !== null);
  const count = result.value.length - refused.length;
  const tone = refused.length === 0 ? ('success' as const) : ('warning' as const);
  const rest = refused.length === 0 ? '' : `，${refused.length}份没有办理`;
  const toast = { tone, text: `已签署同意${count}份${rest}` };
  // What is written now is not read back in this delivery: the next forms come with the next question.
  return { toast, replace: bulkDoneCard(count, refused) };
}

const REF = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d{0,8})$/i;

/** The forms in a button's payload, each once; null when it is damaged. */
function refsOf(forms: string): readonly FormRef[] | null {
  const refs = new Map<string, FormRef>();
  for (const text of forms.split(',')) {
    const [, id, revision] = REF.exec(text) ?? [];
    if (id === undefined || revision === undefined) return null;
    const procedureId = id.toLowerCase();
    refs.set(procedureId, { procedureId, revision: Number(revision) });
  }
  return [...refs.values()];
}
