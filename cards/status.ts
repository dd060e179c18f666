/** How a form stands, in a few words. */
import { lastVerdict } from './history.ts';
import type { ProcedureCardView } from './procedure-view.ts';

/** The tag of a form for everybody but whoever has to act. */
export function statusTag(view: ProcedureCardView): string {
  const { status } = view.row.state;
  if (status === 'completed') return completedTag(view);
  if (status === 'scheduled') return '未开始';
  if (status === 'cancelled') return '已终止';
  if (view.current?.kind === 'comment') return '征求意见中';
  if (view.current?.kind === 'file') return filingTag(view);
  if (view.current?.kind !== 'fill') return '审核中';
  return lastVerdict(view)?.action === 'returned' ? '已退回' : '填写中';
}

/** Papers without a decision are filed, too. */
const filingTag = ({ form }: ProcedureCardView): string =>
  form.steps.some(({ kind }) => kind === 'decide') ? '已审定、待备案' : '待备案';

/** How a finished form ended: in the register, with a decision, or otherwise. */
export function completedTag({ form }: ProcedureCardView): string {
  if (form.content.kind === 'riskPoints') return '已登记';
  return form.steps.at(-1)?.kind === 'decide' ? '已审定' : '已办结';
}
