/** Refusals of the platform: code, HTTP status and body as the clouds send them (§4.12, §9.4). */

type FailureInput = {
  readonly code: number;
  readonly msg: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of `error`; absent for gateway refusals, which carry no `error` at all. */
  readonly error?: Readonly<Record<string, unknown>>;
};

/** Thrown by a route; the error handler turns it into the platform's answer. */
export class LarkFailure extends Error {
  readonly code: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: Readonly<Record<string, unknown>> | null;

  constructor(input: FailureInput) {
    super(input.msg);
    this.name = 'LarkFailure';
    this.code = input.code;
    this.status = input.status ?? 400;
    this.headers = input.headers ?? {};
    this.error = input.error ?? null;
  }
}

/** A refusal by the messaging or contact service; its body carries `error.log_id`. */
export const serviceFailure = (code: number, msg: string, status = 400): LarkFailure =>
  new LarkFailure({ code, msg, status, error: {} });

/** A refusal by the gateway in front of the services (token, rate). */
export const gatewayFailure = (code: number, msg: string): LarkFailure =>
  new LarkFailure({ code, msg });

/** 99992402 with the member that is wrong. */
export const fieldFailure = (field: string, value: string, description: string): LarkFailure =>
  new LarkFailure({
    code: 99992402,
    msg: 'field validation failed',
    error: { field_violations: [{ field, value, description }] },
  });

/** 99991400 and the headers that tell how long to wait (§4.11). */
export const rateFailure = (limit: number, resetSeconds: number): LarkFailure =>
  new LarkFailure({
    code: 99991400,
    msg: 'request trigger frequency limit',
    status: 429,
    headers: {
      'x-ogw-ratelimit-limit': String(limit),
      'x-ogw-ratelimit-reset': String(Math.max(1, resetSeconds)),
    },
  });

/** The answer's body. */
export function failureBody(failure: LarkFailure, logId: string): Record<string, unknown> {
  const base = { code: failure.code, msg: failure.message };
  if (failure.error === null) return base;
  return {
    ...base,
    error: {
      message: failure.message,
      log_id: logId,
      troubleshooter: `https://open.feishu.cn/search?log_id=${logId}`,
      ...failure.error,
    },
  };
}
