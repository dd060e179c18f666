/** Clicks with valid signatures: what entitled people may send, and everything a forged one can claim. */
import { actionName } from '../../cards/render/component-name.ts';
import { type Aim, aimed, intruding, senders } from './aims.ts';
import { damagedValues, NO_ACTIONS, pointValues, reviewValues } from './answers.ts';
import { formOf, type Known } from './known.ts';
import type { Random } from './random.ts';
import { today } from './setting.ts';
import { canaryOf, hostileText, hostileValue } from './texts.ts';

export type Click = {
  readonly kind: string;
  readonly sender: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly mayChange: boolean;
};

type Payload = Readonly<Record<string, unknown>>;
type Action = { readonly a: string; readonly p: Payload };
const AUTHOR_VERBS = [
  'addPoint',
  'saveDraft',
  'submit',
  'withdraw',
  'editPoint',
  'dropPoint',
  'open',
];

/** One click; the weights are the mix of the run. */
export function makeClick(known: Known, random: Random): Click {
  return random.weighed<() => Click>([
    [30, () => entitled(known, random)],
    [8, () => awkward(known, random)],
    [12, () => reading(known, random)],
    [24, () => trespass(known, random)],
    [7, () => outdated(known, random)],
    [6, () => unknownId(known, random)],
    [5, () => unknownAction(known, random)],
    [8, () => tornPayload(known, random)],
    [8, () => lists(known, random)],
    [3, () => nameless(known, random)],
    [3, () => strangers(known, random)],
  ])();
}

/** The right person with the right revision; what is written is hostile all the same. */
function entitled(known: Known, random: Random): Click {
  const aim = aimed(known, random);
  const { step } = formOf(known, aim.author.code);
  if (step === 'done') return reading(known, random);
  const writes = step === 'fill';
  const verb = writes
    ? random.pick(['addPoint', 'saveDraft', 'submit', 'submit', 'editPoint', 'dropPoint'])
    : verdict(random, step);
  const action = actionOn(known, random, aim, writes ? `selfCheck.${verb}` : `review.${verb}`);
  const values = writes ? pointValues(random, aim.sender.code) : reviewValues(known, random, aim);
  return clickOf('click: entitled', aim, action, values);
}

/** Decisions are rare, or every form would soon be registered. */
const verdict = (random: Random, step: string): string =>
  random.chance(step === 'groupDecision' ? 0.1 : 0.7) ? 'agree' : 'return';

/** The right person; fields missing, of the wrong kind, or of the wrong name. */
function awkward(known: Known, random: Random): Click {
  const aim = aimed(known, random);
  const verb = random.pick([...AUTHOR_VERBS.map((each) => `selfCheck.${each}`), ...REVIEWS]);
  const values = damagedValues(known, random, aim);
  return clickOf('click: wrong values', aim, actionOn(known, random, aim, verb), values);
}

const REVIEWS = ['review.agree', 'review.return'];
const READS = [
  'procedure.read',
  'procedure.history',
  'procedure.refresh',
  'task.show',
  'selfCheck.open',
];

function reading(known: Known, random: Random): Click {
  const aim = random.chance(0.6) ? aimed(known, random) : intruding(known, random);
  const action = actionOn(known, random, aim, random.pick(READS));
  // Reading changes nothing, so it may succeed or not; whose words it shows is checked by their marks.
  return clickOf('click: read', { ...aim, mayChange: true }, action, {});
}

function trespass(known: Known, random: Random): Click {
  const aim = intruding(known, random);
  const verb = random.pick([
    ...AUTHOR_VERBS.map((each) => `selfCheck.${each}`),
    ...REVIEWS,
    ...REVIEWS,
  ]);
  const isReview = verb.startsWith('review');
  const { code } = aim.sender;
  const values = isReview ? reviewValues(known, random, aim) : pointValues(random, code);
  return clickOf("click: another's task", aim, actionOn(known, random, aim, verb), values);
}

function outdated(known: Known, random: Random): Click {
  const aim = random.chance(0.5) ? aimed(known, random) : intruding(known, random);
  const { id, revision } = formOf(known, aim.author.code);
  const r = random.pick([
    1,
    revision - 1,
    revision + 1,
    2 ** 31,
    2 ** 53,
    -1,
    0,
    1.5,
    `${revision}`,
    '1e3',
    '',
  ]);
  const verb = random.pick([...AUTHOR_VERBS.map((each) => `selfCheck.${each}`), ...REVIEWS]);
  return clickOf(
    'click: revision',
    aim,
    { a: verb, p: { id, r } },
    damagedValues(known, random, aim),
  );
}

function unknownId(known: Known, random: Random): Click {
  const aim = { ...aimed(known, random), mayChange: false };
  const { id } = formOf(known, aim.author.code);
  const wrong = random.pick([
    ...known.otherIds,
    '00000000-0000-4000-8000-000000000000',
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    `${id}'`,
    `{${id}}`,
    id.replaceAll('-', ''),
    id.slice(1),
    aim.author.code,
    '__proto__',
    '',
  ]);
  const { a, p } = actionOn(
    known,
    random,
    aim,
    random.pick([...REVIEWS, ...READS, 'selfCheck.submit']),
  );
  return clickOf('click: unknown id', aim, { a, p: { ...p, id: wrong } }, pointValues(random, 'x'));
}

function unknownAction(known: Known, random: Random): Click {
  const aim = { ...aimed(known, random), mayChange: false };
  const { p } = actionOn(known, random, aim, 'review.agree');
  return clickOf('click: unknown action', aim, { a: random.pick(NO_ACTIONS), p }, {});
}

/** A payload with a key too many, too few, or of the wrong kind; a list or a text where the action should be. */
function tornPayload(known: Known, random: Random): Click {
  const aim = aimed(known, random);
  const verb = random.pick([
    'selfCheck.submit',
    ...REVIEWS,
    ...READS,
    'task.page',
    'cycle.launch',
    'command.run',
  ]);
  const action = actionOn(known, random, aim, verb);
  const wrong = (): unknown => hostileValue(random, aim.sender.code);
  const value = random.pick<() => unknown>([
    () => wrong(),
    () => ({ a: wrong(), p: action.p }),
    () => ({ a: action.a, p: wrong() }),
    () => ({ a: action.a, p: { ...action.p, extra: wrong() } }),
    () => ({ a: action.a, p: { ...action.p, id: wrong() } }),
    () => ({ a: action.a, p: { ...action.p, n: wrong() } }),
    () => ({ a: action.a, p: { ...action.p, ['__proto__']: wrong() } }),
    () => ({ a: action.a }),
    () => JSON.stringify(action),
  ])();
  return { ...clickOf('click: torn payload', aim, action, {}, value), mayChange: true };
}

/** The buttons that belong to no form. */
function lists(known: Known, random: Random): Click {
  const sender = random.pick(senders(known));
  const { world } = known;
  const text = () => hostileText(random, sender.code).slice(0, 64);
  const unit = random.pick([...world.units.map(({ code }) => code), text()]);
  const n = random.pick([0, 1, 9, 10_000, 10_001, -1, '3', 'x', 1e300]);
  const action = random.pick<Action>([
    { a: 'task.page', p: { n } },
    { a: 'register.page', p: { n } },
    { a: 'register.export', p: { unit } },
    { a: 'cycle.propose', p: { unit } },
    { a: 'cycle.rehearse', p: { unit } },
    { a: 'cycle.launch', p: { unit } },
    {
      a: 'command.run',
      p: { word: random.pick(['待办', '自查', '进度', '台账', '帮助', '发起自查', text()]) },
    },
  ]);
  const startOn = random.pick([
    '',
    '2026-02-30',
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
    today(),
    text(),
    ['x'],
  ]);
  const profile = random.pick(['s2-justice-bureau', '__proto__', text()]);
  const office = world.units.some((each) => each.office.includes(sender.code));
  const mayChange = office || !/export|launch/.test(action.a);
  return clickOf('click: lists', { sender, author: sender, mayChange }, action, {
    startOn,
    profile,
    ask0: text(),
  });
}

/** A click that lost its value: the action is read from the component's name. */
function nameless(known: Known, random: Random): Click {
  const aim = intruding(known, random);
  const { id, revision } = formOf(known, aim.author.code);
  const name = actionName({
    id: random.pick([...REVIEWS, 'selfCheck.submit']),
    payload: { id, r: revision },
  });
  const torn = random.pick([
    name,
    `${name}&r.=NaN`,
    `${name}&__proto__=1`,
    `${name}%`,
    `${name}&r.=1e400`,
    `__${name}`,
    name.slice(0, 20 + random.below(20)),
    hostileText(random, aim.sender.code),
  ]);
  const action = { a: '', p: {} };
  return clickOf(
    'click: by name',
    aim,
    action,
    damagedValues(known, random, aim),
    undefined,
    torn.slice(0, 4000),
  );
}

/** Accounts nobody knows. */
function strangers(known: Known, random: Random): Click {
  const aim = intruding(known, random);
  const action = actionOn(
    known,
    random,
    aim,
    random.pick([...REVIEWS, ...READS, 'selfCheck.submit']),
  );
  const click = clickOf('click: stranger', aim, action, pointValues(random, 'x'));
  const openId = random.pick([
    ...known.world.strangers,
    'x'.repeat(200),
    '__proto__',
    "'or(1=1)--",
    '=1+1',
  ]);
  return { ...click, event: { ...click.event, operator: { open_id: openId } } };
}

function actionOn(known: Known, random: Random, { author }: Aim, a: string): Action {
  const { id, revision } = formOf(known, author.code);
  if (a === 'procedure.refresh' || a === 'task.show') return { a, p: { id } };
  const n = random.pick([0, 0, 1, 2, 9, 10_000]);
  if (a === 'procedure.read' || a === 'procedure.history') return { a, p: { id, n } };
  if (a === 'selfCheck.editPoint') return { a, p: { id, r: revision, n } };
  return { a, p: { id, r: revision } };
}

function clickOf(
  kind: string,
  { sender, mayChange }: Aim,
  action: Action,
  values: Readonly<Record<string, unknown>>,
  value: unknown = action,
  name = 'b',
): Click {
  const given = action.a === '' ? {} : { value };
  const event = {
    operator: { open_id: sender.openId, tenant_key: 'tk_fuzz' },
    token: `c-${canaryOf(sender.code)}`,
    action: { tag: 'button', name, ...given, form_value: values },
    host: 'im_message',
    context: { open_message_id: 'om_fuzz', open_chat_id: 'oc_fuzz' },
  };
  return { kind, sender: sender.code, event, mayChange };
}
