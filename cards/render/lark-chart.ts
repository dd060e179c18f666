/** A bar chart as Feishu's chart component, a VChart specification (sheet §3.4). */
import { barText, type Chart } from '../chart.ts';
import { escapeMarkdown } from './escape.ts';
import { type LarkNode, markdown, type Pen } from './lark-node.ts';

/** More bars than this are unreadable on a telephone. */
const BAR_LIMIT = 16;
const BAR_HEIGHT = 30;
/** Title, axis and legend. */
const REST_HEIGHT = 110;

/** The chart, or its bars in words when the card has no room for another chart. */
export function drawChart(pen: Pen, chart: Chart): readonly LarkNode[] {
  const bars = chart.bars.slice(0, BAR_LIMIT);
  if (bars.length === 0) return [];
  if (!pen.takeChart()) return drawBars(chart);
  const values = bars.flatMap(({ label, counts }) =>
    chart.parts.map((part, index) => ({ label, part, count: counts[index] ?? 0 })),
  );
  const spec = {
    type: 'bar',
    direction: 'horizontal',
    stack: true,
    title: { text: chart.title },
    data: [{ id: 'counts', values }],
    xField: 'count',
    yField: 'label',
    seriesField: 'part',
    legends: { visible: true, orient: 'bottom' },
  };
  const height = `${bars.length * BAR_HEIGHT + REST_HEIGHT}px`;
  return [{ tag: 'chart', height, color_theme: 'brand', preview: true, chart_spec: spec }];
}

/** The bars in words, one line each. */
export function drawBars(chart: Chart): readonly LarkNode[] {
  const lines = chart.bars.map((bar) => escapeMarkdown(barText(chart, bar)));
  return lines.length === 0 ? [] : [markdown(lines.join('<br>'))];
}
