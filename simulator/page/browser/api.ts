/** The simulator's JSON API as this page uses it. The server is our own and on the same origin. */

/** ISO 8601 text or epoch milliseconds. */
export type Instant = string | number;

export type Person = {
  readonly openId: string;
  readonly name: string;
  readonly title: string | null;
  readonly departmentName: string | null;
  readonly unread: number;
};

export type MenuItem = { readonly key: string; readonly text: string };

export type People = {
  readonly people: readonly Person[];
  readonly menu: readonly MenuItem[];
  readonly now: Instant;
};

export type Message = {
  readonly messageId: string;
  readonly from: 'bot' | 'user';
  readonly kind: 'text' | 'card' | 'file' | 'image';
  readonly text?: string;
  readonly card?: unknown;
  readonly file?: { readonly key: string; readonly name: string; readonly size: number };
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly edited: boolean;
  readonly expired: boolean;
  readonly forwarded: boolean;
};

export type Chat = { readonly messages: readonly Message[]; readonly hasInput: boolean };

export type FormValue = string | boolean | readonly string[];

export type Click = {
  readonly tag: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly formValue?: Readonly<Record<string, FormValue>>;
  readonly inputValue?: string;
  readonly option?: string;
  readonly options?: readonly string[];
  readonly checked?: boolean;
};

export type ToastTone = 'info' | 'success' | 'error' | 'warning';

export type Outcome = {
  readonly toast?: { readonly type: ToastTone; readonly content: string };
  readonly error?: { readonly code?: number | string; readonly text?: string };
};

export type Clock = { readonly now: Instant; readonly next: Instant | null };

export type ClockMove =
  | { readonly set: string }
  | { readonly advance: string }
  | { readonly toNextTimer: true };

export type WireEntry = {
  readonly id: number;
  readonly at: Instant;
  /** `out`: the messenger calls the bot; `in`: the bot calls the messenger. */
  readonly direction: 'out' | 'in';
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly request: unknown;
  readonly response: unknown;
};

export type Fault = { readonly kind: string; readonly label: string; readonly times: number };

const ROOT = '/simulator/api/';

async function call<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(
    ROOT + path,
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
  );
  const text = await response.text();
  const answer = text === '' ? {} : JSON.parse(text);
  if (!response.ok && answer.error === undefined) throw new Error(`status ${response.status}`);
  return answer;
}

const chatPath = (openId: string, verb = ''): string =>
  `chats/${encodeURIComponent(openId)}${verb === '' ? '' : `/${verb}`}`;

export const fetchPeople = (): Promise<People> => call('people');
export const fetchChat = (openId: string): Promise<Chat> => call(chatPath(openId));
export const enterChat = (openId: string): Promise<Outcome> => call(chatPath(openId, 'enter'), {});
export const sendText = (openId: string, text: string): Promise<Outcome> =>
  call(chatPath(openId, 'text'), { text });
export const pressMenu = (openId: string, key: string): Promise<Outcome> =>
  call(chatPath(openId, 'menu'), { key });
export const clickCard = (openId: string, messageId: string, click: Click): Promise<Outcome> =>
  call(chatPath(openId, 'click'), { messageId, ...click });
export const forwardMessage = (openId: string, messageId: string, to: string): Promise<Outcome> =>
  call(chatPath(openId, 'forward'), { messageId, to });
export const fetchClock = (): Promise<Clock> => call('clock');
export const moveClock = (move: ClockMove): Promise<Outcome> => call('clock', move);
/** The newest entry comes first. */
export const fetchWire = (): Promise<{ readonly entries: readonly WireEntry[] }> => call('wire');
export const fetchFaults = (): Promise<{ readonly faults: readonly Fault[] }> => call('faults');
export const setFault = (kind: string, times: number): Promise<Outcome> =>
  call('faults', { kind, times });

/** Where a file of a message is downloaded. */
export const fileUrl = (key: string): string => `${ROOT}files/${encodeURIComponent(key)}`;

/** Where changes are announced. */
export const STREAM_URL = `${ROOT}stream`;
