/** Which cards change something when they are clicked, and which only show. */
import type { Button } from './button.ts';
import type { Block, Card } from './model.ts';

/** Whether a button of `card` acts on what it shows: such a button carries the revision that was shown. */
export const isActing = (card: Card): boolean =>
  card.blocks.flatMap(buttonsIn).some(({ action }) => Object.hasOwn(action.payload, 'r'));

function buttonsIn(block: Block): readonly Button[] {
  switch (block.kind) {
    case 'buttons':
      return block.buttons;
    case 'form':
      return block.form.buttons;
    case 'list':
      return block.items.flatMap(({ button }) => (button === undefined ? [] : [button]));
    case 'details':
      return block.blocks.flatMap(buttonsIn);
    default:
      return [];
  }
}
