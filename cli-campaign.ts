/** Commands on the organisation, running cycles and the register. */
import { writeFile } from 'node:fs/promises';
import { organisationLines, statusLines } from './cards/cli-wording.ts';
import { importErrorText, importSummaryLines, importWarningText } from './cards/import-wording.ts';
import { registerTable } from './cards/register-table.ts';
import { type Desk, type Output, refuse, refused, UsageError, type Work } from './cli-desk.ts';
import { organisationTree } from './db/organisation-tree.ts';
import { registerOfCycle } from './db/risk-points.ts';
import { dayOf } from './domain/calendar.ts';
import { closeCycle } from './services/cycle-close.ts';
import { cycleStatus } from './services/cycle-status.ts';
import { readOrganisationFolder } from './services/organisation-folder.ts';
import { importOrganisation } from './services/organisation-import.ts';
import { nameLines } from './services/register.ts';
import { toCsv, toXlsx } from './services/spreadsheet.ts';

/** Which column of people.csv belongs to which messenger. */
const accountColumns = { lark_open_id: 'lark', wecom_userid: 'wecom' };

export function importFolder(dir: string): Work {
  return async ({ ctx }) => {
    const files = await readOrganisationFolder(dir).catch((error: Error) =>
      refuse(`无法读取文件：${error.message}`),
    );
    const outcome = await importOrganisation(ctx, files, accountColumns);
    if (!outcome.ok) return refuse(outcome.errors.map(importErrorText).join('\n'));
    for (const warning of outcome.summary.warnings)
      process.stderr.write(`${importWarningText(warning)}\n`);
    return { json: outcome.summary, lines: importSummaryLines(outcome.summary) };
  };
}

export async function showOrganisation({ ctx }: Desk): Promise<Output> {
  const tree = await organisationTree(ctx.db, dayOf(ctx.now, ctx.zone));
  return { json: tree, lines: organisationLines(tree) };
}

export function close(id: string): Work {
  return async ({ ctx }) => {
    const result = await closeCycle(ctx, id);
    if (!result.ok) return refused(result.refusal);
    const { cancelled } = result.value;
    return { json: result.value, lines: [`周期已结束，终止未办完的自查表${cancelled}份`] };
  };
}

export function showStatus(id: string): Work {
  return async ({ ctx }) => {
    const status = await cycleStatus(ctx, id);
    if (!status.ok) return refused(status.refusal);
    const { cycle: row, profile: frozen, forms, missing, unstaffed, ...rest } = status.value;
    const head = {
      cycleId: row.id,
      profile: frozen.id,
      unit: row.unitCode,
      startOn: row.startOn,
      state: row.state,
    };
    const lists = {
      forms: forms.map(({ form, ...counts }) => ({ ...counts, level: form.level })),
      missing: missing.map(({ form: _, ...line }) => line),
      unstaffed: unstaffed.map(({ form, objectName }) => ({ formCode: form.code, objectName })),
    };
    return { json: { ...head, ...rest, ...lists }, lines: statusLines(status.value) };
  };
}

export type ExportOptions = { readonly cycle: string; readonly out: string };

export function exportRegister({ cycle: id, out }: ExportOptions): Work {
  return async ({ ctx }) => {
    const status = await cycleStatus(ctx, id);
    if (!status.ok) return refused(status.refusal);
    const isCsv = out.toLowerCase().endsWith('.csv');
    if (!isCsv && !out.toLowerCase().endsWith('.xlsx'))
      throw new UsageError('--out 应以 .xlsx 或 .csv 结尾');
    const lines = await nameLines(ctx.db, await registerOfCycle(ctx.db, id));
    const table = registerTable(lines, ctx.zone);
    await writeFile(
      out,
      isCsv ? toCsv(table) : await toXlsx(table, status.value.profile.register.name),
    );
    return { json: { file: out, rows: lines.length }, lines: [`已导出${lines.length}条到 ${out}`] };
  };
}
