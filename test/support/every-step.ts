/** A profile whose personal form walks every kind of step, and its verbs in few words. */
import { readFileSync } from 'node:fs';
import { closeComments } from '../../services/peer-comment.ts';
import type { ReviewInput } from '../../services/review.ts';
import { reviewForm } from '../../services/review.ts';
import { type Bureau, type Chain, formOf, must, submitted } from './bureau.ts';
import { loadText } from './shipped-profile.ts';

export const everyStepText = readFileSync(
  new URL('../fixtures/steps/every-step.yaml', import.meta.url),
  'utf8',
);
export const everyStep = loadText(everyStepText);

export const discussion = { heldOn: '2026-09-21', attendees: ['0012', '0013', '0014'] };

/** Agrees in the name of `by`; a refusal fails the test. */
export async function agreed(
  bureau: Bureau,
  author: string,
  by: string,
  over: Partial<ReviewInput> = {},
) {
  const ref = await formOf(bureau, author);
  return must(
    await reviewForm(bureau.as(by), { ...ref, verdict: 'agree', opinion: '同意', ...over }),
  );
}

/** Submitted, and nobody has added anything. */
export async function toDiscussion(bureau: Bureau, chain: Chain): Promise<void> {
  await submitted(bureau, chain);
  must(await closeComments(bureau.as(chain.author), await formOf(bureau, chain.author)));
}

/** Discussed in a meeting of department D03, the head's signature is next. */
export async function toHead(bureau: Bureau, chain: Chain): Promise<void> {
  await toDiscussion(bureau, chain);
  const attendees = [chain.author, chain.head];
  await agreed(bureau, chain.author, chain.head, {
    opinion: '逐条研究',
    meeting: { ...discussion, attendees },
  });
}
