/** The card of somebody who confirms a receipt (备案), for the own body or for one without an account. */
import { REFERENCE_LENGTH } from '../domain/procedure-file.ts';
import { filingConfirm } from './actions.ts';
import { receiptFacts } from './collected.ts';
import { contentBlock, contentHeading } from './content.ts';
import type { Field } from './form.ts';
import { chainBlock, formFacts, historyBlocks, titled, whereText } from './history.ts';
import type { Block, Card } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { standInButton, standingFor } from './review.ts';
import { clauseNote, primary, ref } from './self-check.ts';
import { statusTag } from './status.ts';
import { othersTitle } from './title.ts';
import { dateText } from './wording.ts';

export type ReceiptEntered = { readonly receivedOn: string; readonly reference: string };

/** The decided form with a button for every receipt the viewer may confirm. */
export function filingCard(
  view: ProcedureCardView,
  entered?: ReceiptEntered & { readonly n: number },
): Card {
  const title = othersTitle(titled(view));
  const due = view.dueOn === null ? '' : `，截止${dateText(view.dueOn)}`;
  return {
    title,
    subtitle: whereText(view),
    tone: 'active',
    tag: statusTag(view),
    summary: `请确认${title}的备案${due}`,
    blocks: [
      { kind: 'facts', facts: [...formFacts(view), ...receiptFacts(view)] },
      ...standingFor(view),
      ...numbersBlock(view),
      { kind: 'details', title: contentHeading(view), blocks: [contentBlock(view)] },
      chainBlock(view),
      ...historyBlocks(view),
      ...view.receipts.flatMap(({ isMine }, n) => (isMine ? [receiptForm(view, n, entered)] : [])),
      { kind: 'buttons', buttons: [standInButton(view)] },
      clauseNote(view),
    ],
  };
}

const numbersBlock = ({ registerNumbers }: ProcedureCardView): readonly Block[] =>
  registerNumbers.length === 0
    ? []
    : [{ kind: 'text', text: `登记编号：${registerNumbers.join('、')}` }];

function receiptForm(
  view: ProcedureCardView,
  n: number,
  entered: (ReceiptEntered & { readonly n: number }) | undefined,
): Block {
  const receipt = view.receipts[n];
  const name = receipt?.name ?? '';
  const confirm = filingConfirm({ ...ref(view), n });
  if (receipt?.external !== true)
    return { kind: 'buttons', buttons: [primary(`确认${name}已收到备案`, confirm)] };
  const typed = entered?.n === n ? entered : { receivedOn: view.today, reference: '' };
  const fields: readonly Field[] = [
    {
      kind: 'date',
      name: `receivedOn${n}`,
      label: `${name}备案日期`,
      required: true,
      help: '对方收到备案材料的日期',
      value: typed.receivedOn,
    },
    {
      kind: 'text',
      name: `reference${n}`,
      label: `${name}备案文号`,
      required: true,
      help: '回执或来文的编号',
      maxLength: REFERENCE_LENGTH,
      value: typed.reference,
    },
  ];
  const buttons = [primary(`登记${name}备案`, confirm)];
  return { kind: 'form', form: { name: `receipt${n}`, fields, buttons } };
}
