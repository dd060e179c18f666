/** The steps of a profile in plain words: who, how long, with what opinion, and what happens when there is nobody. */
import type { ProfileForm } from '../domain/profile.ts';
import {
  type Addressee,
  isReview,
  type ReviewStep,
  registeringIndex,
  type Step,
} from '../domain/profile-steps.ts';
import { roleText } from './wording.ts';

/** One line for each step, numbered. */
export function profileStepLines({
  steps,
  content,
}: Pick<ProfileForm, 'steps' | 'content'>): readonly string[] {
  const registering = content.kind === 'riskPoints' ? registeringIndex(steps) : -1;
  return steps.map((step, index) => {
    const registers = index === registering ? '，风险点在这一步登记编号' : '';
    const parts = partsOf(step).join('，');
    return `${index + 1}. ${step.name}：${parts}${registers}（${step.clause}）`;
  });
}

function partsOf(step: Step): readonly string[] {
  if (isReview(step)) return reviewParts(step);
  const due = dueText(step);
  if (step.kind === 'file') return [`向${step.addressees.map(addresseeText).join('、')}备案`, due];
  if (step.kind === 'fill') return [due];
  const asked = `征求${peopleText(step.asks)}的意见，可以不提`;
  return [asked, due, '由填报人逐条答复，到期自动进入下一步'];
}

const reviewParts = (step: ReviewStep): readonly string[] => [
  whoText(step),
  dueText(step),
  opinionText(step),
  ...ownParts(step),
];

const dueText = ({ limit }: Step): string =>
  limit === 'stageEnd' ? '阶段最后一天之前' : `${limit.workdays}个工作日之内`;

function whoText({ who, otherwise }: Pick<ReviewStep, 'who' | 'otherwise'>): string {
  if (otherwise.length === 0) return roleText(who);
  return `${roleText(who)}，不能办理时依次由${otherwise.map(roleText).join('、')}办理`;
}

function opinionText(step: ReviewStep): string {
  if (step.kind === 'meeting') return '须写明研究结果';
  return step.opinion === 'always' ? '须写明意见' : '退回时须写明意见';
}

function ownParts(step: ReviewStep): readonly string[] {
  switch (step.kind) {
    case 'meeting':
      return [`记录会议，不作审定，出席人员限于${peopleText(step.meetingOf)}`, NOBODY_STOPS];
    case 'decide':
      return [`凭会议记录审定，出席人员限于${peopleText(step.meetingOf)}`];
    case 'check':
      return ['已签署过的人也可以核对', NOBODY_STOPS];
    case 'sign':
      return [step.ifNobody === 'skip' ? '没有人时略过并记录在案' : NOBODY_STOPS];
  }
}

const NOBODY_STOPS = '没有人时不能发起';

/** The department of the form, or the holders of roles. */
export const peopleText = (people: 'department' | readonly string[]): string =>
  people === 'department' ? '同科室人员' : people.map(roleText).join('、');

function addresseeText(addressee: Addressee): string {
  const { name, external } = addressee;
  const paper = external ? '；对方没有账号，由办理人登记备案日期和文号' : '';
  return `${name}（${whoText(addressee)}${paper}）`;
}
