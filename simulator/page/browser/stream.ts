/** Announcements of the simulator. Apart from notices they carry no data; whoever is concerned fetches anew. */
import { STREAM_URL, type ToastTone } from './api.ts';

export type Announcement =
  | { readonly type: 'chat' | 'people' | 'clock' | 'wire'; readonly openId?: string }
  /** A notice for one person, e.g. of an urgent message. */
  | { readonly type: 'toast'; readonly openId: string; readonly toast: Toast };

type Toast = { readonly type: ToastTone; readonly content: string };

const TYPES: readonly unknown[] = ['chat', 'people', 'clock', 'wire', 'toast'];

function isAnnouncement(value: unknown): value is Announcement {
  return (
    typeof value === 'object' && value !== null && 'type' in value && TYPES.includes(value.type)
  );
}

/**
 * Listens for announcements about everybody: the unread counts of all people are on the screen. `onReturn` is
 * called when a lost connection is back and things may have been missed.
 */
export function listen(
  onAnnouncement: (announcement: Announcement) => void,
  onReturn: () => void,
): void {
  const source = new EventSource(STREAM_URL);
  let lost = false;
  source.addEventListener('error', () => {
    lost = true;
  });
  source.addEventListener('open', () => {
    if (lost) onReturn();
    lost = false;
  });
  source.addEventListener('message', (event) => {
    const value: unknown = JSON.parse(event.data);
    if (isAnnouncement(value)) onAnnouncement(value);
  });
}
