/** Whether what came of a click is what the matrix says; complaints as text, so that a run lists all of them at once. */
import type { Reply } from '../../cards/model.ts';
import { refusalToast } from '../../cards/wording.ts';
import type { Refusal, RefusalCode } from '../../domain/refusal.ts';
import type { News } from './desk.ts';
import { type Sight, type State, states } from './forms.ts';
import { contentOf, draftOf, opinionOf } from './stage.ts';

export type Outcome = 'allowed' | 'stranger' | RefusalCode;

const STRANGER = '还没有登记为本单位人员';

/** How `reply` differs from the outcome; `detail` fills the refusal's sentence. */
export function replyAgainst(
  outcome: Outcome,
  reply: Reply,
  detail?: Refusal['detail'],
): readonly string[] {
  const said = reply.toast?.text ?? '';
  if (outcome === 'allowed') {
    const accepted = reply.toast === undefined || reply.toast.tone === 'success';
    return accepted ? [] : [`expected to be allowed, was told “${said}”`];
  }
  if (reply.toast === undefined || reply.toast.tone === 'success')
    return [`expected ${outcome}, was not refused`];
  if (outcome === 'stranger')
    return said.includes(STRANGER) ? [] : [`took a stranger in: “${said}”`];
  const { text } = refusalToast(
    detail === undefined ? { code: outcome } : { code: outcome, detail },
  );
  return said === text ? [] : [`expected ${outcome}, was told “${said}”`];
}

/** What a reply shows of a form beyond `sight`, or lacks. The draft is the author's alone. */
export function contentAgainst(
  sight: Sight,
  state: State,
  reply: Reply,
  isAuthor: boolean,
): readonly string[] {
  const shown = JSON.stringify(reply.replace ?? {});
  const written = [contentOf(state), opinionOf(state)].filter((text) => shown.includes(text));
  const title = states[state].zh;
  return [
    ...(sight !== 'full' && written.length > 0 ? [`shows ${written.join()} (${title})`] : []),
    ...(!isAuthor && shown.includes(draftOf(state)) ? ['shows the draft'] : []),
    ...(sight === 'none' && reply.replace !== undefined ? ['was given a card'] : []),
  ];
}

/** Whether what was written names the clicker as its actor, and only the clicker is told without being concerned. */
export const actorsAgainst = (by: string, { actors }: News): readonly string[] =>
  actors.length === 1 && actors[0] === by ? [] : [`audit names ${actors.join() || 'nobody'}`];

/** Messages of a look-up go to whoever asked. */
export const receiversAgainst = (by: string, { messages }: News): readonly string[] =>
  messages.filter(({ person }) => person !== by).map(({ person }) => `wrote to ${person}`);
