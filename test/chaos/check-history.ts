/** What the audit says was done is what the step history, the versions, the meetings and the register hold. */
import type { Evidence } from './evidence.ts';
import { type Checked, type Violation, violation } from './finding.ts';

const acts = new Set(['submitted', 'withdrawn', 'agreed', 'returned', 'decided']);

export function checkHistory(evidence: Evidence): Checked {
  return {
    looked: evidence.steps.length,
    violations: [
      ...checkSteps(evidence),
      ...checkVersions(evidence),
      ...checkMeetings(evidence),
      ...checkRegister(evidence),
    ],
  };
}

/** The audited acts and the step events of every form, in order, are the same. */
function checkSteps({ forms, audit, steps }: Evidence): readonly Violation[] {
  const audited = Map.groupBy(audit, ({ subject }) => subject);
  const happened = Map.groupBy(steps, ({ form }) => form);
  return forms.flatMap(({ id }) => {
    const said = (audited.get(`procedure:${id}`) ?? []).flatMap(({ action, actor }) => {
      const act = action.slice(action.indexOf('.') + 1);
      return acts.has(act) ? [`${act} by ${actor}`] : [];
    });
    const done = (happened.get(id) ?? [])
      .filter(({ action }) => action !== 'skipped')
      .map(({ action, actor }) => `${action} by ${actor}`);
    if (said.join() === done.join()) return [];
    const detail = `form ${id}: audited ${said.join(', ')}; in its history ${done.join(', ')}`;
    return [violation('steps', detail)];
  });
}

/** One version per submission, numbered from 1. */
function checkVersions({ forms, steps, versions }: Evidence): readonly Violation[] {
  const stored = Map.groupBy(versions, ({ form }) => form);
  const submitted = Map.groupBy(
    steps.filter(({ action }) => action === 'submitted'),
    ({ form }) => form,
  );
  return forms.flatMap(({ id, version }) => {
    const numbers = (stored.get(id) ?? []).map((each) => each.version);
    const count = submitted.get(id)?.length ?? 0;
    const isWhole = numbers.every((number, index) => number === index + 1);
    return numbers.length === count && version === count && isWhole
      ? []
      : [violation('versions', `form ${id}: ${count} submissions, versions ${numbers.join()}`)];
  });
}

/** A meeting decided or sent back one form, once. */
function checkMeetings({ meetings, steps }: Evidence): readonly Violation[] {
  const used = Map.groupBy(
    steps.filter(({ meeting }) => meeting !== null),
    ({ meeting }) => meeting,
  );
  return meetings.flatMap(({ id }) => {
    const times = used.get(id)?.length ?? 0;
    return times === 1 ? [] : [violation('meetings', `meeting ${id} belongs to ${times} acts`)];
  });
}

/** A completed form has all points of its version in the register, no other has any, and numbers have no gap. */
function checkRegister({ forms, versions, register, counters }: Evidence): readonly Violation[] {
  const rows = Map.groupBy(register, ({ form }) => form);
  const points = new Map(versions.map((each) => [`${each.form} ${each.version}`, each.points]));
  const wrong = forms.flatMap(({ id, status, version }) => {
    const expected = status === 'completed' ? (points.get(`${id} ${version}`) ?? 0) : 0;
    const count = rows.get(id)?.length ?? 0;
    return count === expected
      ? []
      : [
          violation(
            'register',
            `form ${id} (${status}): ${count} points registered, not ${expected}`,
          ),
        ];
  });
  const numbers = new Set(register.map(({ number }) => number));
  const gaps = counters.flatMap(({ unit, year, last }) => {
    const missing = Array.from({ length: last }, (_, n) => n + 1).filter(
      (n) => !numbers.has(`FX-${unit}-${year}-${String(n).padStart(4, '0')}`),
    );
    return missing.length === 0
      ? []
      : [violation('register', `numbers missing in ${unit} ${year}: ${missing.join()}`)];
  });
  return [...wrong, ...gaps];
}
