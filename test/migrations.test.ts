/** Old and new processes share one schema while versions are exchanged: a migration may add, not take away. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The schema with which versions began. */
const FIRST = '0004';

/** Statements that a process of the version before may stumble over. */
const destructive: readonly [name: string, pattern: RegExp][] = [
  [
    'drops',
    /\bdrop\s+(table|column|constraint|index|function|trigger|type|view|schema|sequence|default)\b/,
  ],
  ['renames', /\brename\s+(to|column|constraint)\b/],
  ['changes a type', /\balter\s+column\s+\w+\s+(set\s+data\s+)?type\b/],
  ['forbids null', /\bset\s+not\s+null\b/],
  [
    'demands a value',
    /\badd\s+column\s+(if\s+not\s+exists\s+)?\w+\s+(?![^,;]*\bdefault\b)[^,;]*\bnot\s+null\b/,
  ],
  ['deletes rows', /\b(truncate|delete\s+from)\b/],
];

/** What a migration does to processes of the version before. */
function harm(text: string): string[] {
  // What a function does when it is called is its caller's business, not the migration's.
  const own = text.replaceAll(/as \$\$.*?\$\$/gs, '');
  const statements = own.toLowerCase().replaceAll(/\s+/g, ' ');
  return destructive.filter(([, pattern]) => pattern.test(statements)).map(([name]) => name);
}

/** `export const contract = '<version>'`: the last version that used what is taken away. */
const contractOf = (text: string): string | undefined =>
  /^export const contract = '([^']+)'/m.exec(text)?.[1];

const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
const released = [...changelog.matchAll(/^## (\d+\.\d+\.\d+) – \d/gm)].map(
  ([, version]) => version,
);

/** Null when nothing is taken away that a released version may still use, else what is wrong. */
function complaint(text: string): string | null {
  const found = harm(text);
  if (found.length === 0) return null;
  const contract = contractOf(text);
  if (contract === undefined)
    return `${found.join(', ')}, and does not say which version was the last to use it`;
  if (contract === 'unreleased' && released.length === 0) return null;
  const isEarlier = released.includes(contract) && contract !== released[0];
  return isEarlier ? null : `takes away what version ${contract} uses, in the same or the next one`;
}

describe('migrations', () => {
  const later = globSync('db/migrations/*.ts', { cwd: ROOT })
    .filter((file) => basename(file) > `${FIRST}~`)
    .sort();

  test('there are some to look at', () => {
    expect(later.length).toBeGreaterThan(0);
  });

  test.each(later)('%s takes nothing away from processes that still run', (file) => {
    expect(complaint(readFileSync(join(ROOT, file), 'utf8'))).toBeNull();
  });

  test.each([
    ['drops', 'alter table task drop column state'],
    ['drops', 'DROP INDEX timer_due'],
    ['renames', 'alter table task rename column state to status'],
    ['changes a type', 'alter table task alter column state type integer'],
    ['forbids null', 'alter table task alter column closed_at set not null'],
    ['demands a value', 'alter table task add column kind text not null'],
    ['deletes rows', 'delete from task'],
  ])('%s: %s', (name, statement) => {
    expect(harm(statement)).toEqual([name]);
    expect(complaint(statement)).not.toBeNull();
  });

  test.each([
    'alter table task add column kind text',
    `alter table task add column kind text not null default 'fill'`,
    'create table x (id uuid primary key, name text not null)',
    'create index task_kind on task (kind)',
    'create or replace function f() returns void language sql as $$ select 1 $$',
  ])('adds: %s', (statement) => {
    expect(harm(statement)).toEqual([]);
  });

  test('what is taken away must have been out of use for a version', () => {
    const drops = (contract: string) => `export const contract = '${contract}';\ndrop table x`;
    expect(complaint(drops('99.0.0'))).toContain('99.0.0');
    expect(complaint(drops('unreleased'))).toBe(released.length === 0 ? null : expect.anything());
  });
});
