/** A bar chart as rows of words and a drawn bar each: readable at every width, in print, and without seeing it. */
import { html } from 'hono/html';
import { type Bar, barText, type Chart } from '../../chart.ts';
import type { Html } from './shell.ts';

const WIDTH = 1000;
const HEIGHT = 24;
/** Colours of the stylesheet; a chart of more parts repeats them. */
const COLOURS = 4;

/** The chart with its legend; the drawing itself is hidden from those to whom the words are read. */
export function renderChart(chart: Chart): Html {
  const longest = Math.max(1, ...chart.bars.map(sumOf));
  return html`<figure class="chart">
<figcaption>${chart.title}</figcaption>
<ul class="legend">${chart.parts.map(
    (part, index) =>
      html`<li><svg class="swatch part-${index % COLOURS}" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10"/></svg>${part}</li>`,
  )}</ul>
<ul class="bars">${chart.bars.map((bar) => renderBar(chart, bar, longest))}</ul>
</figure>`;
}

const sumOf = ({ counts }: Bar): number => counts.reduce((sum, count) => sum + count, 0);

function renderBar(chart: Chart, bar: Bar, longest: number): Html {
  return html`<li class="bar">
<span class="bar-label" aria-hidden="true">${bar.label}</span>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${barText(chart, bar)}">${partsOf(bar, longest)}</svg>
<span class="bar-sum" aria-hidden="true">${bar.counts.join(' / ')}</span>
</li>`;
}

function partsOf({ counts }: Bar, longest: number): readonly Html[] {
  let from = 0;
  return counts.map((count, index) => {
    const width = Math.round((count * WIDTH) / longest);
    const x = from;
    from += width;
    return html`<rect class="part-${index % COLOURS}" x="${x}" width="${width}" height="${HEIGHT}"/>`;
  });
}
