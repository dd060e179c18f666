/** A neutral card as Feishu card JSON 2.0 (sheet §3), always within the platform's limits. */
import type { Card } from '../model.ts';
import { fitCard } from './budget.ts';
import { createNamer } from './component-name.ts';
import type { Step } from './ladder.ts';
import { drawBlocks } from './lark-blocks.ts';
import {
  type LarkCardJson,
  type LarkNode,
  type Pen,
  paragraph,
  plain,
  TEMPLATES,
} from './lark-node.ts';
import { squeeze } from './squeeze.ts';

type LarkCardOptions = {
  /** `element_id` of the first element, by which a sent card is recognised: a letter, then up to 19 letters or digits. */
  readonly marker?: string;
  /** The address of the product's pages, without a slash at the end; missing = links are left out. */
  readonly pagesAt?: string;
};

/** Tables of a card; the platform takes five (§3.1). */
const TABLE_LIMIT = 4;
/** Charts of a card; the platform advises five at most (§3.4). */
const CHART_LIMIT = 4;

/** Renders `card`; what does not fit is shortened or left out and says so, actions never are. */
export const renderLarkCard = (card: Card, options: LarkCardOptions = {}): LarkCardJson =>
  fitCard((step) => drawCard(squeeze(card, step), step, options));

function drawCard(card: Card, step: Step, options: LarkCardOptions): LarkCardJson {
  const drawn = drawBlocks(createPen(step, options), card.blocks);
  const elements = drawn.length === 0 ? [paragraph(card.summary)] : drawn;
  return {
    schema: '2.0',
    config: { update_multi: true, enable_forward: false, summary: { content: card.summary } },
    header: drawHeader(card),
    body: { vertical_spacing: '12px', elements: marked(elements, options.marker) },
  };
}

function createPen(step: Step, { marker, pagesAt }: LarkCardOptions): Pen {
  let tables = TABLE_LIMIT;
  let charts = CHART_LIMIT;
  return {
    pagesAt,
    takeChart: () => {
      charts -= 1;
      return charts >= 0;
    },
    names: createNamer(),
    marker,
    layout: step.layout,
    help: step.help,
    takeTable: () => {
      tables -= 1;
      return tables >= 0;
    },
  };
}

function drawHeader({ title, subtitle, tag, tone }: Card): LarkCardJson['header'] {
  const template = TEMPLATES[tone];
  const color = template === 'default' || template === 'grey' ? 'neutral' : template;
  return {
    title: plain(title),
    ...(subtitle === undefined || subtitle === '' ? {} : { subtitle: plain(subtitle) }),
    ...(tag === undefined || tag === ''
      ? {}
      : { text_tag_list: [{ tag: 'text_tag', text: plain(tag), color }] }),
    template,
  };
}

function marked(elements: readonly LarkNode[], marker: string | undefined): readonly LarkNode[] {
  const [first, ...rest] = elements;
  if (first === undefined || marker === undefined) return elements;
  return [{ ...first, element_id: marker }, ...rest];
}
