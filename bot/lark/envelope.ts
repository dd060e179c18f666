/** The outer shape of everything Feishu posts: the encrypted wrapper, the address check, the v2 envelope (sheet §1.2–1.3). */
import { z } from 'zod';

/** Visible ASCII without blanks, like every id the platform gives. */
const ID = /^[!-~]*$/;
/** No control characters and no halves of surrogate pairs. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u;
const MILLISECOND_DIGITS = 13;

const ID_LENGTH = 200;

const isId = (given: unknown): given is string =>
  typeof given === 'string' && given.length <= ID_LENGTH && ID.test(given);

/**
 * An id of the platform: short and in its alphabet, so that it fits every column and no log line can be made to carry
 * words. One check each, because a click has half a dozen of them.
 */
export const optionalId = z.custom<string>(isId).nullish();
export const platformId = z.custom<string>((given) => given !== '' && isId(given));

/** The key of a menu item, as an administrator chose it. */
export const menuKey = z.string().max(ID_LENGTH).regex(PRINTABLE);

export const wrapperSchema = z.object({ encrypt: z.string().min(1) });

export const challengeSchema = z.object({
  type: z.literal('url_verification'),
  token: z.string(),
  challenge: z.string().max(1000),
});

export const envelopeSchema = z.object({
  schema: z.literal('2.0'),
  header: z.object({
    event_id: platformId,
    event_type: platformId,
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
