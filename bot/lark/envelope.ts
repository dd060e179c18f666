/** The outer shape of everything Feishu posts: the encrypted wrapper, the address check, the v2 envelope (sheet §1.2–1.3). */
import { z } from 'zod';

const CONTROL_FREE = /^\P{Cc}*$/u;
const MILLISECOND_DIGITS = 13;

/** An id of the platform: short and free of control characters, so that it fits every column and log line. */
export const platformId = z.string().max(200).regex(CONTROL_FREE);

export const wrapperSchema = z.looseObject({ encrypt: z.string().min(1) });

export const challengeSchema = z.looseObject({
  type: z.literal('url_verification'),
  token: z.string(),
  challenge: z.string().max(1000),
});

export const envelopeSchema = z.looseObject({
  schema: z.literal('2.0'),
  header: z.looseObject({
    event_id: platformId.min(1),
    event_type: platformId.min(1),
    create_time: z.string().max(20).optional(),
    token: z.string(),
    app_id: z.string(),
  }),
  event: z.unknown().optional(),
});

export type LarkEnvelope = z.infer<typeof envelopeSchema>;

export const CARD_ACTION = 'card.action.trigger';

/** The instant of a `create_time`, which counts milliseconds or, longer, microseconds (§1.3); null when it is neither. */
export function instantOf(createTime: string | undefined): Date | null {
  if (createTime === undefined || !/^\d{13,16}$/.test(createTime)) return null;
  return new Date(Number(createTime.slice(0, MILLISECOND_DIGITS)));
}
