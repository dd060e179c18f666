/** Starts the load generator and reads what it measured. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./load-run.ts', import.meta.url));

export type LoadJob = {
  readonly port: number;
  /** A JSON list of whole HTTP requests. */
  readonly requestFile: string;
  readonly from: number;
  readonly count: number;
  /** No further request goes out after so long, ms. */
  readonly forMs: number;
  readonly connections: number;
  /** null = as fast as the connections are answered. */
  readonly perSecond: number | null;
  /** `click`: a success toast and a card; anything else is a fault. */
  readonly expects: 'click' | 'anything';
};

export type LoadResult = {
  readonly elapsedMs: number;
  readonly latencies: readonly number[];
  readonly faults: number;
  readonly firstFault: string | null;
  /** The body of the first answer. */
  readonly sample: string;
  /** Processor time of the generator itself. */
  readonly cpuMs: number;
};

let jobs = 0;

/** Runs one job to its end. @throws when an answer was not what it should be */
export async function runLoad(scratch: string, job: LoadJob): Promise<LoadResult> {
  jobs += 1;
  const [jobFile, resultFile] = ['job', 'result'].map((name) =>
    join(scratch, `load-${process.pid}-${jobs}.${name}.json`),
  );
  writeFileSync(String(jobFile), JSON.stringify(job));
  const child = spawn(process.execPath, [PROGRAM, String(jobFile), String(resultFile)], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the load generator failed: ${said.trim()}`);
  const result: LoadResult = JSON.parse(readFileSync(String(resultFile), 'utf8'));
  if (result.faults > 0) {
    const pace = job.perSecond === null ? 'as fast as possible' : `at ${job.perSecond}/s`;
    throw new Error(
      `${job.connections} connections ${pace}: ${result.faults} of ${result.latencies.length} answers were wrong: ${result.firstFault}`,
    );
  }
  return result;
}
