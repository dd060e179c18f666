/** The summary a person reads at the end of a run. */
import type { ChaosReport } from './run.ts';

const SHOWN = 60;

export function summaryLines(report: ChaosReport): readonly string[] {
  const { load, starts, violations } = report;
  const pairs = (values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const hidden = violations.length - SHOWN;
  return [
    `seed ${report.seed}, ${report.kills} kills, queue on ${report.queue}, ${report.seconds} s`,
    ...Object.entries(report.strikes)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, count]) => `  ${String(count).padStart(6)} × ${name}`),
    `processes: ${starts.count} starts, median ${starts.medianMs} ms to work`,
    `load: ${pairs(load)}`,
    `checked: ${pairs(report.checked)}`,
    violations.length === 0 ? 'no violations' : `${violations.length} violations:`,
    ...violations.slice(0, SHOWN).map(({ check, detail }) => `  [${check}] ${detail}`),
    ...(hidden > 0 ? [`  … and ${hidden} more`] : []),
  ];
}
