/** Round portraits: the last two characters of the name on a colour that belongs to the name. */
import { h } from './dom.ts';

const TONES = ['blue', 'turquoise', 'orange', 'purple', 'green', 'carmine', 'indigo', 'red'];

function toneOf(name: string): string {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return TONES[sum % TONES.length] ?? 'blue';
}

/** A person's portrait; decoration beside the written name. */
export function personAvatar(name: string, size: 'tiny' | 'small' | 'large' = 'large') {
  const initials = [...name].slice(-2).join('');
  return h(
    'span',
    { class: `avatar avatar-${size} tone-${toneOf(name)}`, 'aria-hidden': 'true' },
    size === 'tiny' ? initials.slice(-1) : initials,
  );
}

/** The portrait of the bot. */
export function botAvatar() {
  return h('span', { class: 'avatar avatar-large avatar-bot', 'aria-hidden': 'true' }, '廉哨');
}
