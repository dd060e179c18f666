/** The Ed25519 key that signs checkpoints: given as PEM, or a file only this user can read. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyIdOf } from '../domain/audit-checkpoint.ts';

export type Signer = {
  readonly keyId: string;
  /** The 32 raw bytes in hex: what has to be kept outside and is given to a verifier as trusted. */
  readonly publicKey: string;
  /** The Ed25519 signature over `text`, hex. */
  sign(text: string): string;
};

/** The signer of `pem` (PKCS #8), else of `keyFile`, which is made when absent. Throws on any other kind of key. */
export async function loadSigner(source: { pem?: string; keyFile: string }): Promise<Signer> {
  const pem = source.pem ?? (await readOrMake(source.keyFile));
  // Environment files often carry the line breaks of a PEM as the two characters \n.
  return signerOf(createPrivateKey(pem.replaceAll('\\n', '\n')));
}

function signerOf(key: KeyObject): Signer {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the audit key must be an Ed25519 key');
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = Buffer.from(x ?? '', 'base64url').toString('hex');
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), key).toString('hex'),
  };
}

async function readOrMake(keyFile: string): Promise<string> {
  try {
    return await readFile(keyFile, 'utf8');
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  await makeKeyFile(keyFile);
  return readFile(keyFile, 'utf8');
}

/** Written aside and linked into place: of two processes that start together, both end up with the same whole key. */
async function makeKeyFile(keyFile: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const aside = `${keyFile}.${randomUUID()}`;
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  await writeFile(aside, privateKey.export({ format: 'pem', type: 'pkcs8' }), {
    mode: 0o600,
    flag: 'wx',
  });
  try {
    await link(aside, keyFile);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(aside);
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
