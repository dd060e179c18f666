/** The mix: which request stands at which place of the run. */
import { makeClick } from './clicks.ts';
import { makeEvent } from './events.ts';
import { bodyShot, challenge, deep, encodings, huge, noise } from './junk.ts';
import type { Known } from './known.ts';
import { type Random, randomOf } from './random.ts';
import { brokenShot, routeShot } from './routes.ts';
import {
  damagedInside,
  envelopeOf,
  type Sealed,
  seal,
  unsealed,
  WEBHOOK,
  wrap,
} from './sealing.ts';
import type { Expectation, Shot } from './shot.ts';

const CLICK = 'card.action.trigger';
/** How many clicks may be repeated. */
const RECENT = 300;

/** The request at `index`: the same for the same seed, but for the revisions known when it is sent. */
export function shotAt(known: Known, index: number): Shot {
  const random = randomOf(known.seed, index);
  return random.weighed<() => Shot>([
    [14, () => clickShot(known, random, index)],
    [0.5, () => repeatShot(known, random, index)],
    [4, () => eventShot(known, random, index)],
    [7, () => damagedShot(known, random, index)],
    [34, () => unsignedShot(known, random, index)],
    [8, () => bodyShot(known, random, 'random bytes', noise(random))],
    [3, () => bodyShot(known, random, 'deep JSON', deep(random))],
    [0.3, () => bodyShot(known, random, 'huge bodies', huge(random))],
    [8, () => bodyShot(known, random, 'wrong encodings', encodings(random))],
    [3, () => challenge(known, random, (plain) => wrap(known.config, random, plain))],
    [17, () => routeShot(random)],
    [0.7, () => brokenShot(random)],
  ])();
}

const eventIdOf = (known: Known, index: number): string => `f${known.seed}x${index}`;

function clickShot(known: Known, random: Random, index: number): Shot {
  const { kind, sender, event, mayChange } = makeClick(known, random);
  const plain = envelopeOf(known.config, eventIdOf(known, index), CLICK, event);
  const author = kind === 'click: stranger' ? null : sender;
  const sealed = seal(known.config, random, plain);
  const shot = posted(kind, { kind: 'click', sender: author, mayChange }, sealed);
  known.recent.push(shot);
  if (known.recent.length > RECENT) known.recent.shift();
  return shot;
}

/** An earlier click once more, byte for byte. */
function repeatShot(known: Known, random: Random, index: number): Shot {
  const { recent } = known;
  return recent.length === 0
    ? clickShot(known, random, index)
    : { ...random.pick(recent), kind: 'click: repeated' };
}

function eventShot(known: Known, random: Random, index: number): Shot {
  const id = eventIdOf(known, index);
  const { type, event } = makeEvent(known, random, id);
  const plain = envelopeOf(known.config, id, type, event);
  return posted('events', { kind: 'event' }, seal(known.config, random, plain));
}

function damagedShot(known: Known, random: Random, index: number): Shot {
  const sealed = damagedInside(known.config, random, plainOf(known, random, index));
  return posted('damaged inside the seal', { kind: 'damaged' }, sealed);
}

function unsignedShot(known: Known, random: Random, index: number): Shot {
  const sealed = unsealed(known.config, random, plainOf(known, random, index));
  return posted('damaged seal', { kind: 'refused', mayClose: false }, sealed);
}

/** A real delivery to damage. */
function plainOf(known: Known, random: Random, index: number): string {
  const id = eventIdOf(known, index);
  if (random.chance(0.7))
    return envelopeOf(known.config, id, CLICK, makeClick(known, random).event);
  const { type, event } = makeEvent(known, random, id);
  return envelopeOf(known.config, id, type, event);
}

/** What the product reads at all. */
const LARGEST = 1024 * 1024;

const posted = (kind: string, expect: Expectation, { headers, body }: Sealed): Shot => ({
  kind: body.length > LARGEST ? 'too large' : kind,
  expect: body.length > LARGEST ? { kind: 'refused', mayClose: true } : expect,
  method: 'POST',
  path: WEBHOOK,
  headers,
  body,
});
