/** `npm run chaos -- --kills N --seed S [--json FILE] [--no-redis] [--keep]`: exit code 1 when anything was found. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { summaryLines } from './report.ts';
import { runChaos } from './run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    pace: { type: 'string', default: '1000' },
    lanes: { type: 'string', default: '12' },
    json: { type: 'string' },
    'no-redis': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const kills = Number(values.kills);
if (!Number.isInteger(kills) || kills < 1) {
  process.stderr.write('--kills takes a whole number above 0\n');
  process.exit(2);
}

const report = await runChaos({
  kills,
  seed: values.seed,
  paceMs: Number(values.pace),
  longestFreezeMs: 30_000,
  lanes: Number(values.lanes),
  units: 60,
  redis: !values['no-redis'],
  keep: values.keep,
  settleMs: 180_000,
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${summaryLines(report).join('\n')}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.exit(report.violations.length === 0 ? 0 : 1);
