/** Files the browser may load. Browser modules are TypeScript; their types are stripped once and kept. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

export type Asset = { readonly text: string; readonly contentType: string };

/** No dots except the one of the ending, so no way out of the two folders. */
const KNOWN_PATH = /^(?:browser|styles)\/(?:[a-z0-9-]+\/)*[a-z0-9-]+\.(ts|css)$/;

const loaded = new Map<string, Promise<Asset | null>>();

async function read(path: string, ending: string): Promise<Asset | null> {
  const source = await readFile(join(import.meta.dirname, path), 'utf8').catch(() => null);
  if (source === null) return null;
  if (ending === 'css') return { text: source, contentType: 'text/css; charset=utf-8' };
  return { text: stripTypeScriptTypes(source), contentType: 'text/javascript; charset=utf-8' };
}

/** The asset at `path` (`browser/….ts` as JavaScript, `styles/….css`), or null when there is none. */
export function loadAsset(path: string): Promise<Asset | null> {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const ending = KNOWN_PATH.exec(path)?.[1];
  if (ending === undefined) return Promise.resolve(null);
  const asset = read(path, ending);
  loaded.set(path, asset);
  return asset;
}
