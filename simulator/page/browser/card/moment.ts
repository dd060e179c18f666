/** Days and times as people write them, and as the platform does. */

export type MomentKind = 'date' | 'time' | 'datetime';

const DAY = /(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})/;
const TIME = /(\d{1,2})[:\uff1a](\d{2})\s*$/;
const WEEKDAYS = '日一二三四五六';

const pad = (text: string | undefined): string => (text ?? '').padStart(2, '0');

function readDay(text: string): string | null {
  const found = DAY.exec(text);
  if (found === null) return null;
  const day = `${found[1]}-${pad(found[2])}-${pad(found[3])}`;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day ? null : day;
}

function readTime(text: string): string | null {
  const found = TIME.exec(text);
  if (found === null || Number(found[1]) > 23 || Number(found[2]) > 59) return null;
  return `${pad(found[1])}:${found[2]}`;
}

/** `YYYY-MM-DD`, `HH:mm` or both from what was typed; null when it is none. */
export function readMoment(kind: MomentKind, text: string): string | null {
  if (kind === 'time') return readTime(text);
  const day = readDay(text);
  if (kind === 'date' || day === null) return day;
  const time = readTime(text);
  return time === null ? null : `${day} ${time}`;
}

function chineseDay(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()];
  return `${year}年${month}月${date}日(周${weekday})`;
}

/** The value of `readMoment` as it is shown: 2026年9月21日(周一) 09:00 */
export function writeMoment(kind: MomentKind, value: string): string {
  if (value === '' || kind === 'time') return value;
  const rest = kind === 'datetime' ? ` ${value.slice(11)}` : '';
  return chineseDay(value.slice(0, 10)) + rest;
}
