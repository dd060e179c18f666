/** `pg_dump` and `pg_restore` of this machine, for the tests that need them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { connect } from '../../db/client.ts';

export type PostgresTools = {
  readonly dump: (database: string, file: string) => Promise<void>;
  readonly restore: (file: string, database: string) => Promise<void>;
};

/** The tools, if this machine has some that can read the server at `url`; else why not. */
export async function findPostgresTools(
  url: string,
): Promise<{ readonly tools: PostgresTools } | { readonly missing: string }> {
  const wanted = await majorOf(url);
  const found = ['', ...globSync('/usr/lib/postgresql/*/bin')]
    .map((directory) => ({ directory, major: versionOf(join(directory, 'pg_dump')) }))
    .sort((a, b) => b.major - a.major)[0];
  if (found === undefined || found.major < wanted)
    return { missing: `no pg_dump of PostgreSQL ${wanted} or later` };
  const run = (tool: string, flags: readonly string[]) =>
    runTool(join(found.directory, tool), flags);
  return {
    tools: {
      dump: (database, file) => run('pg_dump', ['--format=custom', `--file=${file}`, database]),
      restore: (file, database) =>
        run('pg_restore', [
          ...['--exit-on-error', '--no-owner', '--no-privileges'],
          ...[`--dbname=${database}`, file],
        ]),
    },
  };
}

async function majorOf(url: string): Promise<number> {
  const db = connect(url, 1);
  const { rows } = await sql<{ version: number }>`
    select current_setting('server_version_num')::int / 10000 as version`.execute(db);
  await db.destroy();
  return rows[0]?.version ?? 0;
}

function versionOf(program: string): number {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number(/ (\d+)/.exec(stdout)?.[1] ?? 0) : 0;
}

async function runTool(program: string, flags: readonly string[]): Promise<void> {
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program}: ${said}`);
}
