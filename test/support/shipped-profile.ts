/** A profile with the personal form alone, as the shipped one has it, and small material to test its rules with. */
import { readFileSync } from 'node:fs';
import type { ProcedureFacts } from '../../domain/procedure-state.ts';
import type { Profile, ProfileForm } from '../../domain/profile.ts';
import { answerAsks } from '../../domain/profile-asks.ts';
import type { PointRules } from '../../domain/profile-forms.ts';
import type { RiskPointAnswer } from '../../domain/self-check.ts';
import { type LoadedProfile, readProfile } from '../../services/profile.ts';

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** S2 with its personal form alone. */
export const shippedText = textOf('../fixtures/profiles/s2-personal.yaml');
/** The text of the profile as it ships, with the forms of all levels. */
export const wholeText = textOf('../../profiles/s2-justice-bureau.yaml');

/** The profile of `text`; a broken one throws with its problems. */
export function loadText(text: string): LoadedProfile {
  const reading = readProfile(text);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.loaded;
}

export const shipped: LoadedProfile = loadText(shippedText);
/** The profile with its questions answered as it suggests. */
export const profile: Profile = answeredAsSuggested(shipped);

export function answeredAsSuggested({ profile: written }: LoadedProfile): Profile {
  const answered = answerAsks(written, {});
  if (!answered.ok) throw new Error(JSON.stringify(answered.refusal));
  return answered.value.profile;
}

/** The shipped profile with all its forms. */
export const whole: LoadedProfile = loadText(wholeText);

const [only] = profile.forms;
if (only === undefined) throw new Error('the shipped profile has no form');
export const form: ProfileForm = only;
/** What its points must keep to. */
export const pointRules: PointRules = rulesOf(only);

function rulesOf({ content }: ProfileForm): PointRules {
  if (content.kind !== 'riskPoints') throw new Error('the form asks for no risk points');
  return content;
}

/** The shipped text with one passage replaced; a passage that is not there throws, so that no test passes idly. */
export function edited(from: string, to: string, text = shippedText): string {
  if (!text.includes(from)) throw new Error(`not in the profile: ${from}`);
  return text.replace(from, to);
}

/** A second form beside the shipped one, in the stage `stage`. */
export const withSecondForm = (stage: string): LoadedProfile =>
  loadText(
    edited(
      'register:\n',
      `  - code: department
    name: 股室廉政风险自查表
    stage: ${stage}
    ifOver: refuse
    level: person
    covers: everyone
    content: { kind: riskPoints, riskTypes: [postDuty], maxPoints: 5 }
    clause: 第二阶段（一）2
    steps:
      - { id: departmentFill, kind: fill, name: 股室填写, limit: stageEnd, clause: 第二阶段（一）2 }
      - id: departmentDecision
        kind: decide
        name: 领导小组审定
        who: leading_group_office
        otherwise: [leading_group_head]
        opinion: onReturn
        meetingOf: [leading_group_member]
        limit: stageEnd
        clause: 第二阶段（一）2

register:
`,
    ),
  );

/** A complete answer; `over` changes parts of it. */
export const pointWith = (over: Partial<RiskPointAnswer> = {}): RiskPointAnswer => ({
  riskType: 'postDuty',
  content: '审批材料时可能收受好处',
  manifestationPicks: ['dereliction'],
  manifestation: '对熟人放宽条件',
  existence: 'potential',
  measures: '双人审核，定期抽查',
  ...over,
});

const holders: ProcedureFacts['holders'] = {
  department_head: ['head'],
  leader_in_charge: ['leader'],
  principal_leader: ['principal'],
  leading_group_head: ['principal'],
  leading_group_member: ['leader', 'member'],
  leading_group_office: ['office', 'clerk'],
};

/** One holder for every role of the shipped chain. */
export const facts: ProcedureFacts = {
  today: '2026-10-12',
  holders,
  meeting: { submittedOn: '2026-10-08', holders },
};
