/** Every other door: pages, wrong methods, paths that mean another place, and HTTP that is none. */
import type { Random } from './random.ts';
import { WEBHOOK } from './sealing.ts';
import type { Shot } from './shot.ts';

const PAGES = ['/healthz', '/healthz', '/readyz'];
const METHODS = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'SEARCH'];

const PATHS = [
  '/',
  '/favicon.ico',
  '/robots.txt',
  '/.env',
  '/.git/config',
  '/package.json',
  '/main.ts',
  '/../main.ts',
  '/..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/main.ts',
  '/healthz/../main.ts',
  '/webhook',
  '/webhook/',
  '/webhook/lark/',
  '/webhook/lark/x',
  '/webhook/LARK',
  '/webhook/wecom',
  '/webhook/__proto__',
  '/webhook//lark',
  '//webhook/lark',
  '/healthz%00',
  '/%',
  '/%zz',
  '/%c0%af',
  '/%ff',
  '/metrics/',
  '/admin',
  '/api/people',
  '/open-apis/auth/v3/tenant_access_token/internal',
  '/constructor',
  '/__proto__',
  '/?x=%3Cscript%3E',
  `/${'a'.repeat(8_000)}`,
  `/${'../'.repeat(500)}`,
];

/** Hosted pages: whoever has not logged in is sent to, and whoever asks for nothing sensible is told so. */
const PAGE_PATHS = [
  '/page',
  '/page/',
  '/page/progress',
  '/page/progress?cycle=%00&department=__proto__&page=1e99',
  '/page/form/01a20557-635c-7795-9042-45fd5e890cf6',
  "/page/form/';drop%20table%20procedure",
  '/page/form/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '/page/form/%ff',
  '/page/assets/page.css',
  '/page/assets/../pages.ts',
  '/page/login',
  '/page/login?to=https://evil.example/',
  '/page/login?to=//evil.example&to=x',
  '/page/login/callback',
  '/page/login/callback?code=x&state=x',
  `/page/login/callback?code=${'x'.repeat(4_000)}&state=%00`,
  '/page/login/callback?error=access_denied',
  '/page/logout',
  '/page/nothing',
  '/page/__proto__',
];
const PAGE_STATUSES = [200, 302, 400, 401, 403, 404, 413, 415, 429];

/** A request to a hosted page from somebody without a visit. */
function pageShot(random: Random): Shot {
  const isPost = random.chance(0.5);
  const cookie = random.pick([
    '',
    'lianshao_visit=x.y',
    `lianshao_visit=${'A'.repeat(43)}.${'A'.repeat(43)}%3D`,
    'lianshao_visit=%; lianshao_login=%7B%7D.AAAA',
    '__Host-lianshao_visit=x.y; simulator_person=ou_x',
  ]);
  const type = random.pick([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=gbk',
    'multipart/form-data; boundary=x',
    'application/json',
    'text/plain',
    '',
  ]);
  const body = random.pick([
    '',
    '_act=selfCheck.submit__id=x&_token=x&_once=x&content=%E4%BD%A0',
    '_act=%00&%ff=%ff&content=%zz&__proto__=1',
    `${'a=1&'.repeat(5_000)}content=x`,
    'x'.repeat(200_000),
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
  ]);
  const origin = random.pick(['https://evil.example', 'null', '']);
  return {
    kind: 'hosted pages',
    expect: { kind: 'route', statuses: PAGE_STATUSES },
    method: isPost ? 'POST' : random.pick(['GET', 'GET', 'HEAD', 'DELETE', 'PUT']),
    path: random.pick(PAGE_PATHS),
    headers: {
      ...(cookie === '' ? {} : { cookie }),
      ...(isPost && type !== '' ? { 'content-type': type } : {}),
      ...(origin === '' ? {} : { origin }),
      ...(random.chance(0.2) ? { 'sec-fetch-site': 'same-origin' } : {}),
    },
    body: isPost ? body : null,
  };
}

/** A request that a router answers without the webhook. */
export function routeShot(random: Random): Shot {
  const shot = (kind: string, method: string, path: string, statuses: readonly number[]): Shot => ({
    kind,
    expect: { kind: 'route', statuses },
    method,
    path,
    headers: random.chance(0.2) ? oddHeaders(random) : {},
    body: null,
  });
  return random.weighed<() => Shot>([
    [3, () => shot('pages', 'GET', random.pick(PAGES), [200])],
    [0.02, () => shot('metrics', 'GET', '/metrics', [200])],
    [3, () => shot('unknown paths', 'GET', random.pick(PATHS), [404, 400])],
    [3, () => shot('unknown paths', 'POST', random.pick(PATHS), [404, 400, 401])],
    [2, () => shot('wrong methods', random.pick(METHODS), WEBHOOK, [404, 405, 400])],
    [1, () => shot('wrong methods', 'GET', WEBHOOK, [404, 405])],
    [1, () => shot('wrong methods', 'POST', random.pick(PAGES), [404, 405])],
    [4, () => pageShot(random)],
  ])();
}

const oddHeaders = (random: Random): Readonly<Record<string, string>> =>
  random.pick([
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-for': "'; drop table x" },
    { 'x-original-url': '/admin', 'x-http-method-override': 'DELETE' },
    { cookie: 'x'.repeat(4_000) },
    { accept: '../../etc', 'accept-language': '*'.repeat(1_000) },
    { range: 'bytes=0-0,0-0,0-0', 'if-none-match': '*' },
    { authorization: 'Basic AAAA' },
    { expect: '100-continue' },
    { 'content-length': '0', connection: 'close' },
  ]);

const post = (headers: string, body = ''): string =>
  `POST ${WEBHOOK} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`;

/** Bytes that are not, or not yet, a request. */
export function brokenShot(random: Random): Shot {
  const text = random.pick<() => string>([
    () => post('Content-Length: 100', '{"encrypt":'),
    () => post('Content-Length: 4', '{"encrypt":"AAAA"}'),
    () => post('Content-Length: -1', '{}'),
    () => post('Content-Length: 99999999999999999999', '{}'),
    () => post('Content-Length: 3000000', '{}'),
    () => post('Content-Length: 2\r\nContent-Length: 3', '{}'),
    () => post('Content-Length: 2\r\nTransfer-Encoding: chunked', '0\r\n\r\n{}'),
    () => post('Transfer-Encoding: chunked', '5\r\n{"a":'),
    () => post('Transfer-Encoding: chunked', 'zz\r\n{}\r\n0\r\n\r\n'),
    () => post('Transfer-Encoding: chunked', 'ffffffffffffffff\r\n{}'),
    () => post('Transfer-Encoding: chunked', `1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`),
    () => post('Transfer-Encoding: chunked, gzip', '{}'),
    () => post('Transfer-Encoding: identity', '{}'),
    () => post(Array.from({ length: 3_000 }, (_, n) => `X-${n}: 1`).join('\r\n')),
    () => post(`X: ${'x'.repeat(20_000)}`),
    () => post('X y: 1'),
    () => post('X: \u0001\u0000'),
    () => post('Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x'),
    () => post('Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAA'),
    () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    () => 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    () => 'GET / HTTP/1.1\r\n\r\n',
    () => 'GET / HTTP/1.1\r\nHost: \u0001\r\n\r\n',
    () => 'GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n',
    () => 'GET /healthz HTTP/1.1\r\nHost: x/../y?z#\r\n\r\n',
    () => 'GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n',
    () => 'GET http:// HTTP/1.1\r\nHost: x\r\n\r\n',
    () => 'GET file:///etc/hosts HTTP/1.1\r\nHost: x\r\n\r\n',
    () => 'GET \\\\evil\\x HTTP/1.1\r\nHost: x\r\n\r\n',
    () => 'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
    () => 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
    () => 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n',
    () => 'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
    () => 'GET /',
    () => '\r\n\r\n\r\n',
    () => `${'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20)}BAD\r\n\r\n`,
  ])();
  const bytes = random.chance(0.1)
    ? random.bytes(1 + random.below(200))
    : Buffer.from(text, 'latin1');
  return { kind: 'broken HTTP', expect: { kind: 'broken' }, bytes };
}
