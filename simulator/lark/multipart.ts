/**
 * multipart/form-data by bytes. The SDK sends a Buffer as a part without a file name, which standard form
 * parsers read as text and thereby damage.
 */

export type Part = {
  readonly filename: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

const blankLine = Buffer.from('\r\n\r\n');

const attribute = (head: string, name: string): string | null =>
  new RegExp(`[;\\s]${name}="([^"]*)"`, 'i').exec(head)?.[1] ?? null;

function readPart(chunk: Buffer): readonly [string, Part] | null {
  const split = chunk.indexOf(blankLine);
  if (split < 0) return null;
  const head = chunk.subarray(0, split).toString('utf8');
  const name = attribute(head, 'name');
  if (name === null) return null;
  const bytes = new Uint8Array(chunk.subarray(split + blankLine.length));
  return [name, { filename: attribute(head, 'filename'), bytes }];
}

/** The parts by name; empty when the body is no multipart form. */
export function readMultipart(contentType: string, body: Buffer): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return parts;
  const first = Buffer.from(`--${boundary}`);
  const between = Buffer.from(`\r\n--${boundary}`);
  let start = body.indexOf(first);
  if (start < 0) return parts;
  start += first.length;
  for (let end = body.indexOf(between, start); end >= 0; end = body.indexOf(between, start)) {
    const part = readPart(body.subarray(start, end));
    if (part !== null) parts.set(part[0], part[1]);
    start = end + between.length;
  }
  return parts;
}
