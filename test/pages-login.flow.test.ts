/** Who a visitor of the hosted pages is: the messenger's login and nothing else (contract §3). */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type House, openHouse } from './support/house.ts';
import { type Page, type PageVisitor, pageVisitor, wordsOf } from './support/page-visitor.ts';

let house: House;
let form: string;
beforeAll(async () => {
  house = await openHouse('2026-09-21 09:00', {
    strangers: [
      {
        openId: 'ou_stranger',
        unionId: 'on_stranger',
        userId: 'ustranger',
        name: '外来人员',
        title: '',
        departmentId: '',
        departmentName: '',
      },
    ],
  });
  await house.launch();
  const [row] = await house.rows<{ id: string }>(
    "select id from procedure where subject_person = '0013'",
  );
  form = `/page/form/${row?.id}`;
}, 60_000);
afterAll(() => house?.close());

let writer: PageVisitor;
beforeEach(async () => {
  await house.jump('2026-09-21 10:00');
  writer = pageVisitor(house, 'ou_demo_0013');
});

const CALLBACK = '/page/login/callback';
const DRAFT = '审核外出申请时可能放宽条件';
const titleOf = ({ html }: Page): string => /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? '';

/** Follows a login up to the address that the platform would send the browser back to. */
async function untilCallback(visitor: PageVisitor, to = form): Promise<string> {
  const begun = await visitor.fetch(`/page/login?to=${encodeURIComponent(to)}`);
  const authorised = await visitor.fetch(begun.headers.get('location') ?? '');
  return authorised.headers.get('location') ?? '';
}

describe('the way in', () => {
  it('leads through the messenger to the page that was asked for', async () => {
    const begun = await writer.fetch(form);
    expect(begun.status).toBe(302);
    const login = await writer.fetch(begun.headers.get('location') ?? '');
    const platform = new URL(login.headers.get('location') ?? '');
    expect(platform.pathname).toBe('/open-apis/authen/v1/authorize');
    expect(platform.searchParams.get('redirect_uri')).toBe(`${house.url}${CALLBACK}`);
    expect(platform.searchParams.get('code_challenge_method')).toBe('S256');
    expect(platform.search).not.toContain('form');
    const page = await writer.open(form);
    expect([page.status, page.path]).toEqual([200, form]);
    expect(wordsOf(page.html)).toContain('丁若溪');
  });

  it('puts the key into a cookie that no script and no other site can use', async () => {
    const callback = await untilCallback(writer);
    const answer = await writer.fetch(callback);
    expect(answer.status).toBe(303);
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('lianshao_visit='));
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; SameSite=Lax/i);
    expect(cookie).not.toMatch(/Expires|Max-Age/i);
    // Over plain http a browser would drop a cookie marked Secure.
    expect(cookie).not.toMatch(/; Secure/i);
    const stored = await house.rows<{ key: string }>(
      "select encode(key_digest, 'hex') as key from page_session",
    );
    const key =
      decodeURIComponent(cookie ?? '')
        .split('=')[1]
        ?.split('.')[0] ?? '';
    expect(key.length).toBeGreaterThan(40);
    expect(JSON.stringify(stored)).not.toContain(key);
  });

  it.each([
    ['a state of somebody else', 'state', 'x'.repeat(43)],
    ['no state', 'state', null],
    ['an empty state', 'state', ''],
  ])('refuses %s and leaves nobody logged in', async (_what, name, value) => {
    const callback = new URL(await untilCallback(writer));
    if (value === null) callback.searchParams.delete(name);
    else callback.searchParams.set(name, value);
    const page = await writer.open(callback.href);
    expect(page.status).toBe(400);
    expect(titleOf(page)).toBe('登录没有完成');
    expect(writer.cookies.has('lianshao_visit')).toBe(false);
  });

  it('refuses a login that began in another browser: nobody is logged in as somebody else', async () => {
    const attacker = pageVisitor(house, 'ou_demo_0014');
    const callback = await untilCallback(attacker);
    for (const victim of [writer, pageVisitor(house, 'ou_demo_0013')]) {
      if (victim === writer) await untilCallback(victim);
      const page = await victim.open(callback);
      expect(page.status).toBe(400);
      expect(victim.cookies.has('lianshao_visit')).toBe(false);
    }
  });

  it('refuses a code that was used, also in the browser it was used in', async () => {
    const begun = await writer.fetch(`/page/login?to=${encodeURIComponent(form)}`);
    const pending = writer.cookies.get('lianshao_login') ?? '';
    const authorised = await writer.fetch(begun.headers.get('location') ?? '');
    const callback = authorised.headers.get('location') ?? '';
    expect((await writer.fetch(callback)).status).toBe(303);
    expect(writer.cookies.has('lianshao_login')).toBe(false);
    expect((await writer.fetch(callback)).status).toBe(400);
    // Even with the spent cookie put back, the platform knows the code.
    writer.cookies.set('lianshao_login', pending);
    const page = await writer.open(callback);
    expect([page.status, titleOf(page)]).toEqual([400, '登录没有完成']);
    expect(page.html).toContain(`href="${form}"`);
  });

  it('refuses a code that is too old and one of another verifier', async () => {
    const old = await untilCallback(writer);
    await house.jump('2026-09-21 10:06');
    expect((await writer.fetch(old)).status).toBe(400);
    const stolen = new URL(await untilCallback(pageVisitor(house, 'ou_demo_0014')));
    const own = new URL(await untilCallback(writer));
    own.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    const page = await writer.open(own.href);
    expect([page.status, titleOf(page)]).toEqual([400, '登录没有完成']);
  });

  it('forgets a login that nobody finishes', async () => {
    const callback = await untilCallback(writer);
    await house.jump('2026-09-21 10:11');
    expect((await writer.fetch(callback)).status).toBe(400);
  });

  it('says politely that a refusal to log in is one', async () => {
    const callback = new URL(await untilCallback(writer));
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    const page = await writer.open(callback.href);
    expect([page.status, titleOf(page)]).toEqual([403, '您没有同意登录']);
  });

  it.each([
    'https://evil.example/',
    '//evil.example/page/progress',
    '/\\evil.example',
    '/page/../webhook/lark',
    '/page/login?to=/page/login',
    '/page/progress\r\nSet-Cookie: x=1',
    '/page/form/not-an-id',
    'javascript:alert(1)',
    '',
  ])('leads nowhere but to our own pages: %j', async (to) => {
    const callback = await untilCallback(writer, to);
    const answer = await writer.fetch(callback);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/page/progress']);
  });

  it('does not let in whom the organisation does not know', async () => {
    const page = await pageVisitor(house, 'ou_stranger').open(form);
    expect([page.status, titleOf(page)]).toEqual([403, '没有找到您的登记信息']);
    expect(
      await house.rows("select 1 from page_session where platform_user_id = 'ou_stranger'"),
    ).toEqual([]);
  });
});

describe('a visit', () => {
  it('cannot be forged: other signatures, other keys, rubbish', async () => {
    await writer.open(form);
    const good = writer.cookies.get('lianshao_visit') ?? '';
    const [key = '', signature = ''] = decodeURIComponent(good).split('.');
    const bad = [
      key,
      `${key}.`,
      `${key}x.${signature}`,
      `${key}.${signature.slice(0, -2)}A=`,
      `${'A'.repeat(43)}.${signature}`,
      'x'.repeat(3000),
      '%',
      '%00.%00',
    ];
    for (const value of bad) {
      const visitor = pageVisitor(house, null);
      visitor.cookies.set('lianshao_visit', value);
      const answer = await visitor.fetch(form);
      expect([value.slice(0, 20), answer.status]).toEqual([value.slice(0, 20), 302]);
    }
  });

  it('ends after two hours without a request, and nothing typed is lost', async () => {
    const page = await writer.open(form);
    await house.jump('2026-09-21 11:50');
    expect((await writer.fetch(form)).status).toBe(200);
    await house.jump('2026-09-21 13:40');
    expect((await writer.fetch(form)).status).toBe(200);
    await house.jump('2026-09-21 15:41');
    const late = await writer.press(page, '保存草稿', { content: DRAFT });
    expect([late.status, titleOf(late)]).toEqual([401, '登录已过期']);
    expect(wordsOf(late.html)).toContain(DRAFT);
    expect(wordsOf(late.html)).toContain('风险内容');
    expect(late.html).toContain(`href="${form}"`);
    expect(await house.rows("select 1 from audit_entry where body like '%draftSaved%'")).toEqual(
      [],
    );
  });

  it('lasts eight hours at most, however busy', async () => {
    await writer.open(form);
    for (let hour = 11; hour < 18; hour += 1) {
      await house.jump(`2026-09-21 ${hour}:30`);
      expect((await writer.fetch(form)).status).toBe(200);
    }
    await house.jump('2026-09-21 18:01');
    expect((await writer.fetch(form)).status).toBe(302);
  });

  it('is not revived by a clock that goes back', async () => {
    await writer.open(form);
    await house.jump('2026-09-21 09:30');
    expect((await writer.fetch(form)).status).toBe(302);
  });

  it('ends on every device with one click', async () => {
    const phone = pageVisitor(house, 'ou_demo_0013');
    await phone.open(form);
    const page = await writer.open(form);
    const left = await writer.press(page, '退出登录');
    expect([left.status, titleOf(left)]).toEqual([200, '已退出登录']);
    expect(writer.cookies.has('lianshao_visit')).toBe(false);
    expect((await phone.fetch(form)).status).toBe(302);
  });

  it('does not end because another site says so', async () => {
    await writer.open(form);
    const bare = await writer.post('/page/logout', []);
    expect(bare.status).toBe(403);
    const foreign = await writer.post('/page/logout', [], { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect((await writer.fetch(form)).status).toBe(200);
  });
});

describe('a leaver', () => {
  afterEach(() => house.reorganise((texts) => texts));
  it('is out at once, with an open visit and with a new login', async () => {
    const page = await writer.open(form);
    await house.reorganise((texts) => ({
      ...texts,
      'people.csv': texts['people.csv'].replace(/^(0013,[^,]*),active/m, '$1,left'),
    }));
    expect((await writer.fetch(form)).status).toBe(302);
    const saved = await writer.press(page, '保存草稿', { content: DRAFT });
    expect(saved.status).toBe(401);
    const again = await pageVisitor(house, 'ou_demo_0013').open(form);
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect(wordsOf(again.html)).not.toContain('风险内容');
  });
});
