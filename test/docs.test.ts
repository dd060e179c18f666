import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = '{*,{domain,services,db,cards,handlers,bot,jobs,simulator}/**/*}.ts';
const READMES = ['README.md', 'README.zh-CN.md'];

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const files = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules/**'] })
    .map((file) => file.split(sep).join('/'))
    .sort();
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const documents = files('{*.md,docs/**/*.md}');

/** Everything a document sets as code: spans, and the lines of fenced blocks. */
function codeOf(text: string): string[] {
  const fence = /^ *```\w*\n([\s\S]*?)^ *```/gm;
  const lines = matches(text, fence).flatMap((block) => block.split('\n'));
  return [...lines, ...matches(text.replaceAll(fence, ''), /`([^`\n]+)`/g)];
}

const PATH = /^(?!\/|\.\.)[\w.@<>*{},/-]+$/;
const FILE_IN_FOLDER = /\/[^/]+\.(ts|mjs|cjs|css|md|yaml|json|csv|png)$/;
const FILE_IN_ROOT = /^\.?\w[\w.-]*\.(ts|mjs|cjs|md)$/;
const folders = new Set(files('*/').map((folder) => folder.replace('/', '')));

/** Whether a piece of code names a place in the repository. */
function isPath(code: string): boolean {
  if (!PATH.test(code)) return false;
  if (!code.includes('/')) return FILE_IN_ROOT.test(code);
  return folders.has(code.split('/')[0] ?? '') || FILE_IN_FOLDER.test(code);
}

/** What git does not keep is made while the product runs. */
const ignored = read('.gitignore').split('\n');

/** `<feature>` stands for any name: some file must be called so. */
function exists(path: string): boolean {
  const place = path.replaceAll(/<[^>]*>/g, '*');
  if (ignored.includes(place)) return true;
  return /[*{]/.test(place) ? files(place).length > 0 : existsSync(join(ROOT, place));
}

/** The places a document cites: in code from the root, in links and pictures from where it lies. */
function citedPaths(text: string, document: string): string[] {
  const links = matches(text, /\]\(([^)\s]+)\)/g);
  const pictures = matches(text, /<img src="([^"]+)"/g);
  const relative = [...links, ...pictures]
    .filter((target) => !/^([a-z]+:|#)/.test(target))
    .map((target) => normalize(join(dirname(document), target.replace(/#.*$/, ''))));
  const words = codeOf(text).flatMap((code) => code.split(/\s+/));
  return [...words.filter(isPath), ...relative.map((path) => path.split(sep).join('/'))];
}

const missingPaths = (text: string, document: string): string[] =>
  citedPaths(text, document).filter((path) => !exists(path));

describe('paths', () => {
  test.each(documents)('%s cites only what exists', (document) => {
    expect(missingPaths(read(document), document)).toEqual([]);
  });

  test('a path that does not exist is noticed, wherever it is cited', () => {
    const text = [
      'See `domain/absent.ts`, `lib/x.ts`, `absent.ts` and `jobs/<absent>-*.ts`, but `domain/<feature>.ts`, `app.ts`,',
      '`deploy/.env`, `/webhook/lark` and `zod` are all right. [A](absent.md) [B](glossary.md#time)',
      '<img src="images/absent.png">',
      '```',
      'node cards/absent.ts test/docs.test.ts',
      '```',
    ].join('\n');
    expect(missingPaths(text, 'docs/some.md').sort()).toEqual([
      'absent.ts',
      'cards/absent.ts',
      'docs/absent.md',
      'docs/images/absent.png',
      'domain/absent.ts',
      'jobs/<absent>-*.ts',
      'lib/x.ts',
    ]);
  });

  test('there are documents, and they cite', () => {
    expect(documents.length).toBeGreaterThan(10);
    const cited = documents.flatMap((document) => citedPaths(read(document), document));
    expect(cited.length).toBeGreaterThan(100);
  });
});

describe('commands', () => {
  const scripts = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('package.json'))).scripts;
  const cli = read('cli.ts');
  const commands = new Set([
    ...matches(cli, /\bgroup\('(\w+)'/g),
    ...matches(cli, /\.command\('(\w+)/g),
  ]);
  const inCode = (document: string, pattern: RegExp): string[] =>
    codeOf(read(document)).flatMap((code) => matches(code, pattern));
  const scriptsIn = (document: string) =>
    inCode(document, /\bnpm (?:run (?:-s )?)?(?!run\b|ci\b)([a-z][\w:-]*)/g);
  const commandsIn = (document: string) =>
    inCode(document, /\bcli(?:\.ts| --) ([a-z]+(?: [a-z]+)?)\b/g);
  const unknown = (named: (document: string) => string[], isKnown: (name: string) => boolean) =>
    documents.flatMap((document) =>
      named(document)
        .filter((name) => !isKnown(name))
        .map((name) => `${document}: ${name}`),
    );

  test('documents run only scripts of package.json', () => {
    expect(unknown(scriptsIn, (name) => Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('documents run only commands of cli.ts', () => {
    const isKnown = (name: string) => name.split(' ').every((word) => commands.has(word));
    expect(unknown(commandsIn, isKnown)).toEqual([]);
  });

  test('both READMEs show the same commands', () => {
    const [english, chinese] = READMES.map((file) =>
      [...new Set([...scriptsIn(file), ...commandsIn(file)])].sort(),
    );
    expect(english).toEqual(chinese);
    expect(english).toEqual(expect.arrayContaining(['audit verify', 'demo', 'start', 'test']));
  });
});

describe('settings', () => {
  const shape =
    /const variables = z\.object\(\{([\s\S]*?)^\}\);/m.exec(read('config.ts'))?.[1] ?? '';
  const variables = matches(shape, /^ {2}([A-Z][A-Z0-9_]*):/gm);
  const operations = read('docs/operations.md');
  const rows = matches(operations, /^\| `([A-Z][A-Z0-9_]*)` \|/gm);

  test('the table of docs/operations.md has exactly what config.ts reads', () => {
    expect(variables).toContain('LARK_ENCRYPT_KEY');
    expect([...rows].sort()).toEqual([...variables].sort());
  });

  test('it also names every variable of the example file', () => {
    const example = matches(read('deploy/.env.example'), /^([A-Z][A-Z0-9_]*)=/gm);
    expect(example.length).toBeGreaterThan(5);
    expect(example.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/glossary.md', () => {
  const [implemented = '', reserved = ''] = read('docs/glossary.md').split('## 预留');
  const rows = [...implemented.matchAll(/^\| ([^|]+) \| ([^|]*`[^|]*) \|/gm)].map(
    ([, term = '', identifiers = '']) => ({ term, identifiers: matches(identifiers, /`(\w+)`/g) }),
  );
  const identifiers = rows.flatMap((row) => row.identifiers);
  const code = files(SOURCES).map(read).join('\n');

  test('every identifier of an implemented term occurs in the code', () => {
    expect(identifiers.length).toBeGreaterThan(60);
    expect(identifiers.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });

  test('one term has one identifier, and an identifier one term', () => {
    const repeated = (all: readonly string[]) => all.filter((each, at) => all.indexOf(each) !== at);
    expect(repeated(identifiers)).toEqual([]);
    expect(repeated(rows.flatMap(({ term }) => term.split('、')))).toEqual([]);
  });

  test('no reserved word is listed as implemented', () => {
    // 同意 is already said by reviewers and will be by voters.
    const waiting = matches(reserved, /`(\w+)`/g).filter((name) => name !== 'agree');
    expect(waiting.length).toBeGreaterThan(20);
    expect(waiting.filter((name) => identifiers.includes(name))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const architecture = read('docs/architecture.md');

  test('stays within 250 lines', () => {
    expect(architecture.trimEnd().split('\n').length).toBeLessThanOrEqual(250);
  });

  test('names every table of the database', () => {
    const tables = matches(read('db/schema.ts'), /^ {2}(\w+): \{/gm);
    expect(tables).toContain('audit_opening');
    expect(tables.filter((table) => !architecture.includes(`\`${table}\``))).toEqual([]);
  });

  test('names every kind of timer', () => {
    const kinds = files('services/*.ts').flatMap((file) =>
      matches(read(file), /^export const \w+_TIMER = '(\w+)'/gm),
    );
    expect(kinds.length).toBeGreaterThan(3);
    expect(kinds.filter((kind) => !architecture.includes(`\`${kind}\` |`))).toEqual([]);
  });
});

describe('docs/decisions', () => {
  const decisions = files('docs/decisions/*.md');

  test.each(decisions)('%s has its number, a status and the parts of a decision', (file) => {
    const text = read(file);
    const number = /(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1] ?? 'none';
    expect(text.startsWith(`# ${number} `)).toBe(true);
    expect(text).toMatch(/^Status: (accepted|superseded by )/m);
    const parts = matches(text, /^## (.+)$/gm);
    expect(parts).toEqual(expect.arrayContaining(['Context', 'Decision', 'Consequences']));
  });

  test('are numbered without gaps and repetitions', () => {
    const numbers = decisions.map((file) => Number(file.split('/').at(-1)?.slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});
