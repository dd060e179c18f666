/** Writes the store to disk: debounced, atomic (temporary file, then rename), uploads as files beside it. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StoreData } from './model.ts';

const debounceMs = 400;

type Snapshot = {
  schedule(): void;
  readUpload(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
  writeUpload(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Writes what is still waiting. */
  close(): Promise<void>;
};

type Saved = { readonly [K in keyof StoreData]?: unknown };

function restore(path: string, data: StoreData): void {
  if (!existsSync(path)) return;
  // The file is written by this module alone, so its shape is StoreData with maps as entry lists.
  const saved: Saved = JSON.parse(readFileSync(path, 'utf8'));
  const fill = (map: Map<string, unknown>, entries: unknown): void => {
    if (!Array.isArray(entries)) return;
    for (const [key, value] of entries) map.set(String(key), value);
  };
  fill(data.chats, saved.chats);
  fill(data.messages, saved.messages);
  fill(data.updateTokens, saved.updateTokens);
  fill(data.sentKeys, saved.sentKeys);
  fill(data.uploads, saved.uploads);
  fill(data.seen, saved.seen);
  fill(data.pending, saved.pending);
  fill(data.tenantTokens, saved.tenantTokens);
}

const dump = (data: StoreData): string =>
  JSON.stringify({
    chats: [...data.chats],
    messages: [...data.messages],
    updateTokens: [...data.updateTokens],
    sentKeys: [...data.sentKeys],
    uploads: [...data.uploads],
    seen: [...data.seen],
    pending: [...data.pending],
    tenantTokens: [...data.tenantTokens],
  });

function inMemory(): Snapshot {
  const uploads = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    schedule: () => {},
    readUpload: (key) => Promise.resolve(uploads.get(key) ?? null),
    writeUpload: (key, bytes) => {
      uploads.set(key, bytes);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/** Restores `data` from `path` and keeps it saved; without a path everything stays in memory. */
export function createSnapshot(path: string | undefined, data: StoreData): Snapshot {
  if (path === undefined) return inMemory();
  mkdirSync(dirname(path), { recursive: true });
  restore(path, data);
  const folder = `${path}.uploads`;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let writing: Promise<void> = Promise.resolve();

  const save = async (): Promise<void> => {
    const temporary = `${path}.part`;
    await writeFile(temporary, dump(data));
    await rename(temporary, path);
  };
  const flush = (): Promise<void> => {
    timer = null;
    writing = writing.then(save, save);
    return writing;
  };

  return {
    schedule: () => {
      if (closed) return;
      // A write that fails is made good by the one after the next change.
      timer ??= setTimeout(() => void flush().catch(() => {}), debounceMs);
    },
    readUpload: (key) =>
      readFile(join(folder, key)).then(
        (bytes) => new Uint8Array(bytes),
        () => null,
      ),
    writeUpload: async (key, bytes) => {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, key), bytes);
    },
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await flush();
    },
  };
}
