/** The receivers of other libraries with empty handlers, under the same load: rows beside `click`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { loader, type Plan } from './click-round.ts';
import { type Measurement, median, percentile } from './scenario.ts';

const WARM_MS = 3_000;
const FULL_MS = 5_000;
const SATORI = ['@satorijs/adapter-lark', '@satorijs/core', '@cordisjs/plugin-server', 'cordis'];

type Peer = { readonly name: string; readonly program: readonly string[] };

export type PeerFigures = {
  readonly name: string;
  readonly perSecond: number;
  readonly p99: number;
};

/** Which peers can run here, and a remark on those that cannot. */
export function findPeers(folder: string | null): {
  readonly peers: readonly Peer[];
  readonly remark: string | null;
} {
  const program = 'test/bench/click-peer-run.ts';
  const sdk = { name: 'node-sdk receiver, empty handler', program: [program, 'node-sdk'] };
  const isThere = (name: string): boolean =>
    folder !== null && existsSync(join(folder, 'node_modules', name));
  if (folder !== null && SATORI.every(isThere)) {
    const satori = { name: 'satori adapter, empty handler', program: [program, 'satori', folder] };
    return { peers: [sdk, satori], remark: null };
  }
  const packages = `@satorijs/adapter-lark@3 @satorijs/core@4 cordis@3 @cordisjs/plugin-server@0.2`;
  return {
    peers: [sdk],
    remark: `satori adapter not measured: npm install --prefix DIR ${packages}, then --peers DIR`,
  };
}

/** One round of one peer. The forms are clicked by others too: a peer changes nothing. */
export async function peerRound(plan: Plan, peer: Peer): Promise<PeerFigures> {
  const child = await startChild(peer.program, {}, 'peer ready');
  try {
    const load = loader({ ...plan, expects: 'anything' }, child.port);
    await load(plan.warm, WARM_MS, null);
    const { latencies, elapsedMs } = await load(plan.full, FULL_MS, null);
    return {
      name: peer.name,
      perSecond: (latencies.length * 1000) / elapsedMs,
      p99: percentile(latencies, 0.99),
    };
  } finally {
    await child.stop();
  }
}

/** Our throughput against each peer's: they do nothing with a click, we store it. */
export function peerRows(
  rounds: readonly PeerFigures[],
  ours: number,
  remark: string | null,
): readonly Measurement[] {
  const names = [...new Set(rounds.map(({ name }) => name))];
  return names.map((name, at) => {
    const floor = median(rounds.filter((each) => each.name === name).map((each) => each.perSecond));
    return {
      measure: `against ${name}`,
      unit: '1/s',
      value: ours,
      floor,
      ratio: ours / floor,
      target: '>= peer',
      met: ours >= floor,
      ...(at === 0 && remark !== null ? { note: remark } : {}),
    };
  });
}
