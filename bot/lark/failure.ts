/** Which kind of failure an answer of the platform is (sheet §4.11, §4.12). The only place that knows its error codes. */
import type { DeliveryFailure } from '../messenger.ts';

/** An answer reduced to what classification needs. `code` null = the body was none of the platform's. */
export type Exchange = {
  readonly status: number;
  readonly code: number | null;
  readonly message: string;
  /** Seconds of `x-ogw-ratelimit-reset`. */
  readonly resetSeconds: number | null;
};

export const STALE_TOKEN: readonly number[] = [99991663, 99991664];

type Kind = DeliveryFailure['kind'];

const SECOND = 1000;
const FREQUENCY = 99991400;
const RECEIVER_FREQUENCY = 230020;
/** The platform's own peak limit, §4.11; it lasts longer than a window of ours. */
const PEAK: readonly number[] = [11232, 11233];
const CARD_CONTENT = 230099;
const RECEIVER_PAUSE = 1.5 * SECOND;
const PEAK_PAUSE = 10 * SECOND;

const UNAVAILABLE = [230049, 18121, 232096, 1500, 2200, 20050, 20072, 200810];
const UNREACHABLE = [
  230002, 230013, 230015, 230018, 230029, 230034, 230035, 230036, 230038, 230053, 230054, 230073,
  230074, 230075, 232009, 99992351, 99992352, 99992353, 99992354, 99992355, 99992356, 99992357,
  99992358, 99992359, 99992360, 99992361,
];
const GONE = [230011, 230012, 230019, 230031, 230050, 230071, 230110, 230111];
const MALFORMED = [
  CARD_CONTENT,
  230001,
  230017,
  230022,
  230025,
  230028,
  230055,
  234001,
  234006,
  234010,
  234011,
  234039,
  99992402,
  10002,
  11310,
  11311,
];

const KINDS: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  ...UNAVAILABLE.map((code): [number, Kind] => [code, 'unavailable']),
  ...UNREACHABLE.map((code): [number, Kind] => [code, 'unreachable']),
  ...GONE.map((code): [number, Kind] => [code, 'gone']),
  ...MALFORMED.map((code): [number, Kind] => [code, 'malformed']),
]);

/** The failure of an exchange, or null when it succeeded. Codes nobody listed need an administrator. */
export function classify(exchange: Exchange): DeliveryFailure | null {
  const { status, code } = exchange;
  if (code === 0 && status < 300) return null;
  const limited = limitOf(exchange);
  if (limited !== null) return limited;
  if (code === null || code === 0) return foreignAnswer(status);
  const listed = kindOf(code, exchange.message);
  if (listed === undefined && status >= 500) return { kind: 'unavailable', code: String(code) };
  return failure(listed ?? 'misconfigured', labelOf(code, exchange.message));
}

/** The failure of a call that got no answer at all; its outcome is unknown. */
export const noAnswer = (code: string): DeliveryFailure => ({ kind: 'unavailable', code });

function limitOf({ status, code, resetSeconds }: Exchange): DeliveryFailure | null {
  const label = String(code ?? `http${status}`);
  if (code === RECEIVER_FREQUENCY) return limit(RECEIVER_PAUSE, 'receiver', label);
  if (code !== null && PEAK.includes(code)) return limit(PEAK_PAUSE, 'app', label);
  if (status !== 429 && code !== FREQUENCY) return null;
  return limit(Math.max(resetSeconds ?? 1, 1) * SECOND, 'app', label);
}

const limit = (retryAfterMs: number, scope: 'app' | 'receiver', code: string): DeliveryFailure => ({
  kind: 'rateLimited',
  retryAfterMs,
  scope,
  code,
});

/** A body that is not the platform's came from something between us and it. */
function foreignAnswer(status: number): DeliveryFailure {
  const refused = status === 401 || status === 403 || status === 404;
  return { kind: refused ? 'misconfigured' : 'unavailable', code: `http${status}` };
}

function kindOf(code: number, message: string): Kind | undefined {
  // A click on that very card is being answered; a few seconds later it can be changed (§4.4).
  if (code === CARD_CONTENT && message.includes('card action is lock')) return 'unavailable';
  return KINDS.get(code);
}

/** Card refusals carry their real reason inside the message (§4.12). */
function labelOf(code: number, message: string): string {
  const sub = code === CARD_CONTENT ? /ErrCode: (\d+)/.exec(message)?.[1] : undefined;
  return sub === undefined ? String(code) : `${code}/${sub}`;
}

function failure(kind: Kind, code: string): DeliveryFailure {
  return kind === 'rateLimited' ? limit(SECOND, 'app', code) : { kind, code };
}
