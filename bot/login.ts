/** The port through which a visitor of the hosted pages proves who he is; the messengers' adapters implement it. */

export type LoginRequest = {
  /** Comes back unchanged with the visitor. */
  readonly state: string;
  /** SHA-256 of the verifier, base64url (PKCE). */
  readonly challenge: string;
  /** Where the visitor comes back to, exactly as registered with the platform. */
  readonly returnTo: string;
};

export type LoginAnswer = {
  readonly code: string;
  readonly verifier: string;
  readonly returnTo: string;
};

/** `refused`: this code proves nothing; `unavailable`: the platform did not answer, or not in its usual way. */
export type Identified =
  | { readonly ok: true; readonly userId: string }
  | { readonly ok: false; readonly reason: 'refused' | 'unavailable'; readonly code: string };

export type Login = {
  readonly platform: string;
  /** The platform's address that a browser is sent to. */
  readonly addressOf: (request: LoginRequest) => string;
  /** Who came back with this code. Never rejects. */
  readonly identify: (answer: LoginAnswer) => Promise<Identified>;
};
