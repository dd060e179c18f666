/** The figures of `/metrics` move as the house does, and name nobody. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../bot/metrics.ts';
import { launchCycle } from '../services/cycle.ts';
import { loadProfiles } from '../services/profile.ts';
import { answers, openForm, submit, wireAnswers } from './support/chain.ts';
import { forgedAction, forgedClick } from './support/forged.ts';
import { useHouse, useLaunchedHouse } from './support/hooks.ts';
import { UNIT } from './support/house.ts';
import { parseMetrics, readMetrics, type Sample, total } from './support/metrics-page.ts';
import { eventually } from './support/waiting.ts';

type Labels = Readonly<Record<string, string>>;

const CLICKS = 'lianshao_click_duration_seconds_count';
const DELIVERIES = 'lianshao_deliveries_total';
const REFUSED = 'lianshao_deliveries_refused_total';
const CALLS = 'lianshao_platform_calls_total';
const RUNS = 'lianshao_pump_runs_total';

describe('the figures of a working house', () => {
  const house = useLaunchedHouse();
  afterEach(() => house.lark.faults.clear());

  const read = (): Promise<readonly Sample[]> => readMetrics(house.url);
  /** By how much the figures rise while `act` runs. */
  const rise = async (act: () => Promise<unknown>) => {
    const before = await read();
    await act();
    const after = await read();
    return (name: string, labels: Labels = {}) =>
      total(after, name, labels) - total(before, name, labels);
  };

  it('a click that works', async () => {
    const card = await openForm(house, '0013');
    const rose = await rise(() => house.person('0013').click('提交', { card, values: answers }));
    expect(rose(CLICKS, { platform: 'lark', outcome: 'ok' })).toBe(1);
    expect(rose(CLICKS)).toBe(1);
    expect(rose('lianshao_click_duration_seconds_sum')).toBeGreaterThan(0);
    expect(rose(DELIVERIES, { result: 'answered' })).toBe(1);
    await house.settle();
  });

  it('the same click again', async () => {
    const click = forgedClick(
      house,
      'ou_demo_0010',
      await openForm(house, '0010'),
      '提交',
      wireAnswers,
    );
    await click();
    const rose = await rise(click);
    expect(rose(DELIVERIES, { result: 'repeated' })).toBe(1);
    expect(rose(DELIVERIES)).toBe(1);
    await house.settle();
  });

  it('a click that is refused', async () => {
    const card = await openForm(house, '0014');
    const rose = await rise(() =>
      house.person('0014').click('提交', { card, values: { ...answers, 风险内容: '' } }),
    );
    expect(rose(CLICKS, { outcome: 'refused' })).toBe(1);
    expect(rose(CLICKS)).toBe(1);
  });

  it('a click that has to wait too long', async () => {
    const card = await openForm(house, '0014');
    const released = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const held = house.app.db.transaction().execute(async (trx) => {
      await sql`lock table procedure in access exclusive mode`.execute(trx);
      locked.resolve();
      await released.promise;
    });
    await locked.promise;
    const rose = await rise(async () => {
      const { toast } = await house.person('0014').click('保存草稿', { card });
      expect(toast?.content).toContain('正在处理');
      released.resolve();
      await held;
      await eventually(async () => total(await read(), CLICKS, { outcome: 'late' }) > 0);
    });
    expect(rose(CLICKS, { outcome: 'late' })).toBe(1);
    expect(rose(CLICKS)).toBe(1);
  });

  it('a click that breaks', async () => {
    const card = await openForm(house, '0014');
    await house.settle();
    await sql`alter table procedure rename to procedure_away`.execute(house.app.db);
    try {
      const rose = await rise(async () => {
        const { toast } = await house.person('0014').click('保存草稿', { card });
        expect(toast?.content).toContain('系统繁忙');
      });
      expect(rose(CLICKS, { outcome: 'failed' })).toBe(1);
      expect(rose(DELIVERIES, { result: 'failed' })).toBe(1);
    } finally {
      await sql`alter table procedure_away rename to procedure`.execute(house.app.db);
    }
  });

  it('deliveries that are none', async () => {
    const post = (body: string, headers: Labels) =>
      fetch(`${house.url}/webhook/lark`, {
        method: 'POST',
        body,
        headers: { ...headers, connection: 'close' },
      });
    const rose = await rise(async () => {
      await post('{}', { 'x-lark-signature': 'no' });
      await post('{}', {});
      await post('x'.repeat(1_100_000), {});
    });
    expect(rose(REFUSED, { reason: 'signature' })).toBe(1);
    expect(rose(REFUSED, { reason: 'unsigned' })).toBe(1);
    expect(rose(REFUSED, { reason: 'size' })).toBe(1);
    expect(rose(DELIVERIES)).toBe(0);
  });

  it('what the platform does to messages', async () => {
    house.lark.faults.set({ kind: 'rateLimited', times: 1, resetSeconds: 1 });
    const rose = await rise(async () => {
      await house.person('0009').say('帮助');
      await eventually(
        async () =>
          (
            await house.rows(
              `select 1 from outbox where state = 'pending' and idempotency_key like 'answer-%'`,
            )
          ).length === 0,
      );
    });
    expect(rose(CALLS, { call: 'send', outcome: 'rateLimited' })).toBe(1);
    expect(rose(CALLS, { call: 'send', outcome: 'ok' })).toBe(1);

    house.lark.faults.set({ kind: 'error500', times: 50 });
    await house.person('0009').say('帮助');
    await eventually(async () => total(await read(), CALLS, { outcome: 'unavailable' }) > 0);
    await eventually(async () => total(await read(), 'lianshao_outbox_lag_seconds') > 0);
    expect(total(await read(), 'lianshao_outbox_pending')).toBeGreaterThan(0);
    house.lark.faults.clear();
    await house.clock.advance('PT10M');
    await house.settle();
    expect(total(await read(), 'lianshao_outbox_pending')).toBe(0);
  });

  it('timers, early and late, and the pumps that fire them', async () => {
    const runs = async (pump: string) => total(await read(), RUNS, { pump, outcome: 'done' });
    const rose = await rise(async () => {
      const before = [await runs('timers'), await runs('outbox')];
      await house.at('2026-10-14 09:00');
      // A run is on record once it has ended, a moment after its last effect.
      await eventually(async () => (await runs('timers')) > (before[0] ?? 0));
      await eventually(async () => (await runs('outbox')) > (before[1] ?? 0));
    });
    expect(rose('lianshao_timers_total', { kind: 'task', outcome: 'done' })).toBeGreaterThan(0);
    expect(rose('lianshao_timer_lateness_seconds_sum')).toBeGreaterThan(3_600);
    expect(rose('lianshao_timers_total', { outcome: 'failed' })).toBe(0);
    expect(rose(RUNS, { pump: 'timers', outcome: 'done' })).toBeGreaterThan(0);
    expect(rose('lianshao_pump_progress_timestamp_seconds', { pump: 'outbox' })).toBeGreaterThan(0);
    expect(total(await read(), 'lianshao_timer_lag_seconds')).toBe(0);
  });

  it('no label names anybody or anything that was written', async () => {
    await forgedAction(house, 'ou_demo_0010', { a: 'made.up.0010', p: {} })();
    await submit(house, '0014');
    const own = (await read()).filter(({ name }) => name.startsWith('lianshao_'));
    const allowed: Readonly<Record<string, RegExp>> = {
      platform: /^lark$/,
      outcome:
        /^(ok|refused|late|failed|done|rateLimited|unavailable|unreachable|gone|malformed|misconfigured)$/,
      result: /^(answered|repeated|ignored|failed)$/,
      reason: /^(signature|unsigned|ciphertext|token|envelope|app|window|event|size)$/,
      call: /^(send|sendText|sendFile|update|find)$/,
      kind: /^(stage|cycleEnd|task|digest|renewCard|reassign|comment)$/,
      pump: /^(timers|outbox|upkeep)$/,
      role: /^(all|web|worker)$/,
      le: /^(\+Inf|[\d.]+)$/,
    };
    const strange = own.flatMap(({ labels }) =>
      Object.entries(labels).filter(([key, value]) => allowed[key]?.test(value) !== true),
    );
    expect(own.length).toBeGreaterThan(50);
    expect(strange).toEqual([]);
    expect(own.length).toBeLessThan(250);
  });

  it('the dashboard and the alerts ask for figures and labels that exist', async () => {
    const samples = await read();
    const asked = [...expressionsOf(DASHBOARD), ...expressionsOf(ALERTS)].flatMap(selectorsOf);
    expect(asked.length).toBeGreaterThan(40);
    const unknown = asked.filter(
      ({ name, labels }) =>
        !samples.some(
          (sample) =>
            sample.name === name &&
            Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
        ),
    );
    expect(unknown).toEqual([]);
    const [absent] = selectorsOf('rate(lianshao_absent_total{result="answered"}[5m])');
    expect(absent).toEqual({ name: 'lianshao_absent_total', labels: { result: 'answered' } });
  });
});

const DASHBOARD = 'deploy/grafana-dashboard.json';
const ALERTS = 'deploy/alerts.yml';

/** Every query of a file; JSON is YAML, too. */
function expressionsOf(file: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'expr') found.push(String(child));
      visit(child);
    }
  };
  visit(parse(readFileSync(file, 'utf8')));
  return found;
}

/** The figures a query selects; labels that Prometheus itself adds are left out. */
function selectorsOf(expression: string): { readonly name: string; readonly labels: Labels }[] {
  const selectors = expression.matchAll(/\b((?:lianshao|process|nodejs)_\w+)(?:\{([^}]*)\})?/g);
  return [...selectors].map(([, name = '', labels = '']) => ({
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/g)]
        .map(([, key = '', value = '']): [string, string] => [key, value])
        .filter(([key]) => key !== 'job'),
    ),
  }));
}

describe('the figures of a house where nobody works', () => {
  const house = useHouse('2026-09-21 09:00', { role: 'web' });

  it('what is due and not done shows as lag', async () => {
    const [loaded] = await loadProfiles('test/fixtures/profiles');
    if (loaded === undefined) throw new Error('no profile');
    await launchCycle(house.admin(), { loaded, unitCode: UNIT });
    const early = await readMetrics(house.url);
    expect(total(early, 'lianshao_checkpoint_age_seconds')).toBeNaN();
    await house.clock.advance('PT1H');
    const late = await readMetrics(house.url);
    expect(total(late, 'lianshao_timers_due')).toBeGreaterThan(0);
    expect(total(late, 'lianshao_timer_lag_seconds')).toBeGreaterThanOrEqual(3_600);
    expect(total(late, 'lianshao_database_up')).toBe(1);
    expect(total(late, 'lianshao_queue_up')).toBe(1);
    expect(total(late, 'lianshao_process_info', { role: 'web' })).toBe(1);
  });
});

describe('the figures when the database is gone', () => {
  it('are given all the same, and say so', async () => {
    const metrics = createMetrics({
      role: 'web',
      platforms: ['lark'],
      timerKinds: ['task'],
      pumps: ['timers'],
      backlog: () => Promise.reject(new Error('gone')),
      queue: () => Promise.reject(new Error('gone')),
    });
    const { text } = await metrics.render();
    const samples = parseMetrics(text);
    expect(total(samples, 'lianshao_database_up')).toBe(0);
    expect(total(samples, 'lianshao_queue_up')).toBe(0);
    expect(total(samples, 'lianshao_outbox_dead')).toBeNaN();
    expect(total(samples, 'process_resident_memory_bytes')).toBeGreaterThan(0);
  });
});
