/** Business time: it is the simulator's clock, shown in the zone of the staff, and it runs on between two answers. */
import type { Instant } from './api.ts';

const ZONE = 'Asia/Shanghai';
/** Asia/Shanghai has had no summer time since 1991. */
const OFFSET = '+08:00';

let base: { readonly instant: number; readonly measuredAt: number } | null = null;

/** Takes over the simulator's clock. */
export function setBusinessNow(now: Instant): void {
  base = { instant: toMs(now), measuredAt: performance.now() };
}

/** The current business instant in epoch milliseconds; null before the first answer. */
export function businessNow(): number | null {
  return base === null ? null : base.instant + performance.now() - base.measuredAt;
}

/** Epoch milliseconds of an instant of the API. */
export function toMs(instant: Instant): number {
  return typeof instant === 'number' ? instant : Date.parse(instant);
}

const dayFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  weekday: 'short',
});
const timeFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const secondFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

type DayParts = { year: string; month: string; day: string; weekday: string };

function dayParts(ms: number): DayParts {
  const parts: DayParts = { year: '', month: '', day: '', weekday: '' };
  for (const { type, value } of dayFormat.formatToParts(ms)) {
    if (type === 'year' || type === 'month' || type === 'day' || type === 'weekday') {
      parts[type] = value;
    }
  }
  return parts;
}

/** 2026年9月21日(周一) */
export function chineseDay(ms: number): string {
  const { year, month, day, weekday } = dayParts(ms);
  return `${year}年${month}月${day}日(${weekday})`;
}

/** 9月21日 */
export function shortDay(ms: number): string {
  const { month, day } = dayParts(ms);
  return `${month}月${day}日`;
}

/** 周一 */
export const weekday = (ms: number): string => dayParts(ms).weekday;

/** 2026-09-21 */
export function isoDay(ms: number): string {
  const { year, month, day } = dayParts(ms);
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** 09:00 */
export const clockTime = (ms: number): string => timeFormat.format(ms);

/** 09:00:05 */
export const clockTimeWithSeconds = (ms: number): string => secondFormat.format(ms);

/** 2026年9月21日(周一) 09:00 */
export const chineseDateTime = (ms: number): string => `${chineseDay(ms)} ${clockTime(ms)}`;

/** The instant of `YYYY-MM-DD HH:mm` on the staff's wall clock, as ISO 8601 text. */
export const instantOf = (local: string): string => `${local.replace(' ', 'T')}:00${OFFSET}`;
