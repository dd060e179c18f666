/** Imports of a changed demo organisation, each with the timer that follows it. */
import { readOrganisationFolder } from '../../services/organisation-folder.ts';
import { importOrganisation, type OrganisationTexts } from '../../services/organisation-import.ts';
import { REASSIGN_TIMER, reassignReviews } from '../../services/reassign.ts';
import { type Bureau, claimed, NOW } from './bureau.ts';

export type Edit = (texts: OrganisationTexts) => OrganisationTexts;

/** Replaces a passage. @throws when it is not there, so that no test passes idly */
export const replaced =
  (file: keyof OrganisationTexts, from: string, to: string): Edit =>
  (texts) => {
    if (!texts[file].includes(from)) throw new Error(`not in ${file}: ${from}`);
    return { ...texts, [file]: texts[file].replace(from, to) };
  };

/** Adds rows at the end. */
export const appended =
  (file: keyof OrganisationTexts, ...lines: string[]): Edit =>
  (texts) => ({ ...texts, [file]: `${texts[file].trimEnd()}\n${lines.join('\n')}\n` });

/** Takes out the lines that `pattern` finds. */
export const without =
  (file: keyof OrganisationTexts, pattern: RegExp): Edit =>
  (texts) => ({ ...texts, [file]: texts[file].replace(pattern, '') });

/** One edit after the other. */
export const all =
  (...edits: Edit[]): Edit =>
  (texts) =>
    edits.reduce((so, edit) => edit(so), texts);

/** Imports the demo organisation with changes and lets the timer that follows it fire. @throws what is wrong with it */
export async function reorganise(bureau: Bureau, edit: Edit, now = NOW): Promise<void> {
  const files = edit(await readOrganisationFolder('profiles/demo/org'));
  const platforms = { lark_open_id: 'lark', wecom_userid: 'wecom' };
  const outcome = await importOrganisation(bureau.admin(now), files, platforms);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors));
  await everyMorning(bureau, now);
}

/** Fires the look at people and roles if it is due. */
export async function everyMorning(bureau: Bureau, now: Date): Promise<void> {
  for (const timer of await claimed(bureau, REASSIGN_TIMER, now)) {
    await reassignReviews(bureau.system(now), timer);
  }
}
