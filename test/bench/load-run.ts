/** The load generator as a process of its own: `load-run.ts <file with a LoadJob> <file for the LoadResult>`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import type { LoadJob, LoadResult } from './load.ts';

type Answer = { readonly status: number; readonly body: string };

/** One keep-alive connection; requests go out one at a time. Written by hand so that it costs next to nothing. */
function openConnection(port: number): Promise<(request: string) => Promise<Answer>> {
  return new Promise((resolve, reject) => {
    const socket: Socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    let waiting: { done: (answer: Answer) => void; failed: (error: Error) => void } | null = null;
    let received = Buffer.alloc(0);
    const fail = (error: Error): void => {
      waiting?.failed(error);
      reject(error);
    };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the server closed the connection')));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.toString('latin1', 0, end);
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      if (length === undefined) return fail(new Error('an answer without a length'));
      const whole = end + 4 + Number(length);
      if (received.length < whole) return;
      const body = received.toString('utf8', end + 4, whole);
      received = received.subarray(whole);
      const { done } = waiting ?? { done: () => undefined };
      waiting = null;
      done({ status: Number(head.slice(9, 12)), body });
    });
    socket.on('connect', () =>
      resolve(
        (request) =>
          new Promise((done, failed) => {
            waiting = { done, failed };
            socket.write(request);
          }),
      ),
    );
  });
}

/** What is wrong with an answer, or null. */
function faultOf({ status, body }: Answer, expects: LoadJob['expects']): string | null {
  if (status !== 200) return `status ${status}`;
  if (expects === 'anything') return null;
  const { toast, card } = JSON.parse(body);
  if (toast?.type !== 'success') return `toast ${JSON.stringify(toast)}`;
  return card?.type === 'raw' && typeof card.data === 'object' ? null : 'no card';
}

async function run(job: LoadJob): Promise<LoadResult> {
  const requests: string[] = JSON.parse(readFileSync(job.requestFile, 'utf8'));
  const slice = requests.slice(job.from, job.from + job.count);
  const connections = await Promise.all(
    Array.from({ length: job.connections }, () => openConnection(job.port)),
  );
  const answers: Answer[] = [];
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const began = performance.now();
  let next = 0;
  const until = began + job.forMs;
  const drive = async (send: (request: string) => Promise<Answer>): Promise<void> => {
    for (let at = next++; at < slice.length && performance.now() < until; at = next++) {
      // At a fixed rate a request counts from the instant it was due, or a slow server would slow its own load.
      const due = job.perSecond === null ? performance.now() : began + (at * 1000) / job.perSecond;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      answers.push(await send(slice[at] ?? ''));
      latencies.push(performance.now() - due);
    }
  };
  await Promise.all(connections.map(drive));
  const elapsedMs = performance.now() - began;
  const used = process.cpuUsage(cpu);
  const faults = answers.flatMap((answer) => faultOf(answer, job.expects) ?? []);
  return {
    elapsedMs,
    latencies,
    faults: faults.length,
    firstFault: faults[0] ?? null,
    sample: answers[0]?.body ?? '',
    cpuMs: (used.user + used.system) / 1000,
  };
}

const [, , jobFile = '', resultFile = ''] = process.argv;
run(JSON.parse(readFileSync(jobFile, 'utf8'))).then(
  (result) => {
    writeFileSync(resultFile, JSON.stringify(result));
    process.exit(0);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
