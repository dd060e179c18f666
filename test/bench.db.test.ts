import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkWrites } from './bench/click-floor.ts';
import { runLoad } from './bench/load.ts';
import type { Measurement } from './bench/scenario.ts';
import { scenariosOf } from './bench/scenarios.ts';
import { queryOnce } from './bench/server.ts';
import { openStatementProxy } from './bench/statement-proxy.ts';
import { tableOf } from './bench/table.ts';
import { createTestDatabase, TEST_SERVER_VARIABLE } from './support/database.ts';

const SECOND = 1_000;
const scratch = mkdtempSync(join(tmpdir(), 'lianshao-bench-test-'));
// The slow server's user has to pass through.
chmodSync(scratch, 0o755);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const said: string[] = [];
const bench = {
  databaseUrl: process.env[TEST_SERVER_VARIABLE] ?? '',
  redisUrl: null,
  scratch,
  short: true,
  say: (line: string): void => {
    said.push(line);
  },
};

const what = (rows: readonly Measurement[]) => rows.map(({ measure }) => measure);

describe('scenarios in their short form', () => {
  test.each(scenariosOf({ rounds: 1, peers: null }).map((each) => [each.name, each] as const))(
    '%s measures something',
    async (_, scenario) => {
      const rows = await scenario.run(bench);
      const measured = rows.filter(({ measure }) => measure !== 'skipped');
      expect(rows.length).toBeGreaterThan(0);
      expect(measured.length === 0 || measured.some(({ value }) => value > 0)).toBe(true);
      for (const row of measured) {
        expect(row.value, row.measure).toBeGreaterThanOrEqual(0);
        expect(row.met === undefined).toBe(row.target === undefined);
      }
      expect(new Set(what(rows)).size).toBe(rows.length);
    },
    240 * SECOND,
  );
});

describe('the load generator', () => {
  const good = { toast: { type: 'success' }, card: { type: 'raw', data: {} } };
  const answering = async (answers: readonly unknown[], status = 200) => {
    let served = 0;
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const text = JSON.stringify(answers[served % answers.length]);
        served += 1;
        response.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const requestFile = join(scratch, 'requests.json');
    const request = 'POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\n\r\n';
    writeFileSync(requestFile, JSON.stringify(Array(20).fill(request)));
    const result = await runLoad(scratch, {
      port: typeof address === 'object' ? (address?.port ?? 0) : 0,
      requestFile,
      from: 0,
      count: 20,
      forMs: 10 * SECOND,
      connections: 4,
      perSecond: null,
      expects: 'click',
    }).finally(() => server.close());
    return { served, answered: result.latencies.length };
  };

  test('sends every request once', async () => {
    expect(await answering([good])).toEqual({ served: 20, answered: 20 });
  });

  test.each([
    ['a toast that is no success', [good, { ...good, toast: { type: 'info' } }], 200],
    ['no card', [good, { toast: good.toast }], 200],
    ['a status that is not 200', [good], 500],
  ])('does not let %s pass', async (_, answers, status) => {
    await expect(answering(answers, status)).rejects.toThrow(/answers were wrong/);
  });
});

test('clicks that left nothing behind are noticed', async () => {
  const database = await createTestDatabase();
  try {
    await checkWrites(database.url, 0);
    await expect(checkWrites(database.url, 1)).rejects.toThrow('1 clicks left 0 inbox, expected 1');
  } finally {
    await database.drop();
  }
});

test('the proxy counts statements and waits, and changes nothing', async () => {
  const proxy = await openStatementProxy(bench.databaseUrl);
  try {
    const [simple] = await queryOnce<{ two: number }>(proxy.url, 'select 1 + 1 as two');
    const [bound] = await queryOnce<{ n: number }>(proxy.url, 'select $1::int as n', [7]);
    expect([simple, bound]).toEqual([{ two: 2 }, { n: 7 }]);
    const { statements, roundTrips } = proxy.counts();
    expect(Object.fromEntries(statements)).toEqual({
      'select 1 + 1 as two': 1,
      'select $1::int as n': 1,
    });
    expect(roundTrips).toBe(2);
    proxy.reset();
    expect(proxy.counts().roundTrips).toBe(0);
  } finally {
    await proxy.close();
  }
});

test('the table says what was missed, and every remark once', () => {
  const row = { scenario: 'click', measure: 'p99', value: 31.42, unit: 'ms', note: 'loaded' };
  const text = tableOf([
    { ...row, floor: 10, ratio: 3.5, target: '<= 20 ms', met: false },
    { ...row, measure: 'throughput', value: 1234.5, unit: '1/s' },
  ]);
  expect(text.split('\n')).toEqual([
    'scenario  measure     value  unit  floor  ratio  target    met',
    '--------  ----------  -----  ----  -----  -----  --------  ---',
    'click     p99          31.4  ms     10.0   3.50  <= 20 ms  NO',
    'click     throughput   1235  1/s',
    '* loaded',
  ]);
});
