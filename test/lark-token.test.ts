import { afterEach, describe, expect, test } from 'vitest';
import {
  card,
  closePlatforms,
  issue,
  SEND,
  sent,
  setUp,
  TOKEN_API,
} from './fixtures/lark/platform.ts';
import { config } from './fixtures/lark/sealed.ts';

afterEach(closePlatforms);

describe('the access token (§5.1, 99991663)', () => {
  test('parallel calls share one request for it', async () => {
    const { messenger, asked } = await setUp(() => ({ json: sent }));
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => messenger.sendText('ou_1', 'x', `k${n}`)),
    );
    expect(asked(TOKEN_API)).toHaveLength(1);
    expect(asked(SEND)).toHaveLength(20);
  });

  test('it is kept until the platform would issue a new one, by the business clock', async () => {
    const { messenger, asked, advance } = await setUp(() => ({ json: sent }));
    const send = () => messenger.sendText('ou_1', 'x', 'k');
    await send();
    advance(89);
    await send();
    expect(asked(TOKEN_API)).toHaveLength(1);
    advance(2);
    await send();
    expect(asked(TOKEN_API)).toHaveLength(2);
    advance(-180);
    await send();
    expect(asked(TOKEN_API)).toHaveLength(3);
  });

  test('when no new one is to be had, the old one serves until it ends', async () => {
    const { messenger, advance } = await setUp(
      () => ({ json: sent }),
      (n) => (n === 1 ? issue(n) : { status: 503, json: 'down' }),
    );
    const send = () => messenger.sendText('ou_1', 'x', 'k');
    await send();
    advance(100);
    expect(await send()).toMatchObject({ ok: true });
    advance(21);
    expect(await send()).toMatchObject({ ok: false, failure: { kind: 'unavailable' } });
  });

  test.each([200, 400])(
    'a lost one (HTTP %d) is replaced and the call repeated once',
    async (status) => {
      const lost = { status, json: { code: 99991663, msg: 'Invalid access token' } };
      const { messenger, asked } = await setUp(({ headers }) =>
        headers.authorization === 'Bearer t-1' ? lost : { json: sent },
      );
      const answers = await Promise.all([
        messenger.sendText('ou_1', 'x', 'a'),
        messenger.sendText('ou_1', 'x', 'b'),
      ]);
      expect(answers).toMatchObject([{ ok: true }, { ok: true }]);
      expect(asked(TOKEN_API)).toHaveLength(2);
      expect(asked(SEND)).toHaveLength(4);
    },
  );

  test('one that is lost again is not chased for ever', async () => {
    const { messenger, asked } = await setUp(() => ({ status: 400, json: { code: 99991663 } }));
    expect(await messenger.sendText('ou_1', 'x', 'k')).toEqual({
      ok: false,
      failure: { kind: 'misconfigured', code: '99991663' },
    });
    expect(asked(SEND)).toHaveLength(2);
  });

  test('wrong credentials need an administrator and never reach the log', async () => {
    const refused = { json: { code: 10014, msg: 'app secret invalid' } };
    const { messenger, lines } = await setUp(
      () => ({ json: sent }),
      () => refused,
    );
    expect(await messenger.send('ou_1', card, 'k')).toMatchObject({
      failure: { kind: 'misconfigured', code: '10014' },
    });
    expect(lines.join('\n')).not.toContain(config.appSecret);
  });
});
