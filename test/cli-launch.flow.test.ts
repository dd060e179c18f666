/** `profile show`, `cycle rehearse` and `cycle launch --set` as a script calls them. */
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

const about = ['--profile', 's2-justice-bureau', '--unit', 'QLSF'];

describe('contract §4: launch commands', () => {
  let database: TestDatabase;
  const run = (...args: readonly string[]) =>
    new Promise<Outcome>((resolve) => {
      const env = {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: database.url,
        ALLOW_TIME_TRAVEL: '1',
      };
      execFile(process.execPath, ['cli.ts', ...args], { env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      });
    });
  beforeAll(async () => {
    database = await createTestDatabase();
    await run('org', 'import', 'profiles/demo/org');
    await run('clock', 'set', '2026-09-21 09:00');
  }, 120_000);
  afterAll(() => database.drop());

  it('ORG-25 a rehearsal is printed, names on demand, and nothing is launched', async () => {
    const [json, brief, full] = await Promise.all([
      run('cycle', 'rehearse', ...about, '--json'),
      run('cycle', 'rehearse', ...about),
      run('cycle', 'rehearse', ...about, '--names'),
    ]);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, people: 23, blockers: [] });
    expect(brief.stdout).toContain('预演通过，可以发起');
    expect(brief.stdout).not.toContain('丁若溪');
    expect(full.stdout).toContain('丁若溪');
  }, 120_000);

  it('everything that is wrong with a launch is told at once; wrong usage is 2', async () => {
    const set = ['--set', 'reminders.escalate.0.workdays=soon', 'reminders.at=08:00'];
    const past = [...about, ...set, '--start', '2025-03-01'];
    const [refused, rehearsed, misread, unknown] = await Promise.all([
      run('cycle', 'launch', ...past),
      run('cycle', 'rehearse', ...past, '--json'),
      run('cycle', 'launch', ...about, '--set', 'nothing'),
      run('profile', 'show', 'none'),
    ]);
    expect([refused.code, refused.stderr.trim().split('\n')]).toEqual([
      1,
      [
        expect.stringContaining('“贯彻执行”阶段已于2025年12月10日(周三)结束'),
        expect.stringContaining('方案没有要求填写“reminders.at”'),
        expect.stringContaining('填写有误，请填写1至250之间的整数'),
      ],
    ]);
    expect(rehearsed.code).toBe(1);
    expect(JSON.parse(rehearsed.stdout)).toMatchObject({ ok: false, blockers: [{}, {}, {}] });
    expect([misread.code, unknown.code]).toEqual([2, 1]);
  }, 120_000);

  it('a profile is told in plain words, and its questions are answered with --set', async () => {
    const [shown, checked, launched] = await Promise.all([
      run('profile', 'show', 's2-justice-bureau'),
      run('profile', 'check', 'profiles/s2-justice-bureau.yaml'),
      run('cycle', 'launch', ...about, '--set', 'reminders.escalate.0.workdays=4', '--json'),
    ]);
    expect(shown.stdout).toContain('全体在岗人员在“贯彻执行”阶段填写');
    expect(checked.stdout).toContain('发起时要回答：');
    expect(JSON.parse(launched.stdout)).toMatchObject({
      people: 23,
      settings: { 'reminders.escalate.0.workdays': 4, 'reminders.escalate.1.workdays': 5 },
    });
  }, 120_000);
});
