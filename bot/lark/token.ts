/** The app's access token: fetched once for all waiting calls, kept until the platform would issue a new one (sheet §5.1). */
import type { Delivery } from '../messenger.ts';

export type IssuedToken = { readonly token: string; readonly expiresInSeconds: number };

type Tokens = {
  readonly get: () => Promise<Delivery<string>>;
  /** Forgets `token` if it is still the current one; the platform has refused it. */
  readonly drop: (token: string) => void;
};

type Held = {
  readonly token: string;
  readonly from: number;
  readonly renewAt: number;
  readonly until: number;
};

/** The platform hands out the same token again while more than this is left. */
const RENEWAL_SECONDS = 30 * 60;

/** Builds the keeper; lifetimes follow the business clock `now`, which the platform's stand-in shares. */
export function createTokens(issue: () => Promise<Delivery<IssuedToken>>, now: () => Date): Tokens {
  let held: Held | null = null;
  let flight: Promise<Delivery<string>> | null = null;

  const fetchToken = async (): Promise<Delivery<string>> => {
    const asked = now().getTime();
    const issued = await issue();
    if (issued.ok) {
      held = hold(issued.value, asked);
      return { ok: true, value: held.token };
    }
    // The old token lives on for half an hour, time enough for the platform to recover.
    const spare = held !== null && asked < held.until ? held : null;
    return spare === null ? issued : { ok: true, value: spare.token };
  };

  return {
    async get() {
      const instant = now().getTime();
      // A clock that was set back must not stretch a token's life.
      if (held !== null && instant >= held.from && instant < held.renewAt) {
        return { ok: true, value: held.token };
      }
      flight ??= fetchToken().finally(() => {
        flight = null;
      });
      return flight;
    },
    drop(token) {
      if (held?.token === token) held = null;
    },
  };
}

function hold({ token, expiresInSeconds }: IssuedToken, from: number): Held {
  const reserve = Math.min(RENEWAL_SECONDS, expiresInSeconds / 2);
  return {
    token,
    from,
    renewAt: from + (expiresInSeconds - reserve) * 1000,
    until: from + expiresInSeconds * 1000,
  };
}
