/** Who sends a click, about whose form, and whether that may change it. */
import { formOf, type Known } from './known.ts';
import type { Random } from './random.ts';
import { type Member, mayEverAct, reviewersAt } from './world.ts';

export type Aim = { readonly sender: Member; readonly author: Member; readonly mayChange: boolean };

/** Everybody who may send anything at all; the untouched unit never does. */
export const senders = ({ world }: Known): readonly Member[] => [
  ...world.attacked.members,
  ...world.idle.members,
];

/** A form of the attacked unit and somebody whose turn it may be. */
export function aimed(known: Known, random: Random): Aim {
  const { world } = known;
  const authors = world.attacked.members.filter(({ department }) => department !== world.spared);
  const author = random.pick(authors);
  const { step, signed } = formOf(known, author.code);
  const turn =
    step === 'fill' || step === 'done'
      ? [author.code]
      : reviewersAt(world.attacked, author, step, signed);
  const sender = world.byCode.get(random.chance(0.9) ? random.pick(turn) : author.code) ?? author;
  return { sender, author, mayChange: true };
}

/** Any form, and somebody it is none of the business of. */
export function intruding(known: Known, random: Random): Aim {
  const { world } = known;
  const spared = world.attacked.members.filter(({ department }) => department === world.spared);
  const { attacked, untouched } = world;
  const targets = random.weighed([
    [3, attacked.members],
    [3, spared],
    [3, untouched.members],
  ] as const);
  const author = random.pick(targets);
  const unit = author.unit === attacked.code ? attacked : untouched;
  const entitled = mayEverAct(unit, author);
  const outsiders = senders(known).filter(({ code }) => !entitled.has(code));
  return { sender: random.pick(outsiders), author, mayChange: false };
}
