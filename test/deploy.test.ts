/** What lies in deploy/ fits the program and its manual. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const service = z.looseObject({
  command: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
});
const compose = z
  .object({ services: z.record(z.string(), service) })
  .parse(parse(read('deploy/compose.yaml'), { merge: true }));
const roleOf = ({ command }: z.infer<typeof service>): string | undefined =>
  command?.includes('--role') === true ? command.at(-1) : undefined;

describe('the compose file', () => {
  const product = Object.entries(compose.services).filter(([, each]) => roleOf(each) !== undefined);

  test('runs two web and two worker processes behind the only published port', () => {
    expect(product.map(([, each]) => roleOf(each)).sort()).toEqual([
      'web',
      'web',
      'worker',
      'worker',
    ]);
    const published = Object.entries(compose.services).filter(
      ([, each]) => each.ports !== undefined,
    );
    expect(published.map(([name]) => name)).toEqual(['proxy']);
  });

  test('gives the product no privileges and more time to end than it takes', () => {
    const drain = Number(/const DRAIN_MS = ([\d_]+);/.exec(read('main.ts'))?.[1]?.replace('_', ''));
    expect(drain).toBeGreaterThan(0);
    for (const [, each] of product) {
      expect(each).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
      expect(Number(each.stop_grace_period?.replace('s', '')) * 1000).toBeGreaterThan(drain);
    }
  });

  test('names its web processes as the proxy does', () => {
    const upstreams = matches(read('deploy/nginx.conf'), /^ *server ([\w-]+):8080 /gm);
    const webs = product.filter(([, each]) => roleOf(each) === 'web').map(([name]) => name);
    expect(upstreams).toEqual(webs);
  });
});

describe('the image', () => {
  test('has every folder the product imports from', () => {
    const copied = matches(read('deploy/Dockerfile'), /^COPY (\w+) \1$/gm);
    const sources = globSync('{main,app,cli*,bot/**/*,jobs/**/*,handlers/**/*,services/**/*}.ts', {
      cwd: ROOT,
    });
    const imported = sources.flatMap((file) =>
      matches(
        read(file),
        /from '(?:\.\.?\/)+(domain|services|db|cards|handlers|bot|jobs|simulator)\//g,
      ),
    );
    expect(new Set(copied)).toEqual(new Set([...imported, 'bot', 'profiles']));
  });

  test('runs as an ordinary user and checks its health where health is', () => {
    const text = read('deploy/Dockerfile');
    expect(text).toMatch(/^USER node$/m);
    expect(text).toContain('METRICS_PORT || process.env.PORT}/healthz');
  });
});

describe('the manual', () => {
  const manual = read('docs/operations.md');

  test('says what to do about every alert', () => {
    const alerts = matches(read('deploy/alerts.yml'), /alert: (\w+)/g);
    expect(alerts.length).toBeGreaterThan(15);
    expect(matches(manual, /^\| `(Lianshao\w+)` \|/gm)).toEqual(alerts);
  });

  test('explains every figure', () => {
    const figures = matches(read('bot/metrics.ts'), /name: '(lianshao_\w+)'|gauge\('\w+'/g);
    const gauges = matches(read('bot/metrics.ts'), /gauge\('(\w+)'/g).map(
      (name) => `lianshao_${name}`,
    );
    const all = [...figures.filter((name) => name !== ''), ...gauges];
    expect(all.length).toBeGreaterThan(18);
    expect(all.filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
  });
});
