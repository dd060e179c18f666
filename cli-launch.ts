/** Commands on profiles and on launches: check, show, rehearse, launch. */
import { readFile, writeFile } from 'node:fs/promises';
import { larkLimits } from './bot/lark/messenger.ts';
import { profileSummaryLines } from './cards/profile-summary.ts';
import { profileProblemText } from './cards/profile-wording.ts';
import { blockerTexts, rehearsalLines } from './cards/rehearsal.ts';
import { dateText, refusalTexts } from './cards/wording.ts';
import { type Output, refuse, refused, UsageError, type Work } from './cli-desk.ts';
import { isDay } from './domain/calendar.ts';
import { type Answers, asksOf } from './domain/profile-asks.ts';
import { launchCycle } from './services/cycle.ts';
import type { LaunchInput } from './services/launch-plan.ts';
import {
  type LoadedProfile,
  loadProfiles,
  profileJsonSchema,
  readProfile,
} from './services/profile.ts';
import { rehearseLaunch } from './services/rehearsal.ts';

const FOLDER = 'profiles';
const SCHEMA = `${FOLDER}/profile.schema.json`;

export async function listProfiles(): Promise<Output> {
  const profiles = (await loadProfiles(FOLDER)).map(({ profile: { id, name, version }, hash }) => ({
    id,
    name,
    version,
    hash,
  }));
  return { json: profiles, lines: profiles.map(({ id, name }) => `${id}  ${name}`) };
}

/** Prints every problem, or what the profiles will do. */
export async function checkProfiles(files: readonly string[]): Promise<Output> {
  const checked = await Promise.all(
    files.map(async (file) => ({ file, reading: readProfile(await readText(file)) })),
  );
  const problems = checked.flatMap(({ file, reading }) =>
    reading.ok ? [] : reading.problems.map((problem) => ({ file, ...problem })),
  );
  if (problems.length > 0) {
    const lines = problems.map(({ file, ...problem }) => profileProblemText(file, problem));
    return refuse(lines.join('\n'), { ok: false, problems });
  }
  const lines = checked.flatMap(({ file, reading }) =>
    reading.ok
      ? [`${file} 符合要求`, ...profileSummaryLines(reading.loaded.profile).map(indented)]
      : [],
  );
  return { json: { ok: true, files }, lines };
}

const indented = (line: string): string => `  ${line}`;

export async function showProfile(id: string): Promise<Output> {
  const { profile, hash } = await profileCalled(id);
  const json = { ...profile, hash, asks: asksOf(profile) };
  return { json, lines: profileSummaryLines(profile) };
}

/** Writes the schema that editors check a profile against. */
export async function writeSchema(): Promise<Output> {
  await writeFile(SCHEMA, profileJsonSchema());
  return { json: { file: SCHEMA }, lines: [`已写入 ${SCHEMA}`] };
}

export type LaunchOptions = {
  readonly profile: string;
  readonly unit: string;
  readonly start?: string;
  readonly set?: readonly string[];
};

export function launch(options: LaunchOptions): Work {
  return async ({ ctx }) => {
    const input = await inputOf(options);
    const result = await launchCycle(ctx, input);
    if (!result.ok) return refuse(refusalTexts(result.refusal).join('\n'));
    const { cycleId, people, forms, unstaffed, stages, figures } = result.value;
    const lines = stages.map(
      (stage) => `  ${stage.name}：${dateText(stage.firstDay)}至${dateText(stage.lastDay)}`,
    );
    return {
      json: { cycleId, people, forms, unstaffed, stages, settings: figures },
      lines: [
        `已发起，周期编号 ${cycleId}，覆盖${people}人`,
        ...lines,
        ...unstaffed.map(
          ({ objectName, formName }) => `  暂无人填写：${objectName}（${formName}）`,
        ),
        ...asksOf(input.loaded.profile).map(({ key, question }) => `  ${question}${figures[key]}`),
      ],
    };
  };
}

export type RehearseOptions = LaunchOptions & { readonly names?: boolean };

/** Prints what a launch would bring; refused when it could not be launched. */
export function rehearse(options: RehearseOptions): Work {
  return async ({ ctx }) => {
    const result = await rehearseLaunch(ctx.db, ctx, await inputOf(options), larkLimits);
    if (!result.ok) return refused(result.refusal);
    const rehearsal = result.value;
    const lines = rehearsalLines(rehearsal, ctx.zone, options.names === true);
    const blockers = blockerTexts(rehearsal);
    const json = { ok: blockers.length === 0, ...rehearsal };
    if (blockers.length === 0) return { json, lines: [...lines, '预演通过，可以发起'] };
    const found = `有${blockers.length}个问题，解决之后才能发起：`;
    return refuse([...lines, found, ...blockers.map(indented)].join('\n'), json);
  };
}

async function inputOf({ profile, unit, start, set }: LaunchOptions): Promise<LaunchInput> {
  if (start !== undefined && !isDay(start))
    throw new UsageError(`--start ${start} 不是日期，应为 2026-09-21 的样式`);
  const loaded = await profileCalled(profile);
  const input = { loaded, unitCode: unit, answers: answersOf(set ?? []) };
  return start === undefined ? input : { ...input, startOn: start };
}

/** `key=value`, once for each question. */
function answersOf(texts: readonly string[]): Answers {
  const pairs = texts.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--set ${text} 应为“名称=值”的样式`);
    const value = text.slice(at + 1).trim();
    return [text.slice(0, at).trim(), { 是: 'yes', 否: 'no' }[value] ?? value] as const;
  });
  return Object.fromEntries(pairs);
}

async function profileCalled(id: string): Promise<LoadedProfile> {
  const found = (await loadProfiles(FOLDER)).find(({ profile }) => profile.id === id);
  return found ?? refused({ code: 'profileUnknown', detail: { profile: id } });
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: Error) => refuse(`无法读取 ${file}：${error.message}`));
