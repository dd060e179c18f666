/** The administrator's commands as a script calls them: exit codes, JSON, the moved clock (contract §4). */
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

describe('contract §4: commands', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    new Promise<Outcome>((resolve) => {
      const options = {
        env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url, ...env },
      };
      execFile(process.execPath, ['cli.ts', ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      });
    });

  it('imports, launches on the moved clock, reports and verifies; refusals are 1, wrong usage 2', async () => {
    expect((await run(['org', 'import', 'profiles/demo/org'])).code).toBe(0);
    const forbidden = await run(['clock', 'set', '2026-09-21 09:00']);
    expect([forbidden.code, forbidden.stderr]).toEqual([
      1,
      '未设置 ALLOW_TIME_TRAVEL=1，不能拨动时钟\n',
    ]);
    const moved = await run(['clock', 'set', '2026-09-21 09:00'], { ALLOW_TIME_TRAVEL: '1' });
    expect(moved.stdout).toBe('2026年9月21日(周一) 09:00\n');
    const profiles: unknown = JSON.parse((await run(['profile', 'list', '--json'])).stdout);
    expect(profiles).toMatchObject([
      { id: 's2-justice-bureau', name: expect.stringContaining('司法局') },
    ]);

    const launch = `cycle launch --profile s2-justice-bureau --unit QLSF --json`.split(' ');
    const launched = await run(launch);
    const { cycleId } = JSON.parse(launched.stdout);
    const status = JSON.parse((await run(['cycle', 'status', cycleId, '--json'])).stdout);
    expect(status).toMatchObject({
      startOn: '2026-09-21',
      // 23 people, 6 sections and the team.
      due: [{ open: 6 }, { open: 23 }, { open: 1 }].map((each) => ({
        ...each,
        dueOn: '2026-12-10',
      })),
    });

    const again = await run(launch);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toEqual({ error: again.stderr.trim() });
    expect((await run(['cycle', 'launch', '--unit', 'QLSF'])).code).toBe(2);
    expect((await run(['org'])).code).toBe(2);
    expect((await run(['--help'])).code).toBe(0);
    expect((await run(['audit', 'verify'])).code).toBe(0);
    expect((await run(['cycle', 'close', cycleId])).code).toBe(0);
    expect((await run(['audit', 'verify'])).code).toBe(0);
  });
});
