/** Administrator's commands: parse, call a service, print. Exit 0 done, 1 refused, 2 wrong usage. */
import { Command, CommanderError } from 'commander';
import {
  close,
  type ExportOptions,
  exportRegister,
  importFolder,
  showOrganisation,
  showStatus,
} from './cli-campaign.ts';
import { CommandRefused, type Output, UsageError, type Work } from './cli-desk.ts';
import {
  checkProfiles,
  type LaunchOptions,
  launch,
  listProfiles,
  type RehearseOptions,
  rehearse,
  showProfile,
  writeSchema,
} from './cli-launch.ts';
import {
  clearDay,
  doctor,
  exportAudit,
  instantOf,
  later,
  migrate,
  moveClock,
  overrideDay,
  showClock,
  showKey,
  verifyDatabase,
  verifyFile,
} from './cli-upkeep.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { connect } from './db/client.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { createClock } from './services/clock.ts';
import type { Context } from './services/context.ts';

const program = new Command('lianshao')
  .exitOverride()
  .showHelpAfterError()
  .option('--json', 'JSON');
const group = (name: string, about: string): Command => program.command(name).description(about);

const org = group('org', '单位、部门、岗位和人员');
org
  .command('import <dir>')
  .description('导入目录中的五个 CSV 文件')
  .action((dir: string) => atDesk(importFolder(dir)));
org
  .command('show')
  .description('显示组织结构')
  .action(() => atDesk(showOrganisation));

const profile = group('profile', '方案');
profile
  .command('list')
  .description('列出方案')
  .action(() => withoutDesk(listProfiles));
profile
  .command('check <files...>')
  .description('检查方案文件，指出全部问题，或说明方案将怎样进行')
  .action((files: string[]) => withoutDesk(() => checkProfiles(files)));
profile
  .command('show <id>')
  .description('用文字说明方案将怎样进行')
  .action((id: string) => withoutDesk(() => showProfile(id)));
profile
  .command('schema')
  .description('重新生成供编辑器使用的 profiles/profile.schema.json')
  .action(() => withoutDesk(writeSchema));

const cycle = group('cycle', '周期');
cycle
  .command('launch')
  .description('发起一个周期')
  .requiredOption('--profile <id>')
  .requiredOption('--unit <code>')
  .option('--start <day>')
  .option('--set <key=value...>', '回答方案在发起时提出的问题')
  .action((options: LaunchOptions) => atDesk(launch(options)));
cycle
  .command('rehearse')
  .description('预演一次发起，不作任何改动')
  .requiredOption('--profile <id>')
  .requiredOption('--unit <code>')
  .option('--start <day>')
  .option('--set <key=value...>', '回答方案在发起时提出的问题')
  .option('--names', '列出姓名')
  .action((options: RehearseOptions) => atDesk(rehearse(options)));
cycle
  .command('close <id>')
  .description('结束一个周期，未办完的自查表随之终止')
  .action((id: string) => atDesk(close(id)));
cycle
  .command('status <id>')
  .description('查看阶段、进度和截止日期')
  .action((id: string) => atDesk(showStatus(id)));

group('register', '台账')
  .command('export')
  .description('导出 .xlsx 或 .csv')
  .requiredOption('--cycle <id>')
  .requiredOption('--out <file>')
  .action((options: ExportOptions) => atDesk(exportRegister(options)));

const audit = group('audit', '审计链');
audit
  .command('verify [file]')
  .description('核验数据库或导出文件中的审计链')
  .option('--key <hex>', '只信任这把公钥')
  .action((file: string | undefined, options: { key?: string }) =>
    file === undefined
      ? atDesk(verifyDatabase(options.key))
      : withoutDesk(() => verifyFile(file, options.key)),
  );
audit
  .command('export <file>')
  .description('导出审计链，供离线核验')
  .action((file: string) => atDesk(exportAudit(file)));
audit
  .command('key')
  .description('显示签名公钥')
  .action(() => atDesk(showKey));

const clock = group('clock', '业务时钟');
clock
  .command('show')
  .description('显示业务时间')
  .action(() => atDesk(showClock));
clock
  .command('set <instant>')
  .description('设置业务时间')
  .action((instant: string) => atDesk(moveClock((_now, zone) => instantOf(instant, zone))));
clock
  .command('advance <duration>')
  .description('向前拨动，如 P1D、PT1H')
  .action((duration: string) => atDesk(moveClock((now) => later(now, duration))));

const calendar = group('calendar', '放假和调休');
calendar
  .command('set <day> <kind>')
  .description('把某天登记为 work 或 rest')
  .option('--note <text>', '说明', '')
  .action((day: string, kind: string, options: { note: string }) =>
    atDesk(overrideDay(day, kind, options.note)),
  );
calendar
  .command('clear <day>')
  .description('取消登记')
  .action((day: string) => atDesk(clearDay(day)));

program
  .command('migrate')
  .description('升级数据库')
  .action(() => atDesk(migrate));
program
  .command('doctor')
  .description('检查运行环境并给出处理办法')
  .action(() => atDesk(doctor));

program.parseAsync().catch(fail);

/** Runs `work` on the product's database, the embedded one included, while the product may be running. */
async function atDesk(work: Work): Promise<void> {
  const config = readConfig();
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, log: () => undefined })
      : null;
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
  const db = connect(databaseUrl, 4);
  try {
    const now = await currentInstant(db, config);
    const actor = { kind: 'administrator', code: 'cli' } as const;
    print(await work({ config, databaseUrl, ctx: { db, now, zone: config.businessZone, actor } }));
  } finally {
    await db.destroy();
    await embedded?.stop();
  }
}

/** The instant the product lives in; a database without tables has only the machine's. */
async function currentInstant(db: Context['db'], _config: Config): Promise<Date> {
  const time = createClock(db, process.env['NODE_ENV'] !== 'production');
  await time.refresh().catch(() => false);
  return time.now();
}

async function withoutDesk(work: () => Promise<Output>): Promise<void> {
  print(await work());
}

function print({ json, lines }: Output): void {
  const text = program.opts()['json'] === true ? JSON.stringify(json) : lines.join('\n');
  process.stdout.write(`${text}\n`);
}

function fail(error: unknown): void {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return;
  }
  if (error instanceof CommandRefused && program.opts()['json'] === true) {
    process.stdout.write(`${JSON.stringify(error.json ?? { error: error.message })}
`);
  }
  if (error instanceof CommanderError) {
    // A group without its command prints its help and was still written wrongly.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const known = error instanceof CommandRefused || error instanceof ConfigError;
  process.stderr.write(
    `${known ? error.message : `命令没有完成：${error instanceof Error ? error.message : String(error)}`}\n`,
  );
  process.exitCode = 1;
}
