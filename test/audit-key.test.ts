import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importPublicKey, isSignedBy, keyIdOf } from '../domain/audit-checkpoint.ts';
import { loadSigner } from '../services/audit-key.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianshao-key-'));
});

afterAll(() => rm(folder, { recursive: true }));

test('a key file is made once, for its owner only, and read again', async () => {
  const keyFile = join(folder, 'keys', 'audit.pem');
  const made = await loadSigner({ keyFile });
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  expect((await loadSigner({ keyFile })).publicKey).toBe(made.publicKey);
  expect(made.keyId).toBe(keyIdOf(made.publicKey));
});

test('processes that start together end up with one key and leave no other file', async () => {
  const keyFile = join(folder, 'together', 'audit.pem');
  const signers = await Promise.all(Array.from({ length: 8 }, () => loadSigner({ keyFile })));
  expect(new Set(signers.map(({ publicKey }) => publicKey)).size).toBe(1);
  expect(await readdir(join(folder, 'together'))).toEqual(['audit.pem']);
});

test('a given PEM is used, also with its line breaks escaped, and no file is made', async () => {
  const keyFile = join(folder, 'source.pem');
  const made = await loadSigner({ keyFile });
  const pem = await readFile(keyFile, 'utf8');
  for (const text of [pem, pem.replaceAll('\n', '\\n')]) {
    const given = await loadSigner({ pem: text, keyFile: join(folder, 'unused', 'audit.pem') });
    expect(given.publicKey).toBe(made.publicKey);
  }
  expect(await readdir(folder)).not.toContain('unused');
});

test('a signature is the key’s own, over exactly the text', async () => {
  const { publicKey, sign } = await loadSigner({ keyFile: join(folder, 'sign.pem') });
  const key = importPublicKey(publicKey);
  if (key === null) throw new Error('a key expected');
  expect(isSignedBy(key, 'text', sign('text'))).toBe(true);
  expect(isSignedBy(key, 'texT', sign('text'))).toBe(false);
  expect(isSignedBy(key, 'text', sign('text').toUpperCase())).toBe(false);
  expect(importPublicKey(publicKey.slice(2))).toBeNull();
});

test('a key of another kind is refused', async () => {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString();
  await expect(loadSigner({ pem, keyFile: join(folder, 'x.pem') })).rejects.toThrow('Ed25519');
});
