/** Sends shots and waits for what comes back; whatever happens to the connection is an outcome, never an error. */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Outcome, Shot } from './shot.ts';

export type Gun = {
  readonly fire: (shot: Shot) => Promise<Outcome>;
  readonly close: () => void;
};

/** Longer than any answer may take. */
const PATIENCE_MS = 20_000;
/** How long an unfinished request is left hanging before its sender goes away. */
const HANG_MS = 150;
const BODY_LIMIT = 4 * 1024 * 1024;

export function createGun(port: number, connections: number): Gun {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    fire: (shot) =>
      'bytes' in shot ? fireBytes(port, shot.bytes) : fireRequest(port, agent, shot),
    close: () => agent.destroy(),
  };
}

type Request = Extract<Shot, { readonly method: string }>;

function fireRequest(
  port: number,
  agent: Agent,
  shot: Request,
): Promise<Outcome & { readonly isStale: boolean }> {
  const began = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, body = '', isTimeout = false, isStale = false): void =>
      resolve({ status, body, ms: performance.now() - began, isTimeout, isStale });
    const length = shot.body === null ? 0 : Buffer.byteLength(shot.body);
    const sized =
      shot.body === null || 'transfer-encoding' in shot.headers ? {} : { 'content-length': length };
    const req = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: shot.method,
        path: shot.path,
        headers: { ...sized, ...shot.headers },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', () => end(0));
        response.on('end', () => end(response.statusCode ?? 0, Buffer.concat(parts).toString()));
      },
    );
    req.setTimeout(PATIENCE_MS, () => {
      end(0, '', true);
      req.destroy();
    });
    req.on('error', () => end(0, '', false, req.reusedSocket));
    req.end(shot.body ?? undefined);
  });
}

function fireBytes(port: number, bytes: Buffer): Promise<Outcome> {
  const began = performance.now();
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const socket = connect(port, '127.0.0.1');
    const end = (): void => {
      const body = Buffer.concat(parts).toString('latin1');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(body)?.[1] ?? 0);
      resolve({ status, body, ms: performance.now() - began, isTimeout: false });
      socket.destroy();
    };
    socket.setTimeout(HANG_MS, end);
    socket.on('data', (part) => {
      size += part.length;
      if (size < BODY_LIMIT) parts.push(part);
    });
    socket.on('error', end);
    socket.on('close', end);
    socket.write(bytes);
  });
}
