import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../config.ts';

const lark = {
  LARK_APP_ID: 'cli_test',
  LARK_APP_SECRET: 'secret-of-the-app',
  LARK_ENCRYPT_KEY: 'key-of-the-app',
  LARK_VERIFICATION_TOKEN: 'token-of-the-app',
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig (contract §2)', () => {
  test('an empty environment is a product on embedded services', () => {
    expect(readConfig({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      metricsPort: null,
      publicUrl: 'http://127.0.0.1:8080',
      dataDir: '.data',
      databaseUrl: null,
      redisUrl: null,
      lark: null,
      sessionSecret: null,
      businessZone: 'Asia/Shanghai',
      allowTimeTravel: false,
      logLevel: 'info',
      auditSigningKey: null,
      outboxKeepDays: null,
    });
  });

  test('blank variables count as unset', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: ' ', LARK_APP_ID: '' })).toEqual(readConfig({}));
  });

  test('the public address follows PORT and HOST unless PUBLIC_URL is set', () => {
    expect(readConfig({ PORT: '9000', HOST: '0.0.0.0' }).publicUrl).toBe('http://0.0.0.0:9000');
    expect(readConfig({ PUBLIC_URL: 'https://bot.example.org/x/' }).publicUrl).toBe(
      'https://bot.example.org/x',
    );
  });

  test('all four variables switch Lark on', () => {
    expect(readConfig({ ...lark, SESSION_SECRET: 's'.repeat(32) }).lark).toEqual({
      appId: 'cli_test',
      appSecret: 'secret-of-the-app',
      encryptKey: 'key-of-the-app',
      verificationToken: 'token-of-the-app',
      baseUrl: 'https://open.feishu.cn',
    });
    expect(
      readConfig({ ...lark, SESSION_SECRET: 's', LARK_BASE_URL: 'http://127.0.0.1:1/' }).lark,
    ).toMatchObject({ baseUrl: 'http://127.0.0.1:1' });
  });

  test.each(Object.keys(lark))('Lark without %s is refused, naming it', (name) => {
    const partial = Object.fromEntries(Object.entries(lark).filter(([key]) => key !== name));
    const problems = problemsOf(partial);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    for (const given of Object.keys(partial)) expect(problems[0]).not.toContain(given);
  });

  test('a messenger needs SESSION_SECRET', () => {
    expect(problemsOf(lark)).toEqual([expect.stringContaining('SESSION_SECRET')]);
  });

  test('time travel is refused in production only', () => {
    expect(problemsOf({ ALLOW_TIME_TRAVEL: '1', NODE_ENV: 'production' })).toHaveLength(1);
    expect(readConfig({ ALLOW_TIME_TRAVEL: '1' }).allowTimeTravel).toBe(true);
  });

  test('an audit key from a one-line env file gets its line ends back', () => {
    const key = '-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----';
    expect(readConfig({ AUDIT_SIGNING_KEY: key }).auditSigningKey?.split('\n')).toHaveLength(3);
  });

  test.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['PUBLIC_URL', 'ftp://hidden-value'],
    ['DATABASE_URL', 'mysql://hidden-value'],
    ['REDIS_URL', 'hidden-value'],
    ['LARK_BASE_URL', 'hidden-value'],
    ['TZ_BUSINESS', 'Mars/hidden-value'],
    ['ALLOW_TIME_TRAVEL', 'hidden-value'],
    ['LOG_LEVEL', 'hidden-value'],
    ['AUDIT_SIGNING_KEY', 'hidden-value'],
    ['OUTBOX_KEEP_DAYS', '29'],
    ['OUTBOX_KEEP_DAYS', '4w'],
  ])('%s=%s is refused without repeating the value', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} `));
    expect(problems[0]).not.toContain(value);
    expect(problems[0]).toMatch(/\p{Script=Han}/u);
  });

  test('every problem is listed at once', () => {
    expect(problemsOf({ PORT: 'x', LOG_LEVEL: 'y', REDIS_URL: 'z' })).toHaveLength(3);
  });
});
