/** A cycle as an administrator sees it: stages, due days, counts. */
import { findCycle } from '../db/cycles.ts';
import { dueDaysOf } from '../db/tasks.ts';
import { accept, type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { type CycleProgress, cycleProgress } from './progress.ts';

export type CycleStatus = CycleProgress & {
  /** Open tasks by step and due day. */
  readonly due: readonly {
    readonly stepName: string;
    readonly dueOn: string;
    readonly open: number;
  }[];
};

/** The status of cycle `id`. */
export async function cycleStatus(ctx: Context, id: string): Promise<Result<CycleStatus>> {
  const cycle = isUuid(id) ? await findCycle(ctx.db, id) : undefined;
  if (cycle === undefined) return refuse('notFound');
  const progress = await cycleProgress(ctx.db, cycle, null, ctx);
  const rows = await dueDaysOf(ctx.db, id);
  const due = rows.map(({ formCode, stepId, dueOn, open }) => {
    const form = progress.profile.forms.find(({ code }) => code === formCode);
    return {
      stepName: form?.steps.find((step) => step.id === stepId)?.name ?? stepId,
      dueOn,
      open,
    };
  });
  return accept({ ...progress, due });
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
