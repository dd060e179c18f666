/** Ports for the programs that tests start. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems hand out to connections and to listeners that do not mind which one they get: none of
 * those can take a port between the look at it and the start of its program, or while that program is down.
 */
const FIRST = 12_000;
const END = 32_000;

/** Other test processes look for ports at the same time; they begin elsewhere. */
let next = randomInt(FIRST, END);

/** A port of this machine that nobody listens on now, another one each time. */
export async function freePort(): Promise<number> {
  for (let tried = FIRST; tried < END; tried += 1) {
    const port = next;
    next = next + 1 < END ? next + 1 : FIRST;
    if (await isFree(port)) return port;
  }
  throw new Error('every port is taken');
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  const isListening = await once(probe, 'listening').then(
    () => true,
    () => false,
  );
  if (isListening) await new Promise((done) => probe.close(done));
  return isListening;
}
