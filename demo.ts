/** `npm run demo`: everything on one port, with invented people and a clock that can be moved. */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { readDemoConfig } from './config.ts';
import { startEmbeddedPostgres, wipeEmbeddedPostgres } from './db/embedded.ts';
import { type LocalHouse, startLocalHouse } from './local-house.ts';
import { createLogger } from './logger.ts';
import { wasClockSet } from './services/clock.ts';
import { readOrganisationFolder } from './services/organisation-folder.ts';
import { importOrganisation } from './services/organisation-import.ts';
import { loadProfiles } from './services/profile.ts';

/** Monday morning of the day on which the demo's self-check stage opens. */
const FIRST_MORNING = '2026-09-21T09:00:00+08:00';
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function start(): Promise<void> {
  const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
  const config = readDemoConfig();
  const messengerState = `${config.dataDir}/messenger.json`;
  if (values.fresh) {
    if (config.databaseUrl !== null)
      throw new Error('使用外部数据库时不能清除数据，请自行换一个空的数据库');
    say('正在清除上次演示的数据…');
    await wipeEmbeddedPostgres(config.dataDir);
    rmSync(messengerState, { force: true });
  }
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, log: say })
      : null;
  say('正在准备数据库和演示单位…');
  const house = await startLocalHouse({
    databaseUrl: config.databaseUrl ?? embedded?.url ?? '',
    ...(config.redisUrl === null ? {} : { redisUrl: config.redisUrl }),
    dataDir: config.dataDir,
    port: config.port,
    host: config.host,
    profiles: await loadProfiles('profiles'),
    logger: createLogger(config.logLevel, pino.destination(2)),
    messengerState,
  });
  if (!(await wasClockSet(house.app.db))) await house.clock.set(FIRST_MORNING);
  await importDemoOrganisation(house, config.businessZone);
  announce(house);
  stopOnSignal(house, async () => embedded?.stop());
}

async function importDemoOrganisation(house: LocalHouse, zone: string): Promise<void> {
  const actor = { kind: 'administrator', code: 'demo' } as const;
  const ctx = { db: house.app.db, now: house.app.clock.now(), zone, actor };
  const files = await readOrganisationFolder('profiles/demo/org');
  const imported = await importOrganisation(ctx, files, {
    lark_open_id: 'lark',
    wecom_userid: 'wecom',
  });
  if (!imported.ok) throw new Error('演示单位的文件有误，请恢复 profiles/demo/org 后再试');
}

function announce(house: LocalHouse): void {
  process.stdout.write(`\n演示已就绪，请用浏览器打开：${house.url}\n\n`);
  say('  1. 选择“邵景行”（综合股，领导小组办公室），发送“自查”，按提示发起自查；');
  say('  2. 选择“丁若溪”，填写并提交自查表；');
  say('  3. 依次选择“秦立言”“陆清和”签署意见，再由“邵景行”登记领导小组会议的审定结果；');
  say('  4. 任何人发送“台账”查看登记结果；在时钟面板里拨快时间，可以看到提醒和催办。');
  say('按 Ctrl-C 结束演示，数据会保留；npm run demo -- --fresh 重新开始。');
}

function stopOnSignal(house: LocalHouse, after: () => Promise<void>): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await house.close();
    await after();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}

start().catch((error: unknown) => {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = error instanceof Error ? error.message : String(error);
  say(isTaken ? '端口已被占用，请用 PORT 换一个端口，例如 PORT=8090 npm run demo' : reason);
  process.exit(1);
});
