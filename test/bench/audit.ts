/** How long the administrator waits for a verification, in how much memory, and what sealing costs once a minute. */
import { spawn } from 'node:child_process';
import { sql } from 'kysely';
import { recordAudit } from '../../db/audit.ts';
import type { Reader } from '../../db/client.ts';
import { sealEntry } from '../../domain/audit.ts';
import { writeCheckpoint } from '../../services/audit-checkpoint.ts';
import type { Signer } from '../../services/audit-key.ts';
import { appendPass, newSigner } from './audit-data.ts';
import { openBenchDatabase } from './bench-database.ts';
import { processorSeconds, residentOf, wholeMb } from './resident.ts';
import { type BenchContext, type Measurement, median, type Scenario } from './scenario.ts';

const PASSES = 4;
const MOVED = 100;
const LIMIT_S = 60;
/** What a process may take more for four times the entries and still count as flat. */
const FLAT = 1.25;

const FLATNESS = `flat: <= ${FLAT} x that of a quarter of the entries`;

export const auditScenario: Scenario = {
  name: 'audit',
  about: 'verification of 1,000,000 audit entries by the command line; cost of a checkpoint',
  run: measureAudit,
};

async function measureAudit(bench: BenchContext): Promise<readonly Measurement[]> {
  const chains = bench.short ? 5_000 : 250_000;
  const database = await openBenchDatabase(bench.databaseUrl, 'audit');
  try {
    const signer = await newSigner();
    const sealing: number[] = [];
    let small: Verified | null = null;
    for (let pass = 1; pass <= PASSES; pass += 1) {
      bench.say(`audit: writing ${chains} entries, pass ${pass} of ${PASSES}`);
      await appendPass(database.db, chains, signer);
      if (pass === 1) small = await verified(database.url, chains);
    }
    await sql`vacuum analyze`.execute(database.db);
    for (let round = 0; round < 5; round += 1)
      sealing.push(await sealMoved(database.db, signer, round));
    bench.say(`audit: verifying ${PASSES * chains} entries`);
    const whole = await verified(database.url, PASSES * chains);
    const growth = whole.peakMb / (small?.peakMb ?? 1);
    return [
      {
        measure: `verify ${PASSES * chains} entries`,
        value: whole.seconds,
        unit: 's',
        target: `<= ${LIMIT_S} s`,
        met: whole.seconds <= LIMIT_S,
        note: `${whole.computed.toFixed(1)} s of processor time; ${chains} chains, four fields an entry, every entry sealed`,
      },
      {
        measure: 'memory of the verifying process at its peak',
        value: whole.peakMb,
        unit: 'MB',
        // A run of seconds ends before memory has settled.
        ...(bench.short ? {} : { target: FLATNESS, met: growth <= FLAT }),
        note: `${growth.toFixed(2)} x`,
      },
      {
        measure: `checkpoint of ${MOVED} moved among ${chains} chains`,
        value: median(sealing),
        unit: 'ms',
      },
    ];
  } finally {
    await database.close();
  }
}

type Verified = {
  readonly seconds: number;
  /** What the process computed itself, without the database and without waiting for a processor. */
  readonly computed: number;
  readonly peakMb: number;
};

/** `cli audit verify` in a process of its own, whose resident memory is read while it runs. */
function verified(databaseUrl: string, entries: number): Promise<Verified> {
  const began = performance.now();
  const child = spawn(process.execPath, ['cli.ts', 'audit', 'verify', '--json'], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakMb = 0;
  let computed = 0;
  const sampling = setInterval(() => {
    peakMb = Math.max(peakMb, wholeMb(residentOf(child.pid)));
    computed = Math.max(computed, processorSeconds(child.pid));
  }, 100);
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(sampling);
      const seconds = (performance.now() - began) / 1000;
      const counted: unknown = JSON.parse(said || '{}').entries;
      if (code !== 0 || typeof counted !== 'number' || counted < entries)
        reject(new Error(`verification ended with ${code}: ${said.slice(0, 500)}`));
      else resolve({ seconds, computed, peakMb });
    });
  });
}

/** Milliseconds to seal the chains that some clicks have moved. */
async function sealMoved(db: Reader, signer: Signer, round: number): Promise<number> {
  const subjects = await db
    .selectFrom('audit_head')
    .select('subject')
    .limit(MOVED)
    .offset(round * MOVED)
    .execute();
  const actor = { kind: 'person', code: 'P000001' } as const;
  const entries = subjects.map(({ subject }) =>
    sealEntry(
      { subject, action: 'selfCheck.agreed', fields: { version: 2 } },
      new Date(),
      actor,
      () => '0'.repeat(32),
    ),
  );
  await db.transaction().execute((trx) => recordAudit(trx, entries));
  const began = performance.now();
  const sealed = await writeCheckpoint(db, signer, new Date());
  if (sealed?.count !== subjects.length) throw new Error(`${sealed?.count} chains sealed`);
  return performance.now() - began;
}
