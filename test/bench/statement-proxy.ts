/** Stands between a program and PostgreSQL and counts what is asked, by the text of the statement. */
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

export type StatementProxy = {
  /** The address of the database through the proxy. */
  readonly url: string;
  /** How often each statement ran since the last reset, and how often the program waited for the server. */
  readonly counts: () => {
    readonly statements: ReadonlyMap<string, number>;
    readonly roundTrips: number;
  };
  readonly reset: () => void;
  readonly close: () => Promise<void>;
};

/** Opens a proxy to the database at `url`, which is on this machine or on the network without TLS. */
export async function openStatementProxy(url: string): Promise<StatementProxy> {
  const target = new URL(url);
  const statements = new Map<string, number>();
  let roundTrips = 0;
  const sockets = new Set<Socket>();
  const ran = (text: string): void => {
    statements.set(text, (statements.get(text) ?? 0) + 1);
  };
  const waited = (): void => {
    roundTrips += 1;
  };
  const server = createServer((client) => {
    const upstream = createConnection(Number(target.port || 5432), target.hostname);
    const read = messageReader(ran, waited);
    client.on('data', (chunk) => {
      read(chunk);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => client.write(chunk));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(typeof address === 'object' ? address?.port : 0);
  return {
    url: proxied.href,
    counts: () => ({ statements: new Map(statements), roundTrips }),
    reset: () => {
      statements.clear();
      roundTrips = 0;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

const LENGTH_BYTES = 4;

/** Follows one connection's frontend messages: type byte, length, content; only the first message has no type. */
function messageReader(ran: (text: string) => void, waited: () => void): (chunk: Buffer) => void {
  const texts = new Map<string, string>();
  let pending = Buffer.alloc(0);
  let started = false;
  let bound = '';
  const take = (type: string, content: Buffer): void => {
    const [first = '', second = ''] = content.toString('utf8').split('\0');
    if (type === 'Q') ran(first);
    if (type === 'P') texts.set(first, second);
    if (type === 'B') bound = texts.get(second) ?? '';
    if (type === 'E') ran(bound);
    if (type === 'Q' || type === 'S') waited();
  };
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const head = started ? 1 : 0;
      if (pending.length < head + LENGTH_BYTES) return;
      const end = head + pending.readInt32BE(head);
      if (pending.length < end) return;
      if (started)
        take(pending.toString('latin1', 0, 1), pending.subarray(head + LENGTH_BYTES, end));
      started = true;
      pending = pending.subarray(end);
    }
  };
}
