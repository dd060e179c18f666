/** Sends, updates and finds messages in Feishu (sheet §4). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { renderLarkCard } from '../../cards/render/lark.ts';
import type { LarkCardJson } from '../../cards/render/lark-node.ts';
import type {
  Delivery,
  DeliveryFailure,
  Messenger,
  MessengerLimits,
  OutgoingFile,
  SentRef,
} from '../messenger.ts';
import { createLarkClient, type LarkClient, type LarkClientOptions } from './client.ts';
import { type DirectoryPerson, walkDirectory } from './directory.ts';
import { findMarked } from './history.ts';

export type LarkMessenger = Messenger & {
  /** Everybody the app may see; any failure on the way makes the whole list a failure. */
  listDirectory(): Promise<Delivery<readonly DirectoryPerson[]>>;
};

const DAY = 86_400_000;

/**
 * §4.1, §4.11, a little below the platform's 50/s, 1000/min, 5/s per person and 5/s per message, so
 * that unequal delays on the way never push a window over its limit.
 */
export const larkLimits: MessengerLimits = {
  sendsPerSecond: 45,
  sendsPerMinute: 975,
  sendsPerSecondPerPerson: 4,
  updatesPerSecondPerMessage: 4,
  keyLifetimeMs: 3_600_000,
  cardLifetimeMs: 14 * DAY,
};

const FILE_LIMIT = 30 * 1024 * 1024;
const FILE_TYPES: ReadonlyMap<string, string> = new Map([
  ['pdf', 'pdf'],
  ['doc', 'doc'],
  ['docx', 'doc'],
  ['xls', 'xls'],
  ['xlsx', 'xls'],
  ['ppt', 'ppt'],
  ['pptx', 'ppt'],
]);

const sentSchema = z.looseObject({ message_id: z.string().min(1), chat_id: z.string().catch('') });
const uploadedSchema = z.looseObject({ file_key: z.string().min(1) });

/** Opens the messenger; `now` decides when the access token is renewed. */
export function createLarkMessenger(
  options: LarkClientOptions & {
    /** Where the product's pages stand; missing = cards carry no links to them. */
    readonly pagesAt?: string;
  },
): LarkMessenger {
  const client = createLarkClient(options);
  const pages = options.pagesAt === undefined ? {} : { pagesAt: options.pagesAt };
  return {
    platform: 'lark',
    limits: larkLimits,
    send: (userId, card, key) => {
      const content = JSON.stringify(renderLarkCard(card, { ...pages, marker: markerOf(key) }));
      return deliver(client, userId, { type: 'interactive', content, key });
    },
    sendText: (userId, text, key) => {
      const content = JSON.stringify({ text: withoutMentions(text) });
      return deliver(client, userId, { type: 'text', content, key });
    },
    sendFile: (userId, file, key) => sendFile(client, userId, file, key),
    update: (messageRef, card) => update(client, messageRef, renderLarkCard(card, pages)),
    find: (chatRef, key, since) => findMarked(client, chatRef, markerOf(key), since),
    listDirectory: () => walkDirectory(client),
  };
}

/** Names our message of `key` inside its card, so that it is recognised in the chat's history. */
export const markerOf = (key: string): string =>
  `k${createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 18)}`;

/** Text messages understand mention tags; what a user wrote must not call everybody. */
const withoutMentions = (text: string): string => text.replace(/<(?=\s*\/?\s*at\b)/gi, '＜');

type Outgoing = { readonly type: string; readonly content: string; readonly key: string };

async function deliver(
  client: LarkClient,
  userId: string,
  { type, content, key }: Outgoing,
): Promise<Delivery<SentRef>> {
  const sent = await client.call(
    {
      method: 'POST',
      path: 'im/v1/messages',
      params: { receive_id_type: 'open_id' },
      data: { receive_id: userId, msg_type: type, content, uuid: key },
    },
    sentSchema,
  );
  if (!sent.ok) return sent;
  return { ok: true, value: { messageRef: sent.value.message_id, chatRef: sent.value.chat_id } };
}

/** §4.10: the upload yields a key, the message carries it. */
async function sendFile(
  client: LarkClient,
  userId: string,
  file: OutgoingFile,
  key: string,
): Promise<Delivery<SentRef>> {
  const size = file.bytes.byteLength;
  if (size === 0 || size > FILE_LIMIT) return refuse('malformed', size === 0 ? '234010' : '234006');
  const extension = file.name.split('.').at(-1)?.toLowerCase() ?? '';
  const uploaded = await client.call(
    {
      method: 'POST',
      path: 'im/v1/files',
      multipart: true,
      data: {
        file_type: FILE_TYPES.get(extension) ?? 'stream',
        file_name: file.name,
        file: new File([Uint8Array.from(file.bytes)], 'file'),
      },
    },
    uploadedSchema,
  );
  if (!uploaded.ok) return uploaded;
  const content = JSON.stringify({ file_key: uploaded.value.file_key });
  return deliver(client, userId, { type: 'file', content, key });
}

/** §4.4 */
async function update(
  client: LarkClient,
  messageRef: string,
  card: LarkCardJson,
): Promise<Delivery<null>> {
  const path = `im/v1/messages/${encodeURIComponent(messageRef)}`;
  const content = JSON.stringify(card);
  const patched = await client.call({ method: 'PATCH', path, data: { content } }, z.unknown());
  return patched.ok ? { ok: true, value: null } : patched;
}

const refuse = (kind: 'malformed', code: string): { ok: false; failure: DeliveryFailure } => ({
  ok: false,
  failure: { kind, code },
});
