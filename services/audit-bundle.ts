/** The audit record as one file of JSON lines that can be verified anywhere, without the database. */

import { createHash } from 'node:crypto';
import { readAuditRecords, withSnapshot } from '../db/audit-read.ts';
import type { Reader } from '../db/client.ts';
import { parseJson } from '../domain/audit-body.ts';
import {
  type AuditFindingCode,
  type AuditReport,
  collectFindings,
  type Findings,
  MAX_FINDINGS,
} from '../domain/audit-finding.ts';
import { type AuditRecord, parseRecord } from '../domain/audit-record.ts';
import type { AuditTrust } from '../domain/audit-seals.ts';
import { verifyRecords } from '../domain/audit-verify.ts';

const HEADER = JSON.stringify({ kind: 'header', format: 'lianshao-audit', v: 1 });
const END = '{"kind":"end"';

/** Writes the whole record, as of one instant, in chunks of whole lines. Returns the number of records. */
export const exportAuditBundle = (
  db: Reader,
  write: (chunk: string) => Promise<void> | void,
): Promise<number> => withSnapshot(db, (trx) => writeBundle(readAuditRecords(trx), write));

/** Writes `batches` as a bundle, waiting for each `write`. The last line carries the digest of all before. */
export async function writeBundle(
  batches: AsyncIterable<readonly AuditRecord[]>,
  write: (chunk: string) => Promise<void> | void,
): Promise<number> {
  const digest = createHash('sha256');
  let count = 0;
  const put = async (chunk: string): Promise<void> => {
    digest.update(chunk);
    await write(chunk);
  };
  await put(`${HEADER}\n`);
  for await (const records of batches) {
    count += records.length;
    if (records.length > 0) await put(records.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
  await write(`${endLine(count, digest.digest('hex'))}\n`);
  return count;
}

const endLine = (records: number, sha256: string): string =>
  JSON.stringify({ kind: 'end', records, sha256 });

/**
 * Checks a bundle given as text in chunks of any size (`createReadStream(file, 'utf8')`), by the same rules as the
 * database. A changed byte anywhere in the file is found; where it lies in a record, the record is named.
 */
export async function verifyBundle(
  chunks: AsyncIterable<string> | Iterable<string>,
  trust: AuditTrust = {},
): Promise<AuditReport> {
  const findings = collectFindings();
  const report = await verifyRecords(parseChunks(chunks, findings), trust);
  const all = [...(report.ok ? [] : report.findings), ...findings.list];
  return all.length === 0 ? report : { ok: false, findings: all.slice(0, MAX_FINDINGS) };
}

/** Split at line feeds only: a value may hold the other characters that line readers break at. */
async function* parseChunks(
  chunks: AsyncIterable<string> | Iterable<string>,
  findings: Findings,
): AsyncGenerator<readonly AuditRecord[]> {
  const reader = lineReader(findings);
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield lines.map(reader.read).filter((record) => record !== null);
  }
  reader.end(rest);
}

type LineReader = {
  /** The record in a line; null for the header, the end and what is damaged. */
  read(line: string): AuditRecord | null;
  /** `rest` is what follows the last line feed: nothing, in a whole file. */
  end(rest: string): void;
};

function lineReader(findings: Findings): LineReader {
  const digest = createHash('sha256');
  let seq = 0;
  let ended = false;
  const report = (code: AuditFindingCode): null => {
    findings.add({ place: 'bundle', seq, code });
    return null;
  };
  const parse = (line: string): AuditRecord | null => {
    if (ended) return report('surplus');
    if (seq === 1) return line === HEADER ? null : report('malformed');
    if (!line.startsWith(END)) return parseRecord(parseJson(line)) ?? report('malformed');
    ended = true;
    const whole = line === endLine(seq - 2, digest.copy().digest('hex'));
    return whole ? null : report('digestMismatch');
  };
  return {
    read: (line) => {
      seq += 1;
      const record = parse(line);
      digest.update(`${line}\n`);
      return record;
    },
    end: (rest) => {
      if (!ended) report('missing');
      if (rest !== '') report('surplus');
    },
  };
}
