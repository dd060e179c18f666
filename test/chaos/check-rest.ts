/** Nothing is stuck: no timer due, no message waiting, no form without anybody, no task of a step that is over. */
import type { Evidence } from './evidence.ts';
import { type Checked, type Violation, violation } from './finding.ts';
import type { PlatformRecord } from './platform-record.ts';

export function checkRest(evidence: Evidence, { now }: PlatformRecord): Checked {
  const due = evidence.timers
    .filter(({ dueAt }) => new Date(dueAt) <= now)
    .map(({ kind, subject, dueAt }) =>
      violation('timer', `${kind} ${subject} was due at ${dueAt} and is still there`),
    );
  const waiting = evidence.outbox
    .filter(({ state }) => state === 'pending')
    .map(({ kind, key, failure }) =>
      violation('outbox', `${kind} ${key} still waits${failure === null ? '' : ` (${failure})`}`),
    );
  return {
    looked: evidence.timers.length + evidence.outbox.length,
    violations: [...due, ...waiting, ...checkTasks(evidence), ...checkWatches(evidence)],
  };
}

/** An open form lies with somebody; a task belongs to the step its form stands at. */
function checkTasks({ forms, tasks }: Evidence): readonly Violation[] {
  const open = tasks.filter(({ state }) => state === 'open');
  const assigned = new Set(open.map(({ form }) => form));
  const byId = new Map(forms.map((form) => [form.id, form]));
  const left = forms
    .filter(({ id, status }) => status === 'open' && !assigned.has(id))
    .map(({ id, step }) => violation('task', `form ${id} stands at ${step} and nobody has it`));
  const over = open
    .filter((task) => byId.get(task.form)?.step !== task.step)
    .map(({ id, step, person }) =>
      violation('task', `task ${id} of ${person} is open, but its step ${step} is over`),
    );
  return [...left, ...over];
}

/** The daily look at the organisation, the end of every running cycle, the life of every card that still asks. */
function checkWatches({ forms, tasks, liveCards, timers }: Evidence): readonly Violation[] {
  const armed = new Set(timers.map(({ kind, subject }) => `${kind} ${subject}`));
  const asking = new Set(
    tasks
      .filter(({ state }) => state === 'open')
      .map(({ person, form }) => `${person}|procedure:${form}`),
  );
  const running = forms.some(({ cycleState }) => cycleState === 'running');
  const renewals = liveCards
    .map(({ person, subject }) => `${person}|${subject}`)
    .filter((card) => asking.has(card) && !armed.has(`renewCard ${card}`))
    .map((card) => violation('watch', `the card ${card} will die without being renewed`));
  return [
    ...renewals,
    ...(running && !armed.has('reassign organisation')
      ? [violation('watch', 'nobody looks at the organisation any more')]
      : []),
  ];
}
