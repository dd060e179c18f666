/** An embedded PostgreSQL of its own on a disk that takes its time: every fsync waits a little longer. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterHome, findPrograms } from '../../db/embedded-binaries.ts';
import { addressOf, ensureDatabase } from '../../db/embedded-connection.ts';
import { stopServer } from '../../db/embedded-process.ts';
import { createCluster, startServer } from '../../db/embedded-server.ts';
import { freePort } from '../support/free-port.ts';

export type SlowServer = { readonly url: string; readonly stop: () => Promise<void> };

/** Preloaded into PostgreSQL; a signal must not shorten the wait. */
const shim = (delayMs: number): string => `#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <time.h>

static void linger(void) {
  struct timespec left = {0, ${delayMs}L * 1000000L};
  int before = errno;
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {}
  errno = before;
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
  linger();
  return real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
  linger();
  return real(fd);
}
`;

/** Starts it below `scratch`; a string says why that is impossible here. */
export async function startSlowServer(
  scratch: string,
  delayMs: number,
): Promise<SlowServer | string> {
  if (process.platform !== 'linux') return 'needs LD_PRELOAD, which only Linux has';
  const home = join(scratch, 'slow');
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const library = join(home, 'slow-fsync.so');
  writeFileSync(join(home, 'slow-fsync.c'), shim(delayMs));
  const compiler = spawnSync(
    'cc',
    ['-shared', '-fPIC', '-O2', '-o', library, join(home, 'slow-fsync.c'), '-ldl'],
    { encoding: 'utf8' },
  );
  if (compiler.status !== 0)
    return `needs a C compiler: ${compiler.error?.message ?? compiler.stderr}`;
  const programs = findPrograms();
  const starter = join(home, 'postgres');
  writeFileSync(starter, `#!/bin/sh\nLD_PRELOAD='${library}' exec '${programs.postgres}' "$@"\n`);
  for (const file of [starter, library]) chmodSync(file, 0o755);
  const cluster = join(clusterHome(home, programs), 'cluster');
  const access = { port: await freePort(), password: 'of-a-measurement' };
  await createCluster(programs, cluster, access.password, true);
  const options = { logFile: join(home, 'postgres.log'), durable: true };
  const pid = await startServer({ ...programs, postgres: starter }, cluster, access, options);
  // It runs in a session of its own and would outlive an interrupted run.
  const abandon = (): boolean => process.kill(pid, 'SIGQUIT');
  process.once('exit', abandon);
  await ensureDatabase(access);
  return {
    url: addressOf(access, 'postgres'),
    stop: async () => {
      process.off('exit', abandon);
      await stopServer(programs, cluster);
      rmSync(cluster, { recursive: true, force: true });
    },
  };
}
