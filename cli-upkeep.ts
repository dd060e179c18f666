/** Commands on the audit chain, the clock, the calendar and the installation. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { parse, toSeconds } from 'iso8601-duration';
import { pino } from 'pino';
import { migrateAll } from './app.ts';
import { createLarkMessenger } from './bot/lark/messenger.ts';
import { auditReportLines } from './cards/audit-wording.ts';
import { findingText } from './cards/cli-wording.ts';
import { dateText, instantText } from './cards/wording.ts';
import { type Desk, type Output, refuse, refused, UsageError, type Work } from './cli-desk.ts';
import type { Config } from './config.ts';
import type { AuditTrust } from './domain/audit-seals.ts';
import { instantAt, isDay } from './domain/calendar.ts';
import { exportAuditBundle, verifyBundle } from './services/audit-bundle.ts';
import { verifyFormVersions } from './services/audit-forms.ts';
import { loadSigner } from './services/audit-key.ts';
import { verifySteps } from './services/audit-steps.ts';
import { verifyAudit } from './services/audit-verify.ts';
import { clearCalendarOverride, setCalendarOverride } from './services/calendar-override.ts';
import { setClock } from './services/clock.ts';
import type { Context } from './services/context.ts';
import { type DirectoryProbe, examine } from './services/doctor.ts';

export function verifyDatabase(key: string | undefined): Work {
  return async ({ ctx }) => {
    const report = await verifyAudit(ctx.db, trustOf(key));
    const forms = await verifyFormVersions(ctx.db);
    const steps = await verifySteps(ctx.db);
    const findings = [report, forms, steps].flatMap((each) => (each.ok ? [] : each.findings));
    return reportOf(findings.length === 0 ? report : { ok: false, findings });
  };
}

export const verifyFile = async (file: string, key: string | undefined): Promise<Output> =>
  reportOf(await verifyBundle(createReadStream(file, 'utf8'), trustOf(key)));

const trustOf = (key: string | undefined): AuditTrust => (key === undefined ? {} : { keys: [key] });

function reportOf(report: Awaited<ReturnType<typeof verifyAudit>>): Output {
  if (!report.ok) return refuse(auditReportLines(report).join('\n'), report);
  return { json: report, lines: auditReportLines(report) };
}

export function exportAudit(file: string): Work {
  return async ({ ctx }) => {
    const handle = await open(file, 'w', 0o600);
    const records = await exportAuditBundle(ctx.db, async (chunk) => {
      await handle.write(chunk);
    }).finally(() => handle.close());
    return { json: { file, records }, lines: [`已导出${records}条记录到 ${file}`] };
  };
}

export async function showKey({ config }: Desk): Promise<Output> {
  const pem = config.auditSigningKey;
  const signer = await loadSigner({
    ...(pem === null ? {} : { pem }),
    keyFile: `${config.dataDir}/keys/audit.pem`,
  });
  return {
    json: { keyId: signer.keyId, publicKey: signer.publicKey },
    lines: [`公钥 ${signer.publicKey}`, '请把公钥抄录到系统之外保存，核验时用 --key 指定。'],
  };
}

export async function showClock({ ctx }: Desk): Promise<Output> {
  return { json: { now: ctx.now.toISOString() }, lines: [instantText(ctx.now, ctx.zone)] };
}

export function moveClock(to: (now: Date, zone: string) => Date): Work {
  return async ({ config, ctx }) => {
    if (!config.allowTimeTravel) return refuse('未设置 ALLOW_TIME_TRAVEL=1，不能拨动时钟');
    const instant = to(ctx.now, ctx.zone);
    if (Number.isNaN(instant.getTime()))
      throw new UsageError('时间应为 2026-09-21T09:00:00+08:00 的样式');
    await setClock(ctx.db, instant);
    return showClock({ config, databaseUrl: '', ctx: { ...ctx, now: instant } });
  };
}

/** An instant as typed; without a zone it is meant in the business zone. */
export function instantOf(text: string, zone: string): Date {
  const local = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2})?)?$/.exec(text);
  const [, day = '', time = '00:00'] = local ?? [];
  return isDay(day) ? instantAt(day, time, zone) : new Date(text);
}

export function later(now: Date, duration: string): Date {
  try {
    return new Date(now.getTime() + toSeconds(parse(duration), now) * 1000);
  } catch {
    throw new UsageError('时长应为 P1D、PT1H 的样式');
  }
}

export function overrideDay(day: string, kind: string, note: string): Work {
  return async ({ ctx }) => {
    if (!isDay(day) || (kind !== 'work' && kind !== 'rest'))
      throw new UsageError('用法：calendar set 2026-10-10 work|rest --note 说明');
    const result = await setCalendarOverride(ctx, { day, working: kind === 'work', note });
    if (!result.ok) return refused(result.refusal);
    return {
      json: { day, working: kind === 'work' },
      lines: [`${dateText(day)}按${kind === 'work' ? '工作日' : '休息日'}处理`],
    };
  };
}

export function clearDay(day: string): Work {
  return async ({ ctx }) => {
    const result = await clearCalendarOverride(ctx, day);
    return result.ok
      ? { json: { day }, lines: [`${day} 恢复为国家规定`] }
      : refused(result.refusal);
  };
}

export async function migrate({ config, databaseUrl }: Desk): Promise<Output> {
  await migrateAll({ config, databaseUrl });
  return { json: { ok: true }, lines: ['数据库已是最新版本'] };
}

export async function doctor({ config, ctx }: Desk): Promise<Output> {
  const findings = await examine(ctx, probesOf(config, ctx));
  const lines = findings.map(findingText);
  if (findings.some(({ ok }) => !ok)) return refuse(lines.join('\n'), findings);
  return { json: findings, lines };
}

function probesOf(config: Config, ctx: Context): readonly DirectoryProbe[] {
  if (config.lark === null) return [];
  const messenger = createLarkMessenger({
    config: config.lark,
    now: () => ctx.now,
    logger: pino({ level: 'silent' }),
  });
  const list: DirectoryProbe['list'] = async () => {
    const listed = await messenger.listDirectory();
    if (!listed.ok) return { ok: false, reason: listed.failure.code };
    return { ok: true, userIds: new Set(listed.value.map(({ openId }) => openId)) };
  };
  return [{ platform: messenger.platform, list }];
}
