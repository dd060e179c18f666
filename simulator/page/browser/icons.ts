/** Line icons drawn on a 24 × 24 grid. */

const SHAPES = {
  back: 'M15 5l-7 7 7 7',
  send: 'M4 12L20 4l-5 16-3.5-6.5zM11.500 13.500L20 4',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M17 10h.01M8 14h8',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l5 5',
  clock: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3.500 2',
  panel: 'M4 5h16v14H4zM15 5v14',
  forward: 'M13 5l7 6-7 6v-4c-5 0-8 2-9 6 0-7 3-10 9-10z',
  down: 'M6 9l6 6 6-6',
  left: 'M14 6l-6 6 6 6',
  right: 'M10 6l6 6-6 6',
  check: 'M5 12.500l5 5L19 7',
  calendar: 'M4 6h16v14H4zM4 10.500h16M8 3v5M16 3v5',
  info: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v5M12 8h.01',
  warning: 'M12 4l9 16H3zM12 10v5M12 17.500h.01',
  error: 'M12 3a9 9 0 100 18 9 9 0 000-18zM9 9l6 6M15 9l-6 6',
  success: 'M12 3a9 9 0 100 18 9 9 0 000-18zM8 12.200l3 3 5-6',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9h.01',
  chart: 'M4 20h16M7 16v-5M12 16V6M17 16v-8',
  member: 'M12 4a4 4 0 100 8 4 4 0 000-8zM4 20c1-4 4-6 8-6s7 2 8 6',
  bell: 'M6 17V11a6 6 0 0112 0v6M4 17h16M10 20h4',
  edit: 'M5 19l1-4L16 5l3 3L9 18z',
  add: 'M12 5v14M5 12h14',
  dot: 'M12 9a3 3 0 100 6 3 3 0 000-6z',
  users:
    'M9 5a3.500 3.500 0 100 7 3.500 3.500 0 000-7zM2.500 19c.8-3.500 3.200-5 6.500-5s5.700 1.500 6.500 5M16 6a3 3 0 010 6M18 14.500c2 .6 3.200 2 3.700 4.500',
  chat: 'M4 5h16v11H11l-5 4v-4H4z',
} as const;

export type IconName = keyof typeof SHAPES;

const SVG = 'http://www.w3.org/2000/svg';

/** The icon as decoration: screen readers skip it. */
export function icon(name: IconName, extraClass = ''): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon ${extraClass}`.trim());
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', SHAPES[name]);
  svg.appendChild(path);
  return svg;
}

/** Words in a platform icon's token, the first that fits decides. */
const TOKEN_WORDS: readonly (readonly [string, IconName])[] = [
  ['calendar', 'calendar'],
  ['time', 'clock'],
  ['clock', 'clock'],
  ['alarm', 'bell'],
  ['bell', 'bell'],
  ['warning', 'warning'],
  ['alert', 'warning'],
  ['error', 'error'],
  ['forbidden', 'error'],
  ['close', 'close'],
  ['info', 'info'],
  ['succeed', 'success'],
  ['yes', 'success'],
  ['done', 'success'],
  ['check', 'check'],
  ['down', 'down'],
  ['right', 'right'],
  ['edit', 'edit'],
  ['add', 'add'],
  ['group', 'users'],
  ['member', 'member'],
  ['person', 'member'],
  ['chat', 'chat'],
  ['search', 'search'],
  ['more', 'more'],
  ['chart', 'chart'],
  ['pic', 'image'],
  ['image', 'image'],
  ['file', 'file'],
  ['doc', 'file'],
];

/** The nearest of our icons to the platform's icon `token`. */
export function iconForToken(token: string): IconName {
  return TOKEN_WORDS.find(([word]) => token.includes(word))?.[1] ?? 'dot';
}
