/** The figures of one process in Prometheus' text format. Labels come from short fixed lists; none names a person. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CallRecord, DeliveryRecord } from './observe.ts';

/** Backlogs as the database has them. */
type Backlog = {
  readonly outboxPending: number;
  readonly outboxDead: number;
  readonly outboxLagSeconds: number;
  readonly timersDue: number;
  readonly timerLagSeconds: number;
  /** Null before the first checkpoint. */
  readonly checkpointAgeSeconds: number | null;
};

export type MetricsPorts = {
  readonly role: string;
  readonly platforms: readonly string[];
  readonly timerKinds: readonly string[];
  /** The pumps of this process, none in one that only answers. */
  readonly pumps: readonly string[];
  readonly backlog: () => Promise<Backlog>;
  /** Jobs waiting or delayed, by pump; rejects when the queue does not answer. */
  readonly queue: () => Promise<Readonly<Record<string, number>>>;
};

export type Work = 'done' | 'failed';

export type Metrics = {
  readonly render: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly delivery: (record: DeliveryRecord) => void;
  readonly refused: (platform: string, reason: string) => void;
  readonly call: (record: CallRecord) => void;
  readonly timer: (kind: string, outcome: Work, lateSeconds: number) => void;
  readonly pump: (pump: string, outcome: Work, seconds: number) => void;
  /** A part of a long run is done: a message sent or put off, a batch of timers fired. */
  readonly progress: (pump: string) => void;
};

/** A dead database must not make the scrape hang: the figures of the process are wanted most just then. */
const PATIENCE_MS = 4_000;

/** Each look at the event loop wakes the process: at the library's ten ms, that is most of what an idle one costs. */
const LOOP_SAMPLE_MS = 50;

/** Opens the register of one process. */
export function createMetrics(ports: MetricsPorts): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS });
  const registers = [register];
  new Gauge({
    name: 'lianshao_process_info',
    help: 'constantly 1; the role of this process',
    labelNames: ['role'],
    registers,
  }).set({ role: ports.role }, 1);
  const refresh = [backlogGauges(ports, register), queueGauges(ports, register)];
  return {
    ...deliveryMetrics(ports, register),
    ...callMetrics(ports, register),
    ...workMetrics(ports, register),
    render: async () => {
      await Promise.all(refresh.map((read) => read()));
      return { type: register.contentType, text: await register.metrics() };
    },
  };
}

function deliveryMetrics(ports: MetricsPorts, register: Registry) {
  const registers = [register];
  const clicks = new Histogram({
    name: 'lianshao_click_duration_seconds',
    help: 'from a verified click to its answer',
    labelNames: ['platform', 'outcome'] as const,
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10],
    registers,
  });
  const deliveries = new Counter({
    name: 'lianshao_deliveries_total',
    help: 'verified deliveries by what became of them',
    labelNames: ['platform', 'result'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'lianshao_deliveries_refused_total',
    help: 'deliveries that failed verification',
    labelNames: ['platform', 'reason'] as const,
    registers,
  });
  for (const platform of ports.platforms) {
    for (const outcome of ['ok', 'refused', 'late', 'failed']) clicks.zero({ platform, outcome });
    for (const result of ['answered', 'repeated', 'ignored', 'failed'])
      deliveries.inc({ platform, result }, 0);
    refused.inc({ platform, reason: 'signature' }, 0);
  }
  return {
    delivery: ({ platform, kind, outcome, result, ms }: DeliveryRecord) => {
      deliveries.inc({ platform, result });
      if (kind === 'action') clicks.observe({ platform, outcome }, ms / 1000);
    },
    refused: (platform: string, reason: string) => refused.inc({ platform, reason }),
  };
}

const FAILURES = [
  'rateLimited',
  'unavailable',
  'unreachable',
  'gone',
  'malformed',
  'misconfigured',
] as const satisfies readonly CallRecord['outcome'][];

function callMetrics(ports: MetricsPorts, register: Registry) {
  const registers = [register];
  const calls = new Counter({
    name: 'lianshao_platform_calls_total',
    help: 'calls to a platform by operation and outcome',
    labelNames: ['platform', 'call', 'outcome'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'lianshao_platform_call_duration_seconds',
    help: 'how long a platform took to answer',
    labelNames: ['platform'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  for (const platform of ports.platforms) {
    duration.zero({ platform });
    for (const outcome of ['ok', ...FAILURES]) calls.inc({ platform, call: 'send', outcome }, 0);
  }
  return {
    call: ({ platform, call, outcome, ms }: CallRecord) => {
      calls.inc({ platform, call, outcome });
      duration.observe({ platform }, ms / 1000);
    },
  };
}

function workMetrics(ports: MetricsPorts, register: Registry) {
  const registers = [register];
  const timers = new Counter({
    name: 'lianshao_timers_total',
    help: 'timers fired by kind and outcome',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  });
  const lateness = new Histogram({
    name: 'lianshao_timer_lateness_seconds',
    help: 'from the instant a timer was due to its effect, by the business clock',
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600],
    registers,
  });
  const runs = new Counter({
    name: 'lianshao_pump_runs_total',
    help: 'runs of a pump by outcome',
    labelNames: ['pump', 'outcome'] as const,
    registers,
  });
  const busy = new Counter({
    name: 'lianshao_pump_busy_seconds_total',
    help: 'time spent in runs of a pump',
    labelNames: ['pump'] as const,
    registers,
  });
  const advanced = new Gauge({
    name: 'lianshao_pump_progress_timestamp_seconds',
    help: 'when the pump last ended a run well or a part of a long one; at first, when the process started',
    labelNames: ['pump'] as const,
    registers,
  });
  for (const outcome of ['done', 'failed']) {
    for (const kind of ports.timerKinds) timers.inc({ kind, outcome }, 0);
    for (const pump of ports.pumps) runs.inc({ pump, outcome }, 0);
  }
  const progress = (pump: string): void => advanced.set({ pump }, Date.now() / 1000);
  for (const pump of ports.pumps) progress(pump);
  return {
    progress,
    timer: (kind: string, outcome: Work, lateSeconds: number) => {
      timers.inc({ kind, outcome });
      if (outcome === 'done') lateness.observe(lateSeconds);
    },
    pump: (pump: string, outcome: Work, seconds: number) => {
      runs.inc({ pump, outcome });
      busy.inc({ pump }, seconds);
      if (outcome === 'done') progress(pump);
    },
  };
}

function backlogGauges(ports: MetricsPorts, register: Registry): () => Promise<void> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `lianshao_${name}`, help, registers: [register] });
  const up = gauge('database_up', '1 when the database answered this scrape');
  const pending = gauge('outbox_pending', 'messages waiting to be sent');
  const dead = gauge('outbox_dead', 'messages given up');
  const outboxLag = gauge('outbox_lag_seconds', 'age of the oldest message that is due');
  const due = gauge('timers_due', 'timers due and not done');
  const timerLag = gauge('timer_lag_seconds', 'age of the oldest timer due and not done');
  const checkpoint = gauge('checkpoint_age_seconds', 'age of the newest audit checkpoint');
  return async () => {
    const backlog = await withoutFail(ports.backlog());
    up.set(backlog === null ? 0 : 1);
    pending.set(backlog?.outboxPending ?? Number.NaN);
    dead.set(backlog?.outboxDead ?? Number.NaN);
    outboxLag.set(backlog?.outboxLagSeconds ?? Number.NaN);
    due.set(backlog?.timersDue ?? Number.NaN);
    timerLag.set(backlog?.timerLagSeconds ?? Number.NaN);
    checkpoint.set(backlog?.checkpointAgeSeconds ?? Number.NaN);
  };
}

function queueGauges(ports: MetricsPorts, register: Registry): () => Promise<void> {
  const registers = [register];
  const up = new Gauge({
    name: 'lianshao_queue_up',
    help: '1 when the queue answered this scrape',
    registers,
  });
  const jobs = new Gauge({
    name: 'lianshao_queue_jobs',
    help: 'wake-ups waiting or set for later',
    labelNames: ['pump'] as const,
    registers,
  });
  return async () => {
    const counted = await withoutFail(ports.queue());
    up.set(counted === null ? 0 : 1);
    jobs.reset();
    for (const [pump, count] of Object.entries(counted ?? {})) jobs.set({ pump }, count);
  };
}

/** Null when the answer fails or does not come in time. */
async function withoutFail<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
