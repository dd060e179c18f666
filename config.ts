/** The only reader of the environment. Prints what is missing, never a value. */
import { z } from 'zod';

export type LarkConfig = {
  readonly appId: string;
  readonly appSecret: string;
  readonly encryptKey: string;
  readonly verificationToken: string;
  readonly baseUrl: string;
};

export type Config = {
  readonly port: number;
  readonly host: string;
  /** Health and metrics on a port of their own; null = on `port`, and a worker answers nowhere. */
  readonly metricsPort: number | null;
  readonly publicUrl: string;
  readonly dataDir: string;
  /** null = the embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | null;
  /** null = BullMQ on PostgreSQL. */
  readonly redisUrl: string | null;
  readonly lark: LarkConfig | null;
  readonly sessionSecret: string | null;
  readonly businessZone: string;
  readonly allowTimeTravel: boolean;
  readonly logLevel: string;
  /** PEM of the Ed25519 key that signs audit checkpoints; null = a key file under `dataDir`. */
  readonly auditSigningKey: string | null;
  /** How many days messages that are done with stay on record; null = for ever. */
  readonly outboxKeepDays: number | null;
};

/** The environment does not describe a product that can start; `problems` has one Chinese line per cause. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`配置有误：\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const LARK_CLOUD = 'https://open.feishu.cn';
const LARK_VARIABLES = [
  'LARK_APP_ID',
  'LARK_APP_SECRET',
  'LARK_ENCRYPT_KEY',
  'LARK_VERIFICATION_TOKEN',
] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** A card lives 14 days, and a click on one that was replaced is recognised by the message that replaced it. */
const FEWEST_KEEP_DAYS = 30;
const KEEP_DAYS = `应为不小于 ${FEWEST_KEEP_DAYS} 的天数`;

const text = z.string().optional();
const webAddress = z
  .url({ protocol: /^https?$/, error: '应为 http 或 https 地址' })
  .transform((url) => url.replace(/\/+$/, ''));

const port = z
  .string()
  .regex(/^\d{1,5}$/, '应为 0 至 65535 的端口号')
  .transform(Number)
  .refine((number) => number <= 65_535, '应为 0 至 65535 的端口号');

const variables = z.object({
  PORT: port.default(8080),
  METRICS_PORT: port.optional(),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: webAddress.optional(),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, '应为 postgres:// 开头的地址')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, '应为 redis:// 或 rediss:// 开头的地址')
    .optional(),
  LARK_APP_ID: text,
  LARK_APP_SECRET: text,
  LARK_ENCRYPT_KEY: text,
  LARK_VERIFICATION_TOKEN: text,
  LARK_BASE_URL: webAddress.default(LARK_CLOUD),
  SESSION_SECRET: text,
  TZ_BUSINESS: z.string().refine(isZone, '不是可识别的时区名称').default('Asia/Shanghai'),
  ALLOW_TIME_TRAVEL: z.enum(['0', '1'], { error: '只能为 0 或 1' }).default('0'),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `应为 ${LOG_LEVELS.join('、')} 之一` }).default('info'),
  AUDIT_SIGNING_KEY: z
    .string()
    // A PEM that travelled through a one-line env file has its line ends escaped.
    .transform((pem) => pem.replaceAll('\\n', '\n'))
    .refine((pem) => pem.includes('PRIVATE KEY-----'), '应为 PEM 格式的私钥')
    .optional(),
  OUTBOX_KEEP_DAYS: z
    .string()
    .regex(/^\d{1,5}$/, KEEP_DAYS)
    .transform(Number)
    .refine((days) => days >= FEWEST_KEEP_DAYS, KEEP_DAYS)
    .optional(),
  NODE_ENV: text,
});

type Variables = z.infer<typeof variables>;

/**
 * Reads the configuration of the process (contract §2).
 * @throws ConfigError naming every variable that is missing or malformed, never its value.
 */
export function readConfig(environment: Environment = process.env): Config {
  const parsed = variables.safeParse(withoutBlanks(environment));
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
    );
  }
  const values = parsed.data;
  const problems = [...larkProblems(values), ...sessionProblems(values), ...clockProblems(values)];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    port: values.PORT,
    host: values.HOST,
    metricsPort: values.METRICS_PORT ?? null,
    publicUrl: values.PUBLIC_URL ?? `http://${values.HOST}:${values.PORT}`,
    dataDir: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    lark: readLark(values),
    sessionSecret: values.SESSION_SECRET ?? null,
    businessZone: values.TZ_BUSINESS,
    allowTimeTravel: values.ALLOW_TIME_TRAVEL === '1',
    logLevel: values.LOG_LEVEL,
    auditSigningKey: values.AUDIT_SIGNING_KEY ?? null,
    outboxKeepDays: values.OUTBOX_KEEP_DAYS ?? null,
  };
}

/** The demo's configuration: no real messenger, a clock that can be moved, quiet logs unless asked. */
export function readDemoConfig(environment: Environment = process.env): Config {
  const without = LARK_VARIABLES.map((name) => [name, undefined]);
  return readConfig({
    LOG_LEVEL: 'warn',
    ...environment,
    ...Object.fromEntries(without),
    ALLOW_TIME_TRAVEL: '1',
  });
}

/** Compose files and shells pass an unset variable as an empty one. */
function withoutBlanks(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

function larkProblems(values: Variables): string[] {
  const missing = LARK_VARIABLES.filter((name) => values[name] === undefined);
  if (missing.length === 0 || missing.length === LARK_VARIABLES.length) return [];
  return [`飞书配置不完整，还缺少 ${missing.join('、')}`];
}

function sessionProblems(values: Variables): string[] {
  if (readLark(values) === null || values.SESSION_SECRET !== undefined) return [];
  return ['启用即时通信平台时必须设置 SESSION_SECRET'];
}

function clockProblems(values: Variables): string[] {
  if (values.ALLOW_TIME_TRAVEL !== '1' || values.NODE_ENV !== 'production') return [];
  return ['生产环境（NODE_ENV=production）不得设置 ALLOW_TIME_TRAVEL=1'];
}

function readLark(values: Variables): LarkConfig | null {
  const [appId, appSecret, encryptKey, verificationToken] = LARK_VARIABLES.map((n) => values[n]);
  if (!appId || !appSecret || !encryptKey || !verificationToken) return null;
  return { appId, appSecret, encryptKey, verificationToken, baseUrl: values.LARK_BASE_URL };
}
