/** 批量同意 is for personal self-checks: forms of sections and other papers are read and signed one by one. */
import { expect, test } from 'vitest';
import { agreeToAll, viewSignable } from '../services/bulk-review.ts';
import { submitForm } from '../services/self-check.ts';
import { codeOf, fingerprint, must, NOW, ZONE } from './support/bureau.ts';
import { useFreshBureaus } from './support/hooks.ts';
import { agree, refOf } from './support/shared-form.ts';
import { pointWith, whole } from './support/shipped-profile.ts';

const bureau = useFreshBureaus();
const LEADER = '0002';

test('RISK-16 a section’s form is not signed among others, but by itself', async () => {
  await bureau.launch(whole);
  const section = await refOf(bureau, 'department', 'D03');
  const systemsPoint = pointWith({ riskType: 'systems', manifestationPicks: [] });
  must(await submitForm(bureau.as('0012'), section, systemsPoint));
  const given = await refOf(bureau, 'department', 'D03');
  const views = await viewSignable(bureau.db, LEADER, { now: NOW, zone: ZONE });
  expect(views).toEqual([]);
  const before = await fingerprint(bureau);
  expect(codeOf(await agreeToAll(bureau.as(LEADER), [given], '同意'))).toBe('nothingAgreed');
  expect(await fingerprint(bureau)).toEqual(before);
  must(await agree(bureau, LEADER, given));
});
