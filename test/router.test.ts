import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRouter } from '../bot/router.ts';
import { defineAction } from '../cards/action.ts';
import type { Reply } from '../cards/model.ts';

const open = defineAction(
  'form.open',
  z.strictObject({ id: z.string(), r: z.coerce.number().int() }),
);
const close = defineAction('form.close', z.strictObject({}));
const said = (text: string): Reply => ({ toast: { tone: 'success', text } });

function routerWith() {
  const router = createRouter<string>();
  router.on(open, async (caller, { id, r }, values) =>
    said(`${caller} opens ${id} at ${r + 1} saying ${String(values['words'])}`),
  );
  return router;
}

describe('the router', () => {
  test('gives the handler the caller, the checked payload and the values', async () => {
    const reply = await routerWith().run('P1', 'form.open', { id: 'a', r: '7' }, { words: '好' });
    expect(reply).toEqual(said('P1 opens a at 8 saying 好'));
  });

  test.each([
    ['an action nobody knows', 'form.burn', { id: 'a', r: 7 }],
    ['the name of an object member', 'constructor', { id: 'a', r: 7 }],
    ['an action that is not registered', close.id, {}],
    ['a damaged payload', 'form.open', { id: 'a', r: 'seven' }],
    ['a payload with more in it', 'form.open', { id: 'a', r: 7, admin: 1 }],
    ['an empty payload', 'form.open', {}],
  ])('answers %s politely and not with success', async (_name, id, payload) => {
    const reply = await routerWith().run('P1', id, payload, {});
    expect(reply.replace).toBeUndefined();
    expect(reply.toast?.tone).toBe('warning');
    expect(reply.toast?.text).toContain('待办');
    expect(reply.toast?.text).not.toMatch(/[A-Za-z]/);
  });

  test('a handler that breaks is not mistaken for an answer', async () => {
    const router = createRouter<string>();
    router.on(close, () => Promise.reject(new Error('broken')));
    await expect(router.run('P1', close.id, {}, {})).rejects.toThrow('broken');
  });

  test('an action has one handler', () => {
    const router = routerWith();
    expect(() => router.on(open, async () => said('again'))).toThrow('form.open');
    expect(router.ids()).toEqual(['form.open']);
  });
});
