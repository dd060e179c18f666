/** Every action a button can carry. Payloads hold ids and the revision that was shown. */
import { z } from 'zod';
import { defineAction } from './action.ts';

/** In the one spelling the database gives back: an id also names audit chains, timers and live cards. */
const id = z.uuid().toLowerCase();
const revision = z.coerce.number().int().positive();
const index = z.coerce.number().int().min(0).max(10_000);
/** A register of a million lines has more pages than any form has points; a page past the end shows the last one. */
const registerIndex = z.coerce.number().int().min(0).max(1_000_000);
const short = z.string().min(1).max(64);

const form = z.strictObject({ id, r: revision });
const point = z.strictObject({ id, r: revision, n: index });

export const selfCheckOpen = defineAction('selfCheck.open', form);
export const selfCheckAddPoint = defineAction('selfCheck.addPoint', form);
export const selfCheckSaveDraft = defineAction('selfCheck.saveDraft', form);
export const selfCheckSubmit = defineAction('selfCheck.submit', form);
export const selfCheckWithdraw = defineAction('selfCheck.withdraw', form);
export const selfCheckEditPoint = defineAction('selfCheck.editPoint', point);
export const selfCheckDropPoint = defineAction('selfCheck.dropPoint', form);

export const answersSaveDraft = defineAction('answers.saveDraft', form);
export const answersSubmit = defineAction('answers.submit', form);

export const reviewAgree = defineAction('review.agree', form);
export const reviewReturn = defineAction('review.return', form);

/** Agrees to several forms at once; which ones and at which revision stands in the payload. */
export const reviewAgreeAll = defineAction(
  'review.agreeAll',
  z.strictObject({ forms: z.string().min(1).max(1_000) }),
);
/** Asks to whom the task is handed, or why its holder stands aside. */
export const reviewStandIn = defineAction('review.standIn', z.strictObject({ id }));
export const reviewHandOver = defineAction('review.handOver', form);
export const reviewRecuse = defineAction('review.recuse', form);

export const commentAdd = defineAction('comment.add', form);
/** Shows one addition to answer; `n` from 0. */
export const commentShow = defineAction('comment.show', z.strictObject({ id, n: index }));
export const commentAccept = defineAction('comment.accept', point);
export const commentExplain = defineAction('comment.explain', point);
export const commentClose = defineAction('comment.close', form);

/** Confirms the receipt for addressee `n` of the step, from 0. */
export const filingConfirm = defineAction('filing.confirm', point);

export const delegationName = defineAction('delegation.name', z.strictObject({}));
export const delegationRevoke = defineAction('delegation.revoke', z.strictObject({ id }));

/** Shows one point or one answer of a form in full; `n` from 0. */
export const procedureRead = defineAction('procedure.read', z.strictObject({ id, n: index }));
/** Shows a page of what was done on a form, every opinion in full; `n` from 0. */
export const procedureHistory = defineAction('procedure.history', z.strictObject({ id, n: index }));
/** Shows the form as it stands now. */
export const procedureRefresh = defineAction('procedure.refresh', z.strictObject({ id }));
/** Sends the form's card anew, to the end of the chat. */
export const taskShow = defineAction('task.show', z.strictObject({ id }));

export const taskPage = defineAction('task.page', z.strictObject({ n: index }));
export const registerPage = defineAction('register.page', z.strictObject({ n: registerIndex }));
export const registerExport = defineAction('register.export', z.strictObject({ unit: short }));

/** Asks for the details of a launch. */
export const cyclePropose = defineAction('cycle.propose', z.strictObject({ unit: short }));
/** Shows what the launch would bring; launches nothing. */
export const cycleRehearse = defineAction('cycle.rehearse', z.strictObject({ unit: short }));
export const cycleLaunch = defineAction('cycle.launch', z.strictObject({ unit: short }));

/** Runs a chat command from a button. */
export const commandRun = defineAction('command.run', z.strictObject({ word: short }));
