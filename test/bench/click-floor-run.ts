/**
 * The floor of `click`: what a hand-written server costs that does the same writes. One named statement per click,
 * nothing looked up, nothing rendered, no rule asked; a static answer of the same size.
 */
import {
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Pool } from 'pg';
import { v7 as newId } from 'uuid';

/** Everything the floor is told; written to the file named on its command line. */
export type FloorPlan = {
  readonly databaseUrl: string;
  readonly encryptKey: string;
  /** The answer to every click. */
  readonly answer: string;
  /** The stored reply of every click, as JSON. */
  readonly reply: string;
  /** Who is asked next, by form. */
  readonly leaders: Readonly<Record<string, string>>;
  readonly authors: Readonly<Record<string, string>>;
  readonly dueOn: string;
  readonly remindAt: string;
};

const plan: FloorPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const aesKey = createSecretKey(createHash('sha256').update(plan.encryptKey).digest());
const pool = new Pool({ connectionString: plan.databaseUrl, max: 16 });

const app = new Hono();
app.post('/webhook/lark', async (c) => {
  const click = opened(Buffer.from(await c.req.arrayBuffer()), (name) => c.req.header(name) ?? '');
  if (click === null) return c.json({}, 401);
  await pool.query({
    name: 'bench_click',
    text: 'select bench_click($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)',
    values: writesOf(click),
  });
  return c.body(plan.answer, 200, { 'content-type': 'application/json' });
});
const port = Number(process.env['PORT']);
serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () =>
  process.stdout.write('floor ready\n'),
);

type Click = {
  readonly eventId: string;
  readonly openId: string;
  readonly messageRef: string;
  readonly id: string;
  readonly revision: number;
  readonly opinion: string;
};

function opened(raw: Buffer, header: (name: string) => string): Click | null {
  const wanted = createHash('sha256')
    .update(header('x-lark-request-timestamp') + header('x-lark-request-nonce') + plan.encryptKey)
    .update(raw)
    .digest();
  const given = Buffer.from(header('x-lark-signature'), 'hex');
  if (given.length !== wanted.length || !timingSafeEqual(wanted, given)) return null;
  const sealed = Buffer.from(JSON.parse(raw.toString('utf8')).encrypt, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', aesKey, sealed.subarray(0, 16));
  const text = decipher.update(sealed.subarray(16), undefined, 'utf8') + decipher.final('utf8');
  const { header: head, event } = JSON.parse(text);
  return {
    eventId: head.event_id,
    openId: event.operator.open_id,
    messageRef: event.context.open_message_id,
    id: event.action.value.p.id,
    revision: event.action.value.p.r,
    opinion: event.action.form_value.opinion,
  };
}

/** The account carries the person's code behind its zeros. */
const personOf = (openId: string): string => openId.replace(/^ou_bench0*(?=[a-z])/, '');

function writesOf(click: Click): unknown[] {
  const now = new Date();
  const by = personOf(click.openId);
  const leader = plan.leaders[click.id] ?? '';
  const author = plan.authors[click.id] ?? '';
  const openings = Object.entries({
    'actor.code': by,
    opinion: click.opinion,
    step: 'headOpinion',
    version: 1,
  }).map(([field, value]) => ({
    field,
    salt: randomBytes(16).toString('hex'),
    value: JSON.stringify(value),
  }));
  const commitment = ({ field, salt, value }: (typeof openings)[number]): string =>
    createHash('sha256')
      .update(field + salt + value)
      .digest('hex');
  const body = JSON.stringify({
    action: 'selfCheck.agreed',
    actor: { kind: 'person' },
    at: now,
    fields: Object.fromEntries(openings.map((each) => [each.field, commitment(each)])),
    subject: `procedure:${click.id}`,
    v: 1,
  });
  const refreshes = [by, author];
  return [
    `evt-${click.eventId}`,
    now,
    plan.reply,
    click.id,
    click.revision,
    by,
    click.opinion,
    leader,
    newId(),
    newId(),
    plan.dueOn,
    plan.remindAt,
    click.messageRef,
    body,
    JSON.stringify(openings),
    JSON.stringify([
      { id: newId(), to: leader, key: 'announce', delay: 0 },
      ...refreshes.map((to, at) => ({ id: newId(), to, key: 'refresh', delay: at === 0 ? 4 : 0 })),
    ]),
  ];
}
