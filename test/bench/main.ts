/** `npm run bench`: runs the scenarios, prints one table and writes all measurements as JSON. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../db/embedded.ts';
import { describeMachine, inWords } from './machine.ts';
import type { BenchContext, Scenario } from './scenario.ts';
import { scenariosOf } from './scenarios.ts';
import { dropDatabases } from './server.ts';
import { type Row, tableOf } from './table.ts';

type Options = {
  readonly only: readonly string[];
  readonly json: string;
  readonly rounds: number;
  readonly peers: string | null;
  readonly short: boolean;
};

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function usage(scenarios: readonly Scenario[]): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return [
    'npm run bench -- [--only NAME]… [--rounds N] [--json FILE] [--peers DIR] [--short]',
    '',
    '  --only NAME   run this scenario alone; may be repeated',
    '  --rounds N    rounds of every comparison, medians are reported (3)',
    '  --json FILE   where the measurements go (.data/bench/<date>.json)',
    '  --peers DIR   folder in which the packages of other bots are installed',
    '  --short       small sizes: shows that everything runs, the figures mean nothing',
    '',
    'DATABASE_URL and REDIS_URL say on which servers; without them an embedded PostgreSQL and no Redis.',
    '',
    ...scenarios.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
  ].join('\n');
}

function readOptions(): Options | null {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      peers: { type: 'string' },
      short: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a number from 1');
  const dataDir = process.env['DATA_DIR'] ?? '.data';
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  return {
    only: values.only,
    json: values.json ?? join(dataDir, 'bench', `${stamp}.json`),
    rounds,
    peers: values.peers === undefined ? null : resolve(values.peers),
    short: values.short,
  };
}

function chosen(options: Options): readonly Scenario[] {
  const all = scenariosOf(options);
  const unknown = options.only.filter((name) => !all.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const names = all.map(({ name }) => name).join(', ');
    throw new Error(`no scenario ${unknown.join(', ')}; there are: ${names}`);
  }
  return options.only.length === 0 ? all : all.filter(({ name }) => options.only.includes(name));
}

/** Everything measured, and what broke. */
async function measure(scenarios: readonly Scenario[], bench: BenchContext) {
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const { name, run } of scenarios) {
    const began = performance.now();
    try {
      rows.push(...(await run(bench)).map((measured) => ({ scenario: name, ...measured })));
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    say(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  return { rows, failures };
}

async function bench(options: Options): Promise<number> {
  const scenarios = chosen(options);
  const scratch = mkdtempSync(join(tmpdir(), 'lianshao-bench-'));
  // An embedded server's user has to pass through.
  chmodSync(scratch, 0o755);
  const given = process.env['DATABASE_URL'];
  const embedded = given ? null : await startEmbeddedPostgres({ dataDir: scratch, log: say });
  const tidy = async (): Promise<void> => {
    await dropDatabases();
    await embedded?.stop();
    rmSync(scratch, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void tidy().finally(() => process.exit(1)));
  }
  try {
    const databaseUrl = given || (embedded?.url ?? '');
    const redisUrl = process.env['REDIS_URL'] || null;
    const machine = await describeMachine(databaseUrl, redisUrl);
    const context = { databaseUrl, redisUrl, scratch, short: options.short, say };
    const { rows, failures } = await measure(scenarios, context);
    const { short, rounds } = options;
    const report = { date: new Date().toISOString(), short, rounds, machine, failures, rows };
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    const missed = rows.filter(({ met }) => met === false);
    const lines = [
      tableOf(rows),
      `* ${inWords(machine)}`,
      ...missed.map(({ scenario, measure, target }) => `missed: ${scenario} ${measure} ${target}`),
      ...failures.map((failure) => `FAILED: ${failure}`),
      `written to ${options.json}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return failures.length > 0 ? 1 : 0;
  } finally {
    await tidy();
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options !== null) return bench(options);
  const none = { only: [], json: '', rounds: 1, peers: null, short: true };
  process.stdout.write(`${usage(scenariosOf(none))}\n`);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(2);
  },
);
