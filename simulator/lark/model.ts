/** What the stand-in knows: its options and the things it stores. Instants are milliseconds of the business clock. */

export type SimulatedPerson = {
  readonly openId: string;
  readonly unionId: string;
  readonly userId: string;
  readonly name: string;
  readonly title: string;
  readonly departmentId: string;
  readonly departmentName: string;
};

export type ClockControl = {
  show(): Promise<{ now: string; next: string | null }>;
  set(instant: string): Promise<void>;
  advance(isoDuration: string): Promise<void>;
  toNextTimer(): Promise<void>;
};

export type MenuItem = { readonly key: string; readonly text: string };

export type AppCredentials = {
  readonly appId: string;
  readonly appSecret: string;
  readonly encryptKey: string;
  readonly verificationToken: string;
  readonly tenantKey: string;
};

export type LarkSimulatorOptions = {
  readonly app: AppCredentials;
  /** The bot's `POST /webhook/lark`; empty = not configured, as in a console where it was forgotten. */
  readonly webhookUrl: string;
  /** The business clock; it may jump. */
  readonly now: () => Date;
  readonly people: () => Promise<readonly SimulatedPerson[]>;
  readonly menu: readonly MenuItem[];
  readonly clock?: ClockControl;
  /** A JSON snapshot (and a folder of uploads beside it) that survives a restart. */
  readonly statePath?: string;
  readonly enforceRates?: boolean;
  /** Told of every message as it was first stored, before anything changes it. */
  readonly onMessage?: (message: StoredMessage) => void;
};

export type Json = Record<string, unknown>;

export type Chat = { readonly chatId: string; readonly openId: string; readAt: number };

export type MessageType = 'text' | 'post' | 'image' | 'file' | 'interactive';

export type StoredMessage = {
  readonly messageId: string;
  readonly chatId: string;
  readonly openId: string;
  readonly from: 'bot' | 'user';
  readonly type: MessageType;
  /** The JSON string as sent. */
  content: string;
  readonly createdAt: number;
  updatedAt: number;
  edited: boolean;
  deleted: boolean;
  readonly forwarded: boolean;
  readonly parentId: string | null;
  /** Cards this message showed before; somebody may still be looking at one of them. */
  earlier: string[];
};

export type UpdateToken = {
  readonly token: string;
  readonly messageId: string;
  readonly issuedAt: number;
  uses: number;
  answered: boolean;
};

export type Upload = {
  readonly key: string;
  readonly kind: 'file' | 'image';
  readonly fileType: string;
  readonly name: string;
  readonly size: number;
};

export type PendingEvent = {
  readonly id: string;
  readonly eventType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: Json;
  failures: number;
  nextAt: number;
};

type TenantToken = { readonly token: string; readonly expiresAt: number };
type SentKey = { readonly messageId: string; readonly at: number };

/** Everything that is remembered; the snapshot holds exactly this. */
export type StoreData = {
  readonly chats: Map<string, Chat>;
  readonly messages: Map<string, StoredMessage>;
  readonly updateTokens: Map<string, UpdateToken>;
  readonly sentKeys: Map<string, SentKey>;
  readonly uploads: Map<string, Upload>;
  /** Everybody ever seen: a person missing from today's list has resigned. */
  readonly seen: Map<string, SimulatedPerson>;
  readonly pending: Map<string, PendingEvent>;
  readonly tenantTokens: Map<string, TenantToken>;
};

/** Narrows to a JSON object; everything here comes from `JSON.parse`, so keys are strings. */
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses text into a JSON object; null when it is anything else. */
export function parseJson(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}
