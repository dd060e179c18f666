/**
 * `npm run fuzz -- --n N --seed S [--json FILE]`: hostile input against the product's web process. What happened at
 * request I can be had again with `--from I --n 1`, in a smaller bureau with `--departments D --staff P`; a slow machine
 * needs `--slowest MS`.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../db/embedded.ts';
import { administer, databaseAddress } from '../support/database.ts';
import { megabytes } from './memory.ts';
import { type FuzzResult, fuzz } from './run.ts';

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function readArguments() {
  const { values } = parseArgs({
    options: {
      n: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(randomInt(1e9)) },
      from: { type: 'string', default: '0' },
      connections: { type: 'string', default: '32' },
      slowest: { type: 'string', default: '6000' },
      departments: { type: 'string', default: '12' },
      staff: { type: 'string', default: '15' },
      json: { type: 'string' },
    },
  });
  const { json, ...counts } = values;
  for (const [name, text] of Object.entries(counts)) {
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number`);
  }
  return {
    json,
    n: Number(counts.n),
    seed: Number(counts.seed),
    from: Number(counts.from),
    connections: Number(counts.connections),
    slowestMs: Number(counts.slowest),
    size: { departments: Number(counts.departments), staff: Number(counts.staff) },
  };
}

/** The server of DATABASE_URL, else one that lives as long as the run. */
async function startServer(dataDir: string) {
  const given = process.env['DATABASE_URL'];
  if (given) return { url: given, stop: async () => undefined };
  return startEmbeddedPostgres({ dataDir, log: say });
}

async function main(): Promise<number> {
  const { json, ...options } = readArguments();
  const dataDir = mkdtempSync(join(tmpdir(), 'lianshao-fuzz-'));
  // The database's own user has to pass through.
  chmodSync(dataDir, 0o755);
  const server = await startServer(dataDir);
  const name = `lianshao_fuzz_${randomBytes(4).toString('hex')}`;
  const redisUrl = process.env['REDIS_URL'];
  say(`seed ${options.seed}, ${options.n} requests, ${options.connections} connections`);
  await administer(server.url, `create database ${name}`);
  try {
    const result = await fuzz({
      ...options,
      seeds: [options.seed],
      databaseUrl: databaseAddress(server.url, name),
      ...(redisUrl ? { redisUrl } : {}),
      dataDir,
      say,
    });
    print(result);
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify(summaryOf(options, result), null, 2)}\n`);
    return result.faults.length === 0 ? 0 : 1;
  } finally {
    await administer(server.url, `drop database if exists ${name} with (force)`);
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function summaryOf(options: object, { seconds, cpuMs, tally, memory, faults }: FuzzResult) {
  const kinds = tally.figures();
  return {
    ...options,
    seconds,
    cpuMs,
    successes: tally.successes(),
    late: tally.late(),
    kinds,
    memory,
    faults,
  };
}

function print({ seconds, cpuMs, tally, memory, faults }: FuzzResult): void {
  const rows = tally.figures().map(({ kind, requests, statuses, p50, p99, most }) => {
    const counts = Object.entries(statuses)
      .map(([status, count]) => `${status}×${count}`)
      .join(' ');
    return `| ${kind} | ${requests} | ${counts} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${most.toFixed(0)} |`;
  });
  const lines = [
    '| Kind | Requests | Status × count (0 = closed) | p50 ms | p99 ms | most ms |',
    '|---|---|---|---|---|---|',
    ...rows.sort(),
    '',
    `${tally.line()}; ${Math.round(seconds)} s, ${tally.late()} clicks answered before they were done`,
    `processor time per request: product ${cpuMs.product.toFixed(2)} ms, attacker ${cpuMs.attacker.toFixed(2)} ms`,
    `memory: resident ${megabytes(memory.rssFirst)} → ${megabytes(memory.rssLast)} (most ${megabytes(memory.rssMost)}), live objects ${megabytes(memory.heapFirst)} → ${megabytes(memory.heapLast)}`,
    faults.length === 0 ? 'no fault' : `${faults.length} faults:`,
    ...faults.slice(0, 60),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(2);
  },
);
